"""JSON Feed 1.1 (jsonfeed.org/version/1.1), which is also a channel's memory.

The extension ``_newswire`` of an item says how its body was made, so that an unchanged article's body
is taken over instead of being made again. Nothing in the bytes depends on the order of arrival.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from functions.publish.entries import Entry
from functions.publish.json_text import json_text
from newswire.dates import to_rfc3339

VERSION = "https://jsonfeed.org/version/1.1"
MEDIA_TYPE = "application/feed+json"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a channel remembers of one of its articles."""

    fingerprint: str
    has_page: bool
    content: str


@dataclass(frozen=True, slots=True)
class FeedHead:
    """What a feed says of itself; ``page`` and ``address`` are absolute URLs."""

    title: str
    description: str
    page: str
    address: str
    language: str


def feed_item(entry: Entry, content: str) -> str:
    """Return one item as JSON text."""
    terms, image = entry.terms, entry.image
    document: dict[str, Any] = {
        "id": entry.tag,
        "url": entry.link,
        "external_url": entry.credit.original,
        "title": entry.item.title,
        "content_html": content,
        "summary": entry.excerpt or None,
        "image": image.url if image else None,
        "date_published": to_rfc3339(entry.published),
        "date_modified": to_rfc3339(entry.updated) if entry.updated else None,
        "authors": [{"name": name} for name in entry.item.authors]
        or [{"name": terms.owner.name, "url": terms.owner.homepage}],
        "tags": [tag for tag in (entry.category, *entry.item.tags) if tag],
        "language": entry.language,
        "_newswire": {
            "article": entry.id,
            "owner": {"name": terms.owner.name, "url": terms.owner.homepage},
            "display": terms.display,
            "fingerprint": entry.fingerprint,
        },
    }
    return json_text({key: value for key, value in document.items() if value is not None})


def document(head: FeedHead, items: Sequence[str]) -> bytes:
    """Return the feed of those items."""
    top = {
        "version": VERSION,
        "title": head.title,
        "home_page_url": head.page,
        "feed_url": head.address,
        "description": head.description,
        "language": head.language,
    }
    listed = ",\n".join(items)
    return f'{json_text(top)[:-1]},"items":[\n{listed}\n]}}\n'.encode()


def remembered(body: bytes) -> dict[str, Remembered]:
    """Read a channel's memory back, by article id; what cannot be read is not remembered."""
    try:
        items = json.loads(body)["items"]
        return {item["_newswire"]["article"]: _remembered(item) for item in items}
    except (ValueError, KeyError, TypeError):
        return {}


def _remembered(item: Mapping[str, Any]) -> Remembered:
    extension = item["_newswire"]
    return Remembered(extension["fingerprint"], extension["display"] != "link", item["content_html"])
