"""What a feed document says, in one shape for every format; plain data that crosses to the worker."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from operator import attrgetter
from typing import Any, Literal

from newswire.dates import parse_date, to_rfc3339
from newswire.messages import Enclosure
from newswire.text import one_line
from newswire.urls import clean_link

ENTRY_LIMIT = 20_000
HASH_SIZE = 8
TITLE_LIMIT = 500
NAME_LIMIT = 200
LIST_LIMIT = 20
MARKUP_LIMIT = 150_000
ENCLOSURE_LIMIT = 10
_INLINE_TAG = re.compile(
    r"</?(?:a|b|big|br|em|font|i|mark|p|small|span|strong|sub|sup|u)\b[^<>]{0,300}>", re.IGNORECASE
)
Form = Literal["said", "clean", "outline"]
_LATER_FIELDS = ("via_url", "enclosures")
_sorted_json = json.JSONEncoder(sort_keys=True).encode
_ABSOLUTE = ("http://", "https://")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


class NotAFeed(ValueError):
    """The document is none of the formats that are read; the message says what it looks like."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry: identity, link, and what the feed says. Markup is the feed's own, not sanitised.

    ``url`` is ``None`` where the entry has no usable link. ``via_title`` and ``via_url`` name the source
    that it was taken from; ``enclosures`` are its files, at most ten. ``form`` tells whether this is what the
    feed said, the same sanitised, or an outline; of the latter two ``said`` is the hash of what it said.
    """

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
    via_url: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    form: Form = "said"
    said: bytes = b""

    def content_hash(self) -> bytes:
        """Return eight bytes that change when anything the feed says of this entry changes.

        A field that was added later counts only where it says something: no entry looks changed by it.
        """
        if self.said:
            return self.said
        # Every entry of every document comes by here.
        plain = plain_form(self)
        del plain["form"], plain["said"]
        plain["guid"] = None
        for name in _LATER_FIELDS:
            if not plain[name]:
                del plain[name]
        return hashlib.sha256(_sorted_json(plain).encode()).digest()[:HASH_SIZE]

    def outline(self, content_hash: bytes) -> FeedEntry:
        """Return what decides whether an entry is sent, and nothing that is sent of it."""
        return FeedEntry(
            self.guid,
            self.url,
            self.title,
            self.published,
            self.updated,
            categories=self.categories,
            form="outline",
            said=content_hash,
        )

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> FeedEntry:
        """Read what the worker answered."""
        values = dict(document)
        values["authors"] = tuple(values["authors"])
        values["categories"] = tuple(values["categories"])
        values["enclosures"] = tuple([Enclosure(**one) for one in values["enclosures"]])
        values["said"] = bytes.fromhex(values["said"])
        return cls(**values)


_FIELDS = tuple(FeedEntry.__dataclass_fields__)
_values = attrgetter(*_FIELDS)


@dataclass(frozen=True, slots=True)
class Child:
    """A document that another names: a sitemap of an index, a feed of a page."""

    url: str
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A whole document: its entries and how long it asks to be left alone.

    ``format`` is ``sitemap index`` or ``page`` where the document has no entries but names others:
    ``children``, the first to be asked first. What is over a limit is counted in ``entries_dropped`` and
    ``children_dropped``.

    Of a document that can be cut into items (``item_bytes``), ``hashes`` are those of the items that became
    ``entries``, in their order, and ``context`` the circumstances of the reading; ``unread`` are the hashes
    of items that were known and left out.
    """

    format: str
    entries: tuple[FeedEntry, ...]
    pause: timedelta = timedelta(0)
    children: tuple[Child, ...] = ()
    children_dropped: int = 0
    entries_dropped: int = 0
    context: bytes = b""
    hashes: tuple[bytes, ...] = ()
    unread: tuple[bytes, ...] = ()

    def to_document(self) -> dict[str, Any]:
        """Return the plain form that crosses the worker's pipe."""
        return {
            "format": self.format,
            "entries": [plain_form(entry) for entry in self.entries],
            "pause": self.pause.total_seconds(),
            "children": [asdict(child) for child in self.children],
            "children_dropped": self.children_dropped,
            "entries_dropped": self.entries_dropped,
            "context": self.context.hex(),
            "hashes": [one.hex() for one in self.hashes],
            "unread": [one.hex() for one in self.unread],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> FeedDocument:
        """Read what the worker answered."""
        return cls(
            format=document["format"],
            entries=tuple(FeedEntry.from_document(entry) for entry in document["entries"]),
            pause=timedelta(seconds=document["pause"]),
            children=tuple(Child(**child) for child in document["children"]),
            children_dropped=document["children_dropped"],
            entries_dropped=document["entries_dropped"],
            context=bytes.fromhex(document["context"]),
            hashes=tuple(map(bytes.fromhex, document["hashes"])),
            unread=tuple(map(bytes.fromhex, document["unread"])),
        )


def plain_form(entry: FeedEntry) -> dict[str, Any]:
    """Return an entry as plain data, as `FeedEntry.from_document` reads it."""
    fields = dict(zip(_FIELDS, _values(entry), strict=True))
    fields["enclosures"] = [_plain_file(one) for one in entry.enclosures]
    fields["said"] = entry.said.hex()
    return fields


def _plain_file(one: Enclosure) -> dict[str, Any]:
    return {"url": one.url, "type": one.type, "length": one.length}


def plain_title(title: str | None) -> str | None:
    """Return a title as text: markup removed, character references that were escaped twice resolved."""
    if not title:
        return None
    text = html.unescape(title[: TITLE_LIMIT * 4]) if "&" in title else title[: TITLE_LIMIT * 4]
    return one_line(_INLINE_TAG.sub("", text) if "<" in text else text, TITLE_LIMIT) or None


def plain_names(names: Any, limit: int = LIST_LIMIT) -> tuple[str, ...]:
    """Return the texts among ``names``, each on one line and once."""
    lines = (one_line(html.unescape(name), NAME_LIMIT) for name in names if isinstance(name, str))
    return tuple(dict.fromkeys(line for line in lines if line))[:limit]


def markup(text: Any) -> str | None:
    """Return a feed's HTML, of bounded length; the sanitiser sees to the rest of what is sent."""
    return text[:MARKUP_LIMIT].strip() or None if isinstance(text, str) else None


def resolved(link: Any, base: str) -> str | None:
    """Return a link of a document as an absolute http(s) URL, ``None`` where it is none."""
    if not isinstance(link, str) or not (text := link.strip()):
        return None
    return clean_link(text, "" if text.startswith(_ABSOLUTE) else base)


def files(named: Iterable[tuple[Any, str | None, int | None]], base: str) -> tuple[Enclosure, ...]:
    """Return the enclosures among link, type and length as written: each link once, the first ten."""
    found: dict[str, Enclosure] = {}
    for link, kind, length in named:
        url = resolved(link, base)
        if url and url not in found:
            found[url] = Enclosure(url, kind, length)
        if len(found) == ENCLOSURE_LIMIT:
            break
    return tuple(found.values())


def moment(written: Any, zone: tzinfo) -> str | None:
    """Return a date as written in RFC 3339; one without a zone is read in ``zone``."""
    found = parse_date(written, zone) if isinstance(written, str) else None
    return to_rfc3339(found) if found else None


def entry_time(entry: FeedEntry) -> datetime | None:
    """Return the moment by which an entry's age is judged."""
    stated = entry.published or entry.updated
    return datetime.fromisoformat(stated) if stated else None


def minute_of(moment: datetime) -> int:
    """Return the minute since 1970 in which a moment is, below zero before that."""
    return (moment - _EPOCH) // _MINUTE


def moment_of(minute: int) -> datetime:
    """Return when a minute since 1970 begins."""
    return _EPOCH + minute * _MINUTE
