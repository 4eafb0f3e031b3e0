"""What one answered poll means: which entries to send and what to remember. No I/O, no clock.

document ─▶ usable entries ─▶ compare with seen entries ─▶ new ▸ changed ▸ known ▸ too old
                 │                                          │ newest first, at most the cap
                 └─▶ skipped, with the reason               └─▶ what is held back is not remembered,
                                                                so that the next poll finds it again
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.fetch.feed_entry import FeedEntry, entry_time
from functions.fetch.seen_entries import Fingerprint, SeenEntries, identity_of
from newswire.sources import Source
from newswire.urls import article_id

RUN_CAP = 200
# A clock that is wrong by less than this is a publisher's; beyond it the date says nothing of the age.
FUTURE_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Send:
    """An entry to enqueue, for the article that it belongs to."""

    article_id: str
    url: str
    entry: FeedEntry
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Plan:
    """The outcome of comparing a document with what was seen of the feed before.

    ``remembered`` are the fingerprints to keep once every entry of ``sends`` was accepted;
    ``held_back`` counts entries above the cap: new ones are in neither, revisions remembered as before.
    """

    sends: tuple[Send, ...]
    remembered: tuple[Fingerprint, ...]
    held_back: int
    skipped: Mapping[str, int]


def compare(
    entries: Iterable[FeedEntry], seen: SeenEntries | None, source: Source, now: datetime, cap: int = RUN_CAP
) -> Plan:
    """Decide about every entry of a document; ``seen`` is ``None`` on the first sight of a feed."""
    skipped: Counter[str] = Counter()
    known: list[Fingerprint] = []
    fresh: list[tuple[Send, Fingerprint | None]] = []
    for found, url, entry in _usable(entries, source, skipped):
        before = seen.find(found.identity, found.article_id) if seen is not None else None
        if before is None:
            if seen is None and _is_too_old(entry, source.backfill, now):
                skipped["older than backfill"] += 1
                known.append(Fingerprint(found.identity, found.article_id, found.content, skipped=True))
            else:
                fresh.append((Send(found.article_id, url, entry, found), None))
            continue
        kept = Fingerprint(found.identity, before.article_id, found.content, before.skipped)
        if before.skipped or before.content == found.content:
            known.append(kept)
        else:
            fresh.append((Send(before.article_id, url, entry, kept), before))
    if seen is not None and not known and not fresh:
        # A document without entries is an outage of the publisher's, not the end of all its articles.
        known.extend(seen.by_identity.values())
    fresh.sort(key=lambda one: _age_key(one[0].entry, now), reverse=True)
    sends = tuple(send for send, _ in fresh[:cap])
    # A revision that has to wait stays known as it was, so that the next poll finds the change again.
    waiting = (before for _, before in fresh[cap:] if before is not None)
    remembered = (*known, *(send.fingerprint for send in sends), *waiting)
    return Plan(sends, remembered, len(fresh) - len(sends), dict(skipped))


def _usable(
    entries: Iterable[FeedEntry], source: Source, skipped: Counter[str]
) -> Iterable[tuple[Fingerprint, str, FeedEntry]]:
    usable = [entry for entry in entries if _has_link(entry, skipped) and _is_wanted(entry, source, skipped)]
    guids = Counter(entry.guid for entry in usable)
    taken: set[str] = set()
    for entry in usable:
        url = entry.url or ""
        identity = article_id(url)
        if identity in taken:
            skipped["same link twice in one document"] += 1
            continue
        taken.add(identity)
        # A guid that several entries share identifies none of them.
        guid = entry.guid if guids[entry.guid] == 1 else None
        yield Fingerprint(identity_of(guid, url), identity, entry.content_hash()), url, entry


def _has_link(entry: FeedEntry, skipped: Counter[str]) -> bool:
    if entry.url is None:
        skipped["no usable link"] += 1
    return entry.url is not None


def _is_wanted(entry: FeedEntry, source: Source, skipped: Counter[str]) -> bool:
    if not source.include and not source.exclude:
        return True
    words = _folded(" ".join((entry.title or "", *entry.categories)))
    wanted = not source.include or any(_folded(word) in words for word in source.include)
    if not wanted or any(_folded(word) in words for word in source.exclude):
        skipped["excluded by words"] += 1
        return False
    return True


def _is_too_old(entry: FeedEntry, backfill: timedelta | None, now: datetime) -> bool:
    moment = entry_time(entry)
    return backfill is not None and moment is not None and moment < now - backfill


def _age_key(entry: FeedEntry, now: datetime) -> float:
    moment = entry_time(entry)
    return now.timestamp() if moment is None or moment > now + FUTURE_TOLERANCE else moment.timestamp()


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
