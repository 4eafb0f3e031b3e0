"""Feeds that the fast parser refuses, by feedparser: the boundary to that library and its quirks (6.0.14).

- ``parse`` takes ``bytes`` or ``str`` for a path or a URL: it gets a file object and the headers.
- It looks for an encoding itself, up to its ``undefined`` codec, and replaces the DOCTYPE keeping entities,
  even such as stand in a comment: it only gets UTF-8 that begins with a plain declaration and the root.
- Its own sanitiser and resolver of links within HTML run regular expressions that are quadratic on hostile
  input and are off; ours follow (nh3, :func:`newswire.urls.clean_link`). Links of entries it resolves
  itself, ``xml:base`` included.
- Asked for a missing ``updated`` it answers with ``published``: ``dict.get`` asks for what is there.
- It takes ``media:description`` (a caption, plain text) for content: only markup counts as content.
- It takes text in UTF-8 that was encoded twice for a mistake and decodes it; the fast parser keeps it.
- It is quadratic in the length of one author, in the categories of one entry and in line feeds before the
  root. The first two are bounded by ``parser_costs.refusal``, the third is stripped before.
- It raises whatever comes (``OverflowError``, ``TypeError`` …) on references beyond Unicode, on podlove
  chapters without a start, on GeoRSS: such documents are no feeds to us.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta, tzinfo
from io import BytesIO
from typing import Any

import feedparser

from functions.fetch.feed_entry import (
    ENTRY_LIMIT,
    FeedDocument,
    FeedEntry,
    files,
    markup,
    moment,
    plain_names,
    plain_title,
    resolved,
)
from functions.fetch.transcoding import UTF8_DECLARATION

_MARKUP = {"text/html", "application/xhtml+xml"}


def read(text: bytes, base: str, zone: tzinfo, pause: timedelta, language: str | None) -> FeedDocument:
    """Return the document, without entries where the library found none; raises whatever it raises.

    ``text`` is UTF-8 and begins with the root element.
    """
    parsed = feedparser.parse(
        BytesIO(UTF8_DECLARATION + text),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": base},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    stated = parsed.feed.get("language")
    language = stated if isinstance(stated, str) else language
    entries = tuple(_entry(entry, base, zone, language) for entry in parsed.entries[:ENTRY_LIMIT])
    dropped = max(0, len(parsed.entries) - ENTRY_LIMIT)
    return FeedDocument(parsed.get("version") or "", entries, pause, entries_dropped=dropped)


def _entry(entry: dict[str, Any], base: str, zone: tzinfo, language: str | None) -> FeedEntry:
    contents: Iterable[Mapping[str, Any]] = entry.get("content") or ()
    source = entry.get("source") or {}
    return FeedEntry(
        guid=entry.get("id") or None,
        url=resolved(entry.get("link"), base),
        title=plain_title(entry.get("title")),
        published=moment(entry.get("published"), zone),
        updated=moment(dict.get(entry, "updated"), zone),
        authors=plain_names(author.get("name") for author in entry.get("authors", ())),
        categories=plain_names(tag.get("term") for tag in entry.get("tags", ())),
        summary=markup(entry.get("summary")),
        content=markup(next((c.get("value") for c in contents if c.get("type") in _MARKUP), None)),
        image=_image(entry, base),
        language=language,
        rights=entry.get("rights") or None,
        via_title=source.get("title") or None,
        via_url=resolved(source.get("link") or source.get("href"), base),
        enclosures=files(_files(entry), base),
    )


def _image(entry: Mapping[str, Any], base: str) -> str | None:
    candidates = [*entry.get("media_content", ()), *entry.get("enclosures", ())]
    for candidate in candidates:
        if candidate.get("medium") == "image" or str(candidate.get("type", "")).startswith("image/"):
            return resolved(candidate.get("url") or candidate.get("href"), base)
    return next((resolved(t.get("url"), base) for t in entry.get("media_thumbnail", ())), None)


def _files(entry: Mapping[str, Any]) -> Iterator[tuple[Any, str | None, int | None]]:
    for one in (*entry.get("enclosures", ()), *entry.get("media_content", ())):
        length = str(one.get("length") or one.get("filesize") or "")
        size = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else None
        yield one.get("href") or one.get("url"), str(one.get("type") or "")[:100] or None, size
