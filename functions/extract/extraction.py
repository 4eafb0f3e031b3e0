"""From the bytes of a page to an article's fields. Runs inside the worker process, which may die of it."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lxml.html import HtmlElement

from functions.extract.article_body import EXTRACTOR, PageFacts, article_body
from functions.extract.attribution import stated_attributions
from functions.extract.decoding import utf8_page
from functions.extract.extracted_page import MAX_FURNITURE
from functions.extract.landmarks import read_landmarks
from functions.extract.language import language_of
from functions.extract.metadata import base_url, read_metadata
from functions.extract.next_pages import pager_of
from functions.extract.page_directives import AnswerSays, read_directives
from functions.extract.page_html import html_of
from functions.extract.page_images import all_images
from functions.extract.page_tree import empty_page, parse_page
from functions.extract.publisher_zone import KnownZones
from functions.extract.reservations import Reservation
from functions.extract.retraction_notices import leaves_room_for_notice, shows_notice
from newswire.article import members_of
from newswire.article_text import text_of


def extract_page(body: bytes, params: dict[str, Any]) -> dict[str, Any]:
    """Return title, text and everything else that a page says of its article, as JSON-able data.

    `params`: `url` (final URL), `content_type` (header or None), `timezone` (the source's own IANA zone or
    None), `language` (the source's, or None), `portal_timezone` and `portal_language` (the portal's),
    `fetched` (ISO 8601, when the page was had: later dates are errors), `robots_tag` (the X-Robots-Tag header
    or None) and `tdm` ([reserved, policy], what was known before the page, or None).

    The keys of the result are those of `functions.extract.metadata.PageMetadata`, and `text`, `html`,
    `furniture` (the beginning of what was taken out of the text, by which walls are known), `extractor`,
    `whole_page` and `further_pages` (`functions.extract.next_pages.Pager`), `notice` (whether the page only
    says that its article was withdrawn), and `directives` as `newswire.directives.Directives.to_map` writes
    them. `html` is made of allowed elements only and
    escaped, its links are absolute, and `text` is `newswire.article_text.text_of` of it; both are "" for a
    page without an article. Only hostile input raises.
    """
    source = utf8_page(body, params.get("content_type"))

    def parsed() -> HtmlElement:
        page = parse_page(source)
        return empty_page() if page is None else page

    page, url, zones = parsed(), params["url"], _known_zones(params)
    landmarks = read_landmarks(page, lambda: b"itemprop" in source)
    metadata = read_metadata(landmarks, url, zones, now=_moment(params))
    answer = AnswerSays(params.get("robots_tag"), Reservation(*params.get("tdm") or ()))
    directives = read_directives(landmarks.meta, url, answer, _zone(params.get("timezone")))
    base, pager = base_url(landmarks, url), pager_of(page, landmarks.a, url)
    article = article_body(
        page, landmarks.img, parsed, PageFacts(url, base, metadata.title, metadata.excerpt)
    )
    html, images, furniture = ("", [], "") if article is None else html_of(article, base, metadata.title)
    text = text_of(html)
    attributions = [*metadata.attributions, *stated_attributions(html)]
    return members_of(metadata) | {
        "attributions": [members_of(sign) | {"beside": list(sign.beside)} for sign in attributions],
        "language": language_of(text, metadata.language or params.get("language")),
        "images": [members_of(image) for image in all_images(metadata.images, images)],
        "text": text,
        "html": html,
        "furniture": furniture[:MAX_FURNITURE],
        "extractor": EXTRACTOR,
        "directives": directives.to_map(),
        "notice": leaves_room_for_notice(text) and shows_notice(parsed()),
        "whole_page": pager.whole,
        "further_pages": list(pager.further),
    }


def _known_zones(params: dict[str, Any]) -> KnownZones:
    return KnownZones(
        _zone(params.get("timezone")), _zone(params.get("portal_timezone")), params.get("portal_language")
    )


def _moment(params: dict[str, Any]) -> datetime | None:
    fetched = params.get("fetched")
    return datetime.fromisoformat(fetched) if fetched else None


def _zone(name: str | None) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
