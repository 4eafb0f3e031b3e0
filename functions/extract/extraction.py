"""From the bytes of a page to an article's fields. Runs inside the worker process, which may die of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lxml.html import HtmlElement

from functions.extract.article_body import EXTRACTOR, article_body
from functions.extract.article_frame import frame_article
from functions.extract.decoding import decode_page
from functions.extract.inline_marks import mark, without_marks
from functions.extract.language import language_of
from functions.extract.lead import find_lead, restore_lead
from functions.extract.loose_text import paragraphs_of
from functions.extract.metadata import PageMetadata, base_url, read_metadata
from functions.extract.next_pages import pager_of
from functions.extract.page_html import html_of
from functions.extract.page_tree import empty_page, parse_page
from newswire.article_text import text_of
from newswire.sanitise import clean_html


def extract_page(body: bytes, params: dict[str, Any]) -> dict[str, Any]:
    """Return title, text and everything else that a page says of its article, as JSON-able data.

    `params`: `url` (final URL), `content_type` (header or None), `timezone` (the source's IANA zone or
    None), `language` (the source's, or None). The keys of the result are those of
    `functions.extract.metadata.PageMetadata`, and `text`, `html`, `extractor`, `whole_page` and
    `further_pages` (`functions.extract.next_pages.Pager`). `html` is sanitised, its
    links absolute, and `text` is `newswire.article_text.text_of` of it; both are "" for a page without
    an article. Only hostile input raises.
    """
    page = parse_page(without_marks(decode_page(body, params.get("content_type"))))
    if page is None:
        page = empty_page()
    metadata = read_metadata(page, params["url"], _zone(params.get("timezone")))
    targets = mark(page)
    pager = pager_of(page, params["url"], targets)
    html = _article_html(page, params["url"], targets, metadata)
    text = text_of(html)
    fields = asdict(metadata)
    fields["language"] = language_of(text, metadata.language or params.get("language"))
    pages = {"whole_page": pager.whole, "further_pages": list(pager.further)}
    return fields | pages | {"text": text, "html": html, "extractor": EXTRACTOR}


def _article_html(page: HtmlElement, url: str, targets: tuple[str, ...], metadata: PageMetadata) -> str:
    """Return the article's HTML; the page's tree is used up."""
    base = base_url(page, url)
    frame_article(page, paragraphs_of(page))
    lead = find_lead(page, metadata.title, metadata.excerpt)
    body = article_body(page, url)
    if body is None:
        return ""
    restore_lead(body, lead)
    return clean_html(html_of(body, base, targets, metadata.title))


def _zone(name: str | None) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
