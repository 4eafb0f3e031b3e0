"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any

from functions.fetch.feed_entry import (
    ENTRY_LIMIT,
    FeedDocument,
    FeedEntry,
    NotAFeed,
    files,
    markup,
    moment,
    plain_names,
    plain_title,
    resolved,
)


def read(text: bytes, base: str, zone: tzinfo) -> FeedDocument:
    """Return the document; raise :class:`NotAFeed` where it is other JSON or none."""
    try:
        document = json.loads(text.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise NotAFeed("looks like JSON but is not") from None
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise NotAFeed("JSON without a list of items")
    found = [entry for entry in document["items"] if isinstance(entry, dict)]
    entries = tuple(_entry(entry, document, base, zone) for entry in found[:ENTRY_LIMIT])
    return FeedDocument("json", entries, entries_dropped=max(0, len(found) - ENTRY_LIMIT))


def _entry(item: Mapping[str, Any], feed: Mapping[str, Any], base: str, zone: tzinfo) -> FeedEntry:
    identity = item.get("id")
    plain = _text(item.get("content_text"))
    source = item.get("_source")
    source = source if isinstance(source, dict) else {}
    return FeedEntry(
        guid=str(identity) if isinstance(identity, (str, int, float)) and str(identity).strip() else None,
        url=resolved(_text(item.get("url")) or _text(item.get("external_url")), base),
        title=plain_title(_text(item.get("title"))),
        published=moment(item.get("date_published"), zone),
        updated=moment(item.get("date_modified"), zone),
        authors=_authors(item) or _authors(feed),
        categories=plain_names(_list(item.get("tags"))),
        summary=markup(html.escape(_text(item.get("summary")) or "", quote=False)),
        content=markup(_text(item.get("content_html")) or (_paragraphs(plain) if plain else None)),
        image=resolved(_text(item.get("image")) or _text(item.get("banner_image")), base),
        language=_text(item.get("language")) or _text(feed.get("language")),
        via_title=_text(source.get("title")),
        via_url=resolved(_text(source.get("url")), base),
        enclosures=files(_attachments(item), base),
    )


def _attachments(item: Mapping[str, Any]) -> Iterator[tuple[Any, str | None, int | None]]:
    for one in _list(item.get("attachments")):
        if isinstance(one, dict):
            size = one.get("size_in_bytes")
            kind = _text(one.get("mime_type"))
            yield one.get("url"), kind and kind[:100], size if type(size) is int and size >= 0 else None


def _authors(holder: Mapping[str, Any]) -> tuple[str, ...]:
    many = _list(holder.get("authors")) or [holder.get("author")]
    return plain_names(author.get("name") for author in many if isinstance(author, dict))


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in text.splitlines() if line.strip())


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
