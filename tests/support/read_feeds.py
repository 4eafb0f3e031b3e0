"""Documents as fetch's worker reads them, and entries as it cleans them."""

from __future__ import annotations

from typing import Any

from functions.fetch.feed_documents import parse, run
from functions.fetch.feed_entry import FeedDocument, FeedEntry

BASE = "https://kabar.example/rss/feed.xml"
ITEM = "<title>Café “x”</title><link>https://kabar.example/1</link>"


def document(
    body: str | bytes, content_type: str | None = None, timezone: str = "Asia/Jakarta"
) -> FeedDocument:
    """Return what the worker makes of a body."""
    return parse(body.encode() if isinstance(body, str) else body, content_type, BASE, timezone)


def entry(item: str, timezone: str = "Asia/Jakarta") -> FeedEntry:
    """Return the entry of a feed of RSS 2.0 with one item."""
    found = document(
        f"<rss version='2.0'><channel><title>K</title><item>{item}</item></channel></rss>", None, timezone
    )
    return found.entries[0]


def sanitised(**said: Any) -> dict[str, Any]:
    """Return an entry that says this and nothing else, as the worker cleans it."""
    plain = (
        dict.fromkeys(FeedEntry.__dataclass_fields__)
        | {"authors": [], "categories": [], "enclosures": [], "form": "said", "said": ""}
        | said
    )
    answer: dict[str, Any] = run(b"", {"task": "sanitise", "entries": [plain]})["entries"][0]
    return answer
