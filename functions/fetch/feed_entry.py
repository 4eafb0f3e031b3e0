"""What a feed document says, in one shape for every format; plain data that crosses to the worker."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from newswire.text import one_line, xml_text

ENTRY_LIMIT = 20_000
_INLINE_TAG = re.compile(
    r"</?(?:a|b|big|br|em|font|i|mark|p|small|span|strong|sub|sup|u)\b[^<>]{0,300}>", re.IGNORECASE
)
TITLE_LIMIT = 500
NAME_LIMIT = 200
LIST_LIMIT = 20
MARKUP_LIMIT = 150_000


class NotAFeed(ValueError):
    """The document is none of the formats that are read; the message says what it looks like."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry: identity, link, and what the feed says. Markup is the feed's own, not sanitised."""

    guid: str | None
    url: str | None
    title: str | None = None
    published: str | None = None
    updated: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    summary: str | None = None
    content: str | None = None
    image: str | None = None
    language: str | None = None
    rights: str | None = None
    via_title: str | None = None

    def content_hash(self) -> bytes:
        """Return eight bytes that change when anything the feed says of this entry changes."""
        said = asdict(self) | {"guid": None}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()[:8]

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> FeedEntry:
        """Read what the worker answered."""
        many = {name: tuple(document[name]) for name in ("authors", "categories")}
        return cls(**{**document, **many})


@dataclass(frozen=True, slots=True)
class Child:
    """A document that another one lists; ``modified`` as the listing writes it."""

    url: str
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A whole document: its entries and how long it asks to be left alone."""

    format: str
    entries: tuple[FeedEntry, ...]
    pause: timedelta = timedelta(0)
    children: tuple[Child, ...] = ()

    def to_document(self) -> dict[str, Any]:
        """Return the plain form that crosses the worker's pipe."""
        return {
            "format": self.format,
            "entries": [asdict(entry) for entry in self.entries],
            "pause": self.pause.total_seconds(),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> FeedDocument:
        """Read what the worker answered."""
        entries = tuple(FeedEntry.from_document(entry) for entry in document["entries"])
        return cls(document["format"], entries, timedelta(seconds=document["pause"]))


def plain_title(title: str | None) -> str | None:
    """Return a title as text: markup removed, character references that were escaped twice resolved."""
    if not title:
        return None
    text = _INLINE_TAG.sub("", html.unescape(title[: TITLE_LIMIT * 4]))
    return one_line(text, TITLE_LIMIT) or None


def plain_names(names: Any, limit: int = LIST_LIMIT) -> tuple[str, ...]:
    """Return the texts among ``names``, each on one line and once."""
    lines = (one_line(html.unescape(name), NAME_LIMIT) for name in names if isinstance(name, str))
    return tuple(dict.fromkeys(line for line in lines if line))[:limit]


def markup(text: Any) -> str | None:
    """Return a feed's HTML with forbidden characters removed and its length bounded."""
    if not isinstance(text, str) or not text.strip():
        return None
    return xml_text(text[:MARKUP_LIMIT]).strip() or None


def entry_time(entry: FeedEntry) -> datetime | None:
    """Return the moment by which an entry's age is judged."""
    stated = entry.published or entry.updated
    return datetime.fromisoformat(stated) if stated else None
