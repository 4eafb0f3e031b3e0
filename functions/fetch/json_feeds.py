"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from functions.fetch.feed_entry import (
    ENTRY_LIMIT,
    FeedDocument,
    FeedEntry,
    NotAFeed,
    markup,
    plain_names,
    plain_title,
)
from newswire.dates import parse_date, to_rfc3339
from newswire.urls import clean_link


def read(text: str, base: str, zone: tzinfo) -> FeedDocument:
    """Return the document; raise :class:`NotAFeed` where it is other JSON or none."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAFeed("looks like JSON but is not") from None
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise NotAFeed("JSON without a list of items")
    entries = [entry for entry in document["items"][:ENTRY_LIMIT] if isinstance(entry, dict)]
    return FeedDocument("json", tuple(_entry(entry, document, base, zone) for entry in entries))


def _entry(item: Mapping[str, Any], feed: Mapping[str, Any], base: str, zone: tzinfo) -> FeedEntry:
    link = _text(item.get("url")) or _text(item.get("external_url")) or ""
    identity = item.get("id")
    plain = _text(item.get("content_text"))
    source = item.get("_source")
    return FeedEntry(
        guid=str(identity) if isinstance(identity, (str, int, float)) and str(identity).strip() else None,
        url=clean_link(link, base) if link else None,
        title=plain_title(_text(item.get("title"))),
        published=_date(item.get("date_published"), zone),
        updated=_date(item.get("date_modified"), zone),
        authors=_authors(item) or _authors(feed),
        categories=plain_names(_list(item.get("tags"))),
        summary=markup(html.escape(_text(item.get("summary")) or "", quote=False)),
        content=markup(_text(item.get("content_html")) or (_paragraphs(plain) if plain else None)),
        image=clean_link(_text(item.get("image")) or _text(item.get("banner_image")) or "", base),
        language=_text(item.get("language")) or _text(feed.get("language")),
        via_title=_text(source.get("title")) if isinstance(source, dict) else None,
    )


def _authors(holder: Mapping[str, Any]) -> tuple[str, ...]:
    many = _list(holder.get("authors")) or [holder.get("author")]
    return plain_names(author.get("name") for author in many if isinstance(author, dict))


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in text.splitlines() if line.strip())


def _date(written: Any, zone: tzinfo) -> str | None:
    moment = parse_date(written, zone) if isinstance(written, str) else None
    return to_rfc3339(moment) if moment else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
