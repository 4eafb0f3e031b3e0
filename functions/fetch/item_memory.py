"""What is remembered of the items of a feed's last document: by their bytes, what came of each.

A record is 8 bytes, since every poll writes them: hash of the item's bytes (5), and by how many minutes it is
older than the youngest (3). The records stand in the order of the seen entries, which begin with theirs, so a
record's place says which entry its item is. Before them: under which circumstances all were read (8), how
many bytes of a guid's hash each record has (1), and the minute of the youngest since 1970 (4). An entry's
identity tells its guid where that counts within the source's own domains; where some count within others,
each record has a hash of the guid besides (2). Where two could be meant, all are read.

Only what is an entry of its own is remembered. What shares its guid or link with another, or has no link, is
read again each time, so that what such items mean together is decided as if all were read.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from functions.fetch.feed_entry import FeedDocument, FeedEntry, entry_time, minute_of
from functions.fetch.item_bytes import CONTEXT_SIZE, HASH_SIZE, ReadItems
from functions.fetch.polling import Plan
from functions.fetch.seen_entries import Fingerprint, SeenEntries, id_bytes, identity_of
from newswire.sources import Source
from newswire.urls import article_id

_YOUNGEST_SIZE = 4
_YOUNGEST_END = CONTEXT_SIZE + 1 + _YOUNGEST_SIZE
_AGE_SIZE = 3
_GUID_SIZE = 2
_UNDATED = 2 ** (8 * _AGE_SIZE) - 1


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """The minute of an item's date since 1970, ``None`` without one.

    ``guid`` is the hash of its guid where that counts within another domain than the source's, else b"".
    """

    minute: int | None
    guid: bytes = b""


@dataclass(frozen=True, slots=True)
class ItemMemory:
    """Items of a feed's last document by the hash of their bytes, and how that document was read.

    They are in the order of the feed's seen entries, which begin with theirs.
    """

    context: bytes
    records: Mapping[bytes, ItemRecord]

    def read_items(self) -> ReadItems:
        """Return what a reader has to know of them."""
        return ReadItems(self.context, self.records.keys())

    def encode(self, room: int) -> bytes | None:
        """Return the compact form of as many as fit into ``room`` bytes; ``None`` where none does.

        The others are read again, which is right of any item.
        """
        width = _GUID_SIZE if any(one.guid for one in self.records.values()) else 0
        size = HASH_SIZE + _AGE_SIZE + width
        kept = list(self.records.items())[: max(room - _YOUNGEST_END, 0) // size]
        youngest = max((one.minute for _, one in kept if one.minute is not None), default=0)
        packed = (
            key
            + (_UNDATED if one.minute is None else youngest - one.minute).to_bytes(_AGE_SIZE)
            + one.guid.ljust(width, b"\0")
            for key, one in kept
        )
        head = self.context + bytes([width]) + youngest.to_bytes(_YOUNGEST_SIZE)
        return head + b"".join(packed) if kept else None


def decode(packed: bytes | None) -> ItemMemory | None:
    """Read the compact form; ``None`` where nothing is remembered or it is damaged."""
    if packed is None or len(packed) < _YOUNGEST_END:
        return None
    width = packed[CONTEXT_SIZE]
    size = HASH_SIZE + _AGE_SIZE + width
    if width not in (0, _GUID_SIZE) or (len(packed) - _YOUNGEST_END) % size:
        return None
    youngest = int.from_bytes(packed[CONTEXT_SIZE + 1 : _YOUNGEST_END])
    starts = range(_YOUNGEST_END, len(packed), size)
    records = dict(_record(packed[start : start + size], youngest) for start in starts)
    # A place would be another entry's where two are one.
    return ItemMemory(packed[:CONTEXT_SIZE], records) if len(records) == len(starts) else None


def _record(packed: bytes, youngest: int) -> tuple[bytes, ItemRecord]:
    age = int.from_bytes(packed[HASH_SIZE : HASH_SIZE + _AGE_SIZE])
    guid = packed[HASH_SIZE + _AGE_SIZE :]
    minute = None if age == _UNDATED else youngest - age
    return packed[:HASH_SIZE], ItemRecord(minute, guid if any(guid) else b"")


@dataclass(frozen=True, slots=True)
class Unread:
    """Items of a document that were not read again: their records by their hashes, and their seen entries."""

    records: Mapping[bytes, ItemRecord] = field(default_factory=dict)
    fingerprints: tuple[Fingerprint, ...] = ()

    def dated(self) -> Iterator[int]:
        """Yield the minutes of those that have a date."""
        return (one.minute for one in self.records.values() if one.minute is not None)


def unread_of(document: FeedDocument, memory: ItemMemory | None, seen: SeenEntries | None) -> Unread | None:
    """Return what is known of the items that were left out.

    ``None`` where they have to be read all the same: one is not simply known, or shares its guid or article
    with an entry that was read.
    """
    if not document.unread:
        return Unread()
    if memory is None or seen is None or len(memory.records) > len(seen):
        return None
    known = dict(zip(memory.records, seen.by_identity.values(), strict=False))
    if not known.keys() >= set(document.unread):
        return None
    fingerprints = tuple(known[key] for key in document.unread)
    if any(one.waiting or one.vanished for one in fingerprints):
        return None
    unread = Unread({key: memory.records[key] for key in document.unread}, fingerprints)
    return unread if _stand_alone(document.entries, unread) else None


def _stand_alone(entries: Iterable[FeedEntry], unread: Unread) -> bool:
    """Return whether none of the entries has to do with what was left out; what has no link never has."""
    identities = {one.identity for one in unread.fingerprints}
    articles = {one.article for one in unread.fingerprints}
    guids = {one.guid for one in unread.records.values() if one.guid}
    return not any(
        identity_of(entry.guid, entry.url) in identities
        or id_bytes(article_id(entry.url)) in articles
        or (guids and entry.guid and _guid_hash(entry.guid) in guids)
        for entry in entries
        if entry.url is not None
    )


def memory_of(
    document: FeedDocument, unread: Unread, plan: Plan
) -> tuple[ItemMemory | None, tuple[Fingerprint, ...]]:
    """Return what to remember of a document's items, and the plan's entries in the order that this needs."""
    remembered = plan.remembered
    if (
        not document.context
        or plan.held_back
        or len(document.hashes) != len(document.entries)
        or len({one.identity for one in remembered}) != len(remembered)
    ):
        return None, remembered
    fingerprints = (*unread.fingerprints, *plan.found.values())
    keys = (*unread.records, *(document.hashes[place] for place in plan.found))
    records = _with_near_dates({**unread.records, **_own_entries(document, plan)})
    key_of = {one[:2]: key for one, key in zip(fingerprints, keys, strict=True) if key in records}
    first = [one for one in remembered if one[:2] in key_of]
    others = [one for one in remembered if one[:2] not in key_of]
    ordered = {key: records[key] for one in first for key in (key_of[one[:2]],)}
    return (ItemMemory(document.context, ordered) if ordered else None), (*first, *others)


def _own_entries(document: FeedDocument, plan: Plan) -> dict[bytes, ItemRecord]:
    """Return the records of the items that are entries of their own."""
    links = Counter(id_bytes(article_id(entry.url)) for entry in document.entries if entry.url)
    guids = Counter(entry.guid for entry in document.entries if entry.url)
    return {
        document.hashes[place]: _record_of(one, document.entries[place])
        for place, one in plan.found.items()
        if links[one.article] == 1 and (not (guid := document.entries[place].guid) or guids[guid] == 1)
    }


def _with_near_dates(records: Mapping[bytes, ItemRecord]) -> dict[bytes, ItemRecord]:
    """Return the records whose dates can be packed."""
    youngest = max((one.minute for one in records.values() if one.minute is not None), default=0)
    oldest = max(0, youngest - _UNDATED + 1)
    return {key: one for key, one in records.items() if one.minute is None or one.minute >= oldest}


def _record_of(found: Fingerprint, entry: FeedEntry) -> ItemRecord:
    if not entry.guid or found.identity == identity_of(entry.guid, entry.url or ""):
        return ItemRecord(_minute(entry))
    return ItemRecord(_minute(entry), _guid_hash(entry.guid))


def _guid_hash(guid: str) -> bytes:
    """Return a hash that is not zeros, which stand for none."""
    digest = hashlib.blake2b(guid.encode("utf-8", "replace"), digest_size=_GUID_SIZE).digest()
    return digest if any(digest) else b"\1\1"


def rules_of(source: Source) -> str:
    """Return what of a source decides which entries it has and what they are called."""
    return repr((source.include, source.exclude, source.homepage, source.hosts))


def _minute(entry: FeedEntry) -> int | None:
    """Return the minute since 1970, below zero before that; ``None`` without a date."""
    moment = entry_time(entry)
    return None if moment is None else minute_of(moment)
