"""What is remembered of the items of a feed's last document: by their bytes, what came of each.

A record is 16 bytes, since every poll writes them: hash of the item's bytes (6), beginning of the identity of
its seen entry (4), hash of its guid (2), minute of its date since 1970 (4, zero without one). Eight bytes
before them say under which circumstances all were read. Where two could be meant, all are read. Only
documents of which every item is an entry of its own are remembered: what items mean together is decided by
reading all.
"""

from __future__ import annotations

import hashlib
import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from functions.fetch.feed_entry import FeedDocument, FeedEntry, entry_time
from functions.fetch.item_bytes import CONTEXT_SIZE, ReadItems
from functions.fetch.polling import Plan
from functions.fetch.seen_entries import Fingerprint, SeenEntries
from newswire.sources import Source
from newswire.urls import article_id

_RECORD = struct.Struct("!6s4s2sI")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 2**32 - 1
_NO_GUID = bytes(2)
_IDENTITY = 4
_HARMLESS = {"older than backfill", "left the feed before its turn"}


@dataclass(frozen=True, slots=True)
class KnownItem:
    """One item: how its seen entry's identity begins, its guid's hash, its minute (zero: without a date)."""

    identity: bytes
    guid: bytes
    minute: int


@dataclass(frozen=True, slots=True)
class ItemMemory:
    """The items of a feed's last document by the hash of their bytes, and how that was read."""

    context: bytes
    items: Mapping[bytes, KnownItem]

    def read_items(self) -> ReadItems:
        """Return what a reader has to know of them."""
        return ReadItems(self.context, self.items.keys())

    def encode(self) -> bytes:
        """Return the compact form."""
        records = (_RECORD.pack(key, one.identity, one.guid, one.minute) for key, one in self.items.items())
        return self.context + b"".join(records)


def decode(packed: bytes | None) -> ItemMemory | None:
    """Read the compact form; ``None`` where nothing is remembered or it is damaged."""
    if packed is None or len(packed) < CONTEXT_SIZE or (len(packed) - CONTEXT_SIZE) % _RECORD.size:
        return None
    records = _RECORD.iter_unpack(packed[CONTEXT_SIZE:])
    return ItemMemory(
        packed[:CONTEXT_SIZE],
        {key: KnownItem(identity, guid, minute) for key, identity, guid, minute in records},
    )


@dataclass(frozen=True, slots=True)
class Unread:
    """Items of a document that were not read again: what is remembered of them, and their seen entries."""

    items: Mapping[bytes, KnownItem] = field(default_factory=dict)
    fingerprints: tuple[Fingerprint, ...] = ()

    def moments(self) -> Iterator[datetime]:
        """Yield the moments by which their ages are judged, to the minute."""
        return (_EPOCH + timedelta(minutes=one.minute) for one in self.items.values() if one.minute)


def unread_of(document: FeedDocument, memory: ItemMemory | None, seen: SeenEntries | None) -> Unread | None:
    """Return what is known of the items that were left out.

    ``None`` where they have to be read all the same: one is not simply known, or shares its guid or article
    with an entry that was read.
    """
    if not document.unread:
        return Unread()
    if memory is None or seen is None or not memory.items.keys() >= set(document.unread):
        return None
    items = {key: memory.items[key] for key in document.unread}
    alike = Counter(identity[:_IDENTITY] for identity in seen.by_identity)
    known = {one.identity[:_IDENTITY]: one for one in seen.by_identity.values()}
    found = [known.get(item.identity) for item in items.values() if alike[item.identity] == 1]
    sure = tuple(one for one in found if one is not None and not one.waiting and not one.vanished)
    unread = Unread(items, sure)
    return unread if len(sure) == len(items) and _stand_alone(document.entries, unread) else None


def _stand_alone(entries: Iterable[FeedEntry], unread: Unread) -> bool:
    guids = {item.guid for item in unread.items.values() if item.guid != _NO_GUID}
    articles = {one.article_id for one in unread.fingerprints}
    return all(
        entry.url is not None and _guid_hash(entry) not in guids and article_id(entry.url) not in articles
        for entry in entries
    )


def size_of(document: FeedDocument) -> int:
    """Return the bytes that the memory of a document's items takes, if there is one."""
    return CONTEXT_SIZE + _RECORD.size * (len(document.hashes) + len(document.unread))


def memory_of(document: FeedDocument, unread: Unread, plan: Plan) -> ItemMemory | None:
    """Return what to remember of a document's items; ``None`` where they are not one entry each."""
    entries = document.entries
    guids = [entry.guid for entry in entries if entry.guid]
    if (
        not document.context
        or plan.held_back
        or not set(plan.skipped) <= _HARMLESS
        or not len(document.hashes) == len(entries) == len(plan.found)
        or len(set(guids)) != len(guids)
    ):
        return None
    minutes = [_minute(entry) for entry in entries]
    articles = {one.identity: one.article_id for one in plan.remembered}
    if not all(0 <= one <= _LATEST for one in minutes) or any(
        articles.get(one.identity) != one.article_id for one in plan.found
    ):
        return None
    known = (
        KnownItem(found.identity[:_IDENTITY], _guid_hash(entry), minute)
        for found, entry, minute in zip(plan.found, entries, minutes, strict=True)
    )
    return ItemMemory(document.context, {**unread.items, **dict(zip(document.hashes, known, strict=True))})


def rules_of(source: Source) -> str:
    """Return what of a source decides which entries it has and what they are called."""
    return repr((source.include, source.exclude, source.homepage, source.hosts))


def _guid_hash(entry: FeedEntry) -> bytes:
    if not entry.guid:
        return _NO_GUID
    digest = hashlib.blake2b(entry.guid.encode("utf-8", "replace"), digest_size=2).digest()
    return digest if digest != _NO_GUID else b"\0\1"


def _minute(entry: FeedEntry) -> int:
    """Return the minute since 1970, zero without a date; that of 1970 itself counts as out of bounds."""
    moment = entry_time(entry)
    return 0 if moment is None else int((moment - _EPOCH).total_seconds() // 60) or -1
