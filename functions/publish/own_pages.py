"""The operator's own pages: rendered, listed, and replaced by a notice when they are left out."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from functions.publish import sitemaps
from functions.publish.article_rendering import missing_page
from functions.publish.look import Look
from functions.publish.own_files import OwnPage, page_key
from newswire.article_text import text_of
from newswire.sanitise import clean_html
from newswire.text import shorten

DESCRIPTION_LIMIT = 160
_OWN_PAGE = re.compile(r"p/[a-z0-9-]+\.html")


def own_page_outputs(look: Look) -> dict[str, bytes]:
    """Return the pages by key."""
    return {page.key: _page(look, page) for page in look.own.pages}


def withdrawn_pages(look: Look, sections: bytes) -> dict[str, bytes]:
    """Return notices by key for the pages that a sitemap of sections names and the catalogue does not.

    The sitemap is the memory of what was published, so this comes before it is written anew.
    """
    keys = {urlsplit(row.address).path.removeprefix("/") for row in sitemaps.read_rows(sections)}
    present = {page_key(slug) for slug in look.catalogue.own.pages}
    return {key: missing_page(look, key) for key in sorted(keys - present) if _OWN_PAGE.fullmatch(key)}


def _page(look: Look, page: OwnPage) -> bytes:
    html = clean_html(page.html, images=False, base=f"{look.portal.url}/{page.key}")
    return look.page(
        "own_page.html",
        page.key,
        title=page.title,
        description=shorten(text_of(html), DESCRIPTION_LIMIT),
        html=html,
    )
