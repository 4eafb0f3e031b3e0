"""Feeds that the fast parser refuses, by feedparser: the boundary to that library and its quirks.

- ``parse`` takes ``bytes`` or ``str`` for a path or a URL: it gets a file object and the headers.
- Its own sanitiser and relative-link resolver run regular expressions that are quadratic on hostile
  input and are off; ours follow (nh3, :func:`newswire.urls.clean_link`).
- Asked for a missing ``updated`` it answers with ``published``: ``dict.get`` asks for what is there.
- It takes ``media:description`` (a caption, plain text) for content: only markup counts as content.
- It segfaults, hangs and raises on hostile input: it only ever runs inside the worker.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta, tzinfo
from io import BytesIO
from typing import Any

import feedparser

from functions.fetch.feed_entry import ENTRY_LIMIT, FeedDocument, FeedEntry, markup, plain_names, plain_title
from newswire.dates import parse_date, to_rfc3339
from newswire.urls import clean_link

_MARKUP = {"text/html", "application/xhtml+xml"}


def read(body: bytes, content_type: str | None, base: str, zone: tzinfo, pause: timedelta) -> FeedDocument:
    """Return the document; without entries where the library found none."""
    parsed = feedparser.parse(
        BytesIO(body),
        response_headers={"content-type": content_type or "", "content-location": base},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    language = parsed.feed.get("language")
    entries = (_entry(entry, base, zone, language) for entry in parsed.entries[:ENTRY_LIMIT])
    return FeedDocument(parsed.get("version") or "", tuple(entries), pause)


def _entry(entry: dict[str, Any], base: str, zone: tzinfo, language: Any) -> FeedEntry:
    link = entry.get("link")
    contents: Iterable[Mapping[str, Any]] = entry.get("content") or ()
    source = entry.get("source") or {}
    return FeedEntry(
        guid=entry.get("id") or None,
        url=clean_link(link, base) if link else None,
        title=plain_title(entry.get("title")),
        published=_date(entry.get("published"), zone),
        updated=_date(dict.get(entry, "updated"), zone),
        authors=plain_names(author.get("name") for author in entry.get("authors", ())),
        categories=plain_names(tag.get("term") for tag in entry.get("tags", ())),
        summary=markup(entry.get("summary")),
        content=markup(next((c.get("value") for c in contents if c.get("type") in _MARKUP), None)),
        image=_image(entry, base),
        language=language if isinstance(language, str) else None,
        rights=entry.get("rights") or None,
        via_title=source.get("title") or None,
    )


def _image(entry: Mapping[str, Any], base: str) -> str | None:
    candidates = [*entry.get("media_content", ()), *entry.get("enclosures", ())]
    for candidate in candidates:
        if candidate.get("medium") == "image" or str(candidate.get("type", "")).startswith("image/"):
            return clean_link(candidate.get("url") or candidate.get("href") or "", base)
    return next((clean_link(t.get("url") or "", base) for t in entry.get("media_thumbnail", ())), None)


def _date(written: Any, zone: tzinfo) -> str | None:
    moment = parse_date(written, zone) if isinstance(written, str) else None
    return to_rfc3339(moment) if moment else None
