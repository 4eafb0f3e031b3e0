"""From the bytes of a page to an article's fields. Runs inside the worker process, which may die of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lxml.html import HtmlElement

from functions.extract.article_body import EXTRACTOR, article_body
from functions.extract.decoding import decode_page
from functions.extract.inline_marks import mark, without_marks
from functions.extract.language import language_of
from functions.extract.metadata import base_url, read_metadata
from functions.extract.page_html import html_of
from functions.extract.page_tree import empty_page, parse_page
from functions.extract.retraction_notices import shows_notice
from newswire.article_text import text_of
from newswire.sanitise import clean_html


def extract_page(body: bytes, params: dict[str, Any]) -> dict[str, Any]:
    """Return title, text and everything else that a page says of its article, as JSON-able data.

    `params`: `url` (final URL), `content_type` (header or None), `timezone` (the source's IANA zone or
    None), `language` (the source's, or None). The keys of the result are those of
    `functions.extract.metadata.PageMetadata`, and `text`, `html`, `extractor`, `notice`. `html` is
    sanitised, its links absolute, and `text` is `newswire.article_text.text_of` of it; both are "" for a
    page without an article. `notice` tells a page that only says that its article was withdrawn. Only
    hostile input raises.
    """
    page = parse_page(without_marks(decode_page(body, params.get("content_type"))))
    if page is None:
        page = empty_page()
    metadata = read_metadata(page, params["url"], _zone(params.get("timezone")))
    notice = shows_notice(page)
    html = _article_html(page, params["url"], metadata.title)
    text = text_of(html)
    fields = asdict(metadata)
    fields["language"] = language_of(text, metadata.language or params.get("language"))
    return fields | {"text": text, "html": html, "extractor": EXTRACTOR, "notice": notice}


def _article_html(page: HtmlElement, url: str, headline: str | None) -> str:
    """Return the article's HTML; the page's tree is used up."""
    base = base_url(page, url)
    targets = mark(page)
    body = article_body(page, url)
    return "" if body is None else clean_html(html_of(body, base, targets, headline))


def _zone(name: str | None) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
