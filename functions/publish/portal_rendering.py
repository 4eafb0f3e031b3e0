"""The outputs that follow from the catalogue alone: 404, robots.txt, OPML, the sitemap of sections."""

from __future__ import annotations

from functions.publish import opml, sitemaps
from functions.publish.about_page import ABOUT_PAGE
from functions.publish.archive_pages import MONTHS_PAGE
from functions.publish.article_rendering import MISSING_PAGE, missing_page
from functions.publish.channels import all_channels
from functions.publish.corrections import PAGE as CORRECTIONS_PAGE
from functions.publish.look import Look
from functions.publish.own_pages import own_page_outputs
from functions.publish.ping_requests import key_file
from functions.publish.sitemaps import Row

SEARCH_PAGE = "search.html"


def portal_outputs(look: Look) -> dict[str, bytes]:
    """Return these outputs by key, the operator's own pages, to which all others lead, first."""
    return {
        **own_page_outputs(look),
        MISSING_PAGE: missing_page(look),
        SEARCH_PAGE: search_page(look),
        "robots.txt": look.templates.fill("robots.txt").encode(),
        opml.KEY: opml.document(look.catalogue),
        sitemaps.SECTIONS_KEY: sections_sitemap(look),
        **key_file(look.portal),
    }


def search_page(look: Look) -> bytes:
    """Return the page that looks for articles; what it finds comes from search's files."""
    return look.page(
        "search.html",
        SEARCH_PAGE,
        searches=True,
        title=look.words.search,
        description=look.words.search_lead.format(portal=look.portal.name),
        sources=look.catalogue.sources,
    )


def sections_sitemap(look: Look) -> bytes:
    """Return the sitemap of the pages that always exist."""
    channels = [channel.page for channel in all_channels(look.catalogue) if channel.kind != "portal"]
    own = [page.key for page in look.own.pages]
    return sitemaps.url_set(
        Row(f"{look.portal.url}/{key}")
        for key in ["", *channels, MONTHS_PAGE, CORRECTIONS_PAGE, ABOUT_PAGE, *own]
    )
