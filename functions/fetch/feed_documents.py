"""A document of any format to entries: what runs inside the worker.

The fast parser comes first, the tolerant one when that raises or finds no entry with a link. JSON
Feed and sitemaps have readers of their own.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from functions.fetch import fast_feeds, feed_tree, json_feeds, tolerant_feeds
from functions.fetch.feed_entry import FeedDocument, FeedEntry, NotAFeed, plain_title
from newswire.article_text import text_of
from newswire.dates import parse_date, to_rfc3339
from newswire.sanitise import clean_html
from newswire.text import one_line, shorten
from newswire.urls import clean_link

_HEAD = 4096
_DTD = re.compile(r"<!DOCTYPE[^>\[]*\[", re.IGNORECASE)
# Possessive: comments in any number cost linear time.
_HTML = re.compile(
    r"^\s*+(?:<!--(?:(?!-->).)*+-->\s*+)*+(?:<!DOCTYPE\s+html|<html\b)", re.IGNORECASE | re.DOTALL
)
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
CONTENT_LIMIT = 120_000
SUMMARY_LIMIT = 2000
LANGUAGE_LIMIT = 35  # RFC 5646 section 4.4.1


def run(body: bytes, params: dict[str, Any]) -> dict[str, Any]:
    """Do the task that ``params`` names: ``parse`` a document or ``sanitise`` chosen entries."""
    if params["task"] == "sanitise":
        return {"entries": [_sanitised(entry) for entry in params["entries"]]}
    return parse(body, params.get("content_type"), params["url"], params["timezone"]).to_document()


def parse(body: bytes, content_type: str | None, url: str, timezone: str) -> FeedDocument:
    """Return the entries of ``body``; raise :class:`NotAFeed` saying what it looks like instead."""
    zone = ZoneInfo(timezone)
    head = _head(body)
    if not head.strip():
        raise NotAFeed("empty document")
    if head.lstrip().startswith(("{", "[")):
        return json_feeds.read(body.decode("utf-8-sig", "replace"), url, zone)
    if _HTML.match(head):
        raise NotAFeed("looks like an HTML page")
    if _DTD.search(head):
        raise NotAFeed("declares its own entities (DTD internal subset)")
    return _from_xml(body, content_type, url, zone)


def _from_xml(body: bytes, content_type: str | None, url: str, zone: ZoneInfo) -> FeedDocument:
    tree = feed_tree.parse(body)
    if tree.root.lower() == "html" and not tree.items:  # some feeds come wrapped in XHTML
        raise NotAFeed("looks like an HTML page")
    if tree.root == "urlset":
        return FeedDocument("sitemap", tuple(_from_sitemap(tree.locations, url, zone)))
    if tree.root == "sitemapindex":
        raise NotAFeed("a sitemap index; list its sitemaps instead")
    try:
        document = fast_feeds.read(body, url, zone, tree)
    except Exception:  # noqa: BLE001 - whatever it raises, the tolerant parser decides
        document = FeedDocument("", ())
    if not any(entry.url for entry in document.entries):
        document = tolerant_feeds.read(body, content_type, url, zone, tree.pause)
    if (
        not document.entries
        and not document.format
        and not tree.items
        and tree.root not in ("rss", "feed", "RDF")
    ):
        found = (
            f"the root element is {one_line(tree.root, 60)!r}" if tree.root else "there is no root element"
        )
        raise NotAFeed(f"no feed format; {found}")
    return document


def _from_sitemap(locations: Iterable[feed_tree.Location], base: str, zone: ZoneInfo) -> Iterable[FeedEntry]:
    for location in locations:
        yield FeedEntry(
            guid=None,
            url=clean_link(location.url, base),
            title=plain_title(location.title),
            published=_date(location.published, zone),
            updated=_date(location.modified, zone),
            image=clean_link(location.image, base) if location.image else None,
            language=location.language,
        )


def _date(written: str | None, zone: ZoneInfo) -> str | None:
    moment = parse_date(written, zone) if written else None
    return to_rfc3339(moment) if moment else None


def _sanitised(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry whose summary is text and whose content is clean HTML."""
    summary = text_of(clean_html(entry["summary"])) if entry["summary"] else ""
    content = clean_html(entry["content"][:CONTENT_LIMIT]) if entry["content"] else ""
    return entry | {
        "summary": shorten(summary, SUMMARY_LIMIT) or None,
        "content": content if text_of(content) else None,
        "language": one_line(entry["language"], LANGUAGE_LIMIT) or None if entry["language"] else None,
        "rights": one_line(entry["rights"], 300) if entry["rights"] else None,
        "via_title": plain_title(entry["via_title"]),
    }


def _head(body: bytes) -> str:
    encoding = next((name for bom, name in _BOMS.items() if body.startswith(bom)), None)
    if encoding is None:
        encoding = "utf-16-le" if body[1:2] == b"\0" else "utf-16-be" if body[:1] == b"\0" else "latin-1"
    return body[: _HEAD * 2].decode(encoding, "replace")[:_HEAD]
