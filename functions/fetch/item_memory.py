"""What is remembered of the items of a feed's last document: by their bytes, what came of each.

A record is 8 bytes, since every poll writes them: hash of the item's bytes (5), and by how many minutes it is
older than the youngest (3). The records stand in the order of the seen entries, which begin with those of the
last document, so a record's place says which entry its item is. Before them: under which circumstances all
were read (8), within which domain their guids count (4), and the minute of the youngest since 1970 (4). Where
two could be meant, all are read. Only documents of which every item is an entry of its own are remembered:
what items mean together is decided by reading all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from functions.fetch.feed_entry import FeedDocument, FeedEntry, entry_time, minute_of
from functions.fetch.item_bytes import CONTEXT_SIZE, HASH_SIZE, ReadItems
from functions.fetch.polling import Plan
from functions.fetch.seen_entries import Fingerprint, SeenEntries, id_bytes, identity_of
from newswire.domains import registrable_domain
from newswire.sources import Source
from newswire.urls import article_id, host_of

_YOUNGEST_SIZE = 4
_OWN = bytes(4)
_SITE_END = CONTEXT_SIZE + len(_OWN)
_HEAD_SIZE = _SITE_END + _YOUNGEST_SIZE
_AGE_SIZE = 3
_RECORD_SIZE = HASH_SIZE + _AGE_SIZE
_UNDATED = 2 ** (8 * _AGE_SIZE) - 1
_HARMLESS = {"older than backfill", "left the feed before its turn"}


@dataclass(frozen=True, slots=True)
class ItemMemory:
    """The items of a feed's last document, in the order of its seen entries, and how that was read.

    ``site`` is the hash of the domain within which the items' guids count, zeros for the source's own;
    ``minutes`` are those of the items' dates since 1970 (``None``: without one) by the hash of their bytes.
    """

    context: bytes
    site: bytes
    minutes: Mapping[bytes, int | None]

    def read_items(self) -> ReadItems:
        """Return what a reader has to know of them."""
        return ReadItems(self.context, self.minutes.keys())

    def encode(self, room: int) -> bytes | None:
        """Return the compact form of as many as fit into ``room`` bytes; ``None`` where none does.

        The others are read again, which is right of any item.
        """
        kept = list(self.minutes.items())[: max(room - _HEAD_SIZE, 0) // _RECORD_SIZE]
        youngest = max((minute for _, minute in kept if minute is not None), default=0)
        ages = (_UNDATED if minute is None else youngest - minute for _, minute in kept)
        records = (key + age.to_bytes(_AGE_SIZE) for (key, _), age in zip(kept, ages, strict=True))
        head = self.context + self.site + youngest.to_bytes(_YOUNGEST_SIZE)
        return head + b"".join(records) if kept else None


def decode(packed: bytes | None) -> ItemMemory | None:
    """Read the compact form; ``None`` where nothing is remembered or it is damaged."""
    if packed is None or len(packed) < _HEAD_SIZE or (len(packed) - _HEAD_SIZE) % _RECORD_SIZE:
        return None
    youngest = int.from_bytes(packed[_SITE_END:_HEAD_SIZE])
    starts = range(_HEAD_SIZE, len(packed), _RECORD_SIZE)
    ages = {
        packed[start : start + HASH_SIZE]: int.from_bytes(packed[start + HASH_SIZE : start + _RECORD_SIZE])
        for start in starts
    }
    if len(ages) != len(starts):  # a place would be another entry's
        return None
    minutes = {key: None if age == _UNDATED else youngest - age for key, age in ages.items()}
    return ItemMemory(packed[:CONTEXT_SIZE], packed[CONTEXT_SIZE:_SITE_END], minutes)


@dataclass(frozen=True, slots=True)
class Unread:
    """Items of a document that were not read again: their minutes by their hashes, and their seen entries."""

    minutes: Mapping[bytes, int | None] = field(default_factory=dict)
    fingerprints: tuple[Fingerprint, ...] = ()
    site: bytes = _OWN

    def dated(self) -> Iterator[int]:
        """Yield the minutes of those that have a date."""
        return (one for one in self.minutes.values() if one is not None)


def unread_of(document: FeedDocument, memory: ItemMemory | None, seen: SeenEntries | None) -> Unread | None:
    """Return what is known of the items that were left out.

    ``None`` where they have to be read all the same: one is not simply known, or shares its guid or article
    with an entry that was read.
    """
    if not document.unread:
        return Unread()
    if memory is None or seen is None or len(memory.minutes) > len(seen):
        return None
    known = dict(zip(memory.minutes, seen.by_identity.values(), strict=False))
    if not known.keys() >= set(document.unread):
        return None
    fingerprints = tuple(known[key] for key in document.unread)
    if any(one.waiting or one.vanished for one in fingerprints):
        return None
    unread = Unread({key: memory.minutes[key] for key in document.unread}, fingerprints, memory.site)
    return unread if _stand_alone(document.entries, unread) else None


def _stand_alone(entries: Iterable[FeedEntry], unread: Unread) -> bool:
    identities = {one.identity for one in unread.fingerprints}
    articles = {one.article for one in unread.fingerprints}
    return all(
        entry.url is not None
        and not _may_share_guid(entry, entry.url, unread.site, identities)
        and id_bytes(article_id(entry.url)) not in articles
        for entry in entries
    )


def _may_share_guid(entry: FeedEntry, url: str, site: bytes, identities: set[bytes]) -> bool:
    if identity_of(entry.guid, url) in identities:
        return True
    if site == _OWN or entry.guid is None:
        return False
    domain = registrable_domain(host_of(url))
    return _site_hash(domain) != site or identity_of(f"{domain} {entry.guid}", url) in identities


def memory_of(document: FeedDocument, unread: Unread, plan: Plan) -> ItemMemory | None:
    """Return what to remember of a document's items; ``None`` where they are not one entry each.

    Nor where their guids count within several domains: a seen entry would not tell which guid it has.
    """
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
    told = (_site_of(*one) for one in zip(plan.found, entries, strict=True))
    sites = {site for site in told if site is not None}
    sites |= {unread.site} if unread.minutes else set()
    minutes = {**unread.minutes, **dict(zip(document.hashes, map(_minute, entries), strict=True))}
    hashes = _by_entry(document, unread, plan)
    if (
        hashes is None
        or len(sites) > 1
        or not _are_near([one for one in minutes.values() if one is not None])
    ):
        return None
    return ItemMemory(document.context, (sites or {_OWN}).pop(), {key: minutes[key] for key in hashes})


def _by_entry(document: FeedDocument, unread: Unread, plan: Plan) -> list[bytes] | None:
    """Return the items' hashes in the order of the remembered entries; ``None`` where these are others."""
    fingerprints = (*unread.fingerprints, *plan.found)
    keys = (*unread.minutes, *document.hashes)
    key_of = {one[:2]: key for one, key in zip(fingerprints, keys, strict=True)}
    first = [one[:2] for one in plan.remembered[: len(keys)]]
    is_each = len({identity for identity, _ in first}) == len(keys) and key_of.keys() == set(first)
    return [key_of[one] for one in first] if is_each else None


def _site_of(found: Fingerprint, entry: FeedEntry) -> bytes | None:
    """Return within which domain an entry's guid counts; ``None`` where it has none."""
    url = entry.url or ""
    if found.identity == identity_of(entry.guid, url):
        return _OWN if entry.guid else None
    return _site_hash(registrable_domain(host_of(url)))


def _site_hash(domain: str) -> bytes:
    return hashlib.blake2b(domain.encode(), digest_size=len(_OWN)).digest()


def _are_near(minutes: list[int]) -> bool:
    return not minutes or (min(minutes) >= 0 and max(minutes) - min(minutes) < _UNDATED)


def rules_of(source: Source) -> str:
    """Return what of a source decides which entries it has and what they are called."""
    return repr((source.include, source.exclude, source.homepage, source.hosts))


def _minute(entry: FeedEntry) -> int | None:
    """Return the minute since 1970, below zero before that; ``None`` without a date."""
    moment = entry_time(entry)
    return None if moment is None else minute_of(moment)
