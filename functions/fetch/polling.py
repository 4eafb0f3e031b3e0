"""What one answered poll means: which entries to send and what to remember. No I/O, no clock.

document ─▶ usable entries ─▶ compare with seen entries ─▶ new ▸ changed ▸ known ▸ too old
                 │                                          │ at most the cap of one run
                 └─▶ skipped, with the reason               └─▶ what is over it is remembered as
                                                                waiting and found again next time

``docs/feeds.md`` has a table of what feeds do and what comes of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from functions.fetch.feed_entry import FeedEntry, entry_time
from functions.fetch.seen_entries import Fingerprint, SeenEntries, identity_of
from functions.fetch.word_rules import WordRules
from newswire.domains import registrable_domain
from newswire.sources import Source
from newswire.urls import article_id, host_of

RUN_CAP = 200
# A clock that is wrong by less than this is a publisher's; beyond it the date says nothing of the age.
FUTURE_TOLERANCE = timedelta(minutes=5)
# Entries that left the document stay known: all that left it just now, else as many as it has, within
# these bounds.
FEWEST_VANISHED = 100
MOST_VANISHED = 1000
_SHRINKS_BY = 50  # a memory forgets one in so many a document: a few bad ones in a row cost little


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
    ``held_back`` counts entries above the cap: new ones are remembered as waiting, revisions as before.
    ``found`` are the fingerprints of the usable entries as they are now, by their place in the document.
    """

    sends: tuple[Send, ...]
    remembered: tuple[Fingerprint, ...]
    held_back: int
    skipped: Mapping[str, int]
    found: Mapping[int, Fingerprint] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A new or changed entry, and what is remembered of it if its turn comes later."""

    send: Send
    later: Fingerprint
    age_key: float


def compare(
    entries: Iterable[FeedEntry],
    seen: SeenEntries | None,
    source: Source,
    now: datetime,
    cap: int = RUN_CAP,
    unread: Collection[Fingerprint] = (),
) -> Plan:
    """Decide about every entry of a document; ``seen`` is ``None`` on the first sight of a feed.

    ``unread`` are those of ``seen`` that are in the document as they were, and not in ``entries``.
    """
    skipped: Counter[str] = Counter()
    memory = seen or SeenEntries({}, {})
    known = list(unread)
    fresh: list[_Fresh] = []
    matched = {one.identity for one in unread}
    usable = list(_usable(entries, source, skipped))
    articles = frozenset([found.article for _, found, _, _ in usable] + [one.article for one in unread])
    for _, found, url, entry in usable:
        before = _seen_as(found, memory, matched, articles)
        if seen is None and _is_too_old(entry, source.backfill, now):
            skipped["older than backfill"] += 1
            known.append(found.as_skipped())
        elif (one := _compared(found, url, entry, before, now)) is not None:
            fresh.append(one)
        elif before is not None:
            kept = found._replace(article=before.article)
            known.append(kept.as_skipped() if before.skipped else kept)
    turn, waiting = _in_turn(fresh, cap, first_sight=seen is None)
    current = [*known, *(one.send.fingerprint for one in turn), *(one.later for one in waiting)]
    remembered = (*current, *_vanished(memory, matched, current, skipped))
    sends = tuple(one.send for one in turn)
    return Plan(
        sends, remembered, len(waiting), dict(skipped), {place: found for place, found, _, _ in usable}
    )


def _seen_as(
    found: Fingerprint, memory: SeenEntries, matched: set[bytes], articles: frozenset[bytes]
) -> Fingerprint | None:
    """Return what is known of an entry; each thing known is one entry of a document only."""
    before = memory.find(found.identity, found.article)
    if before is not None and before.article != found.article and before.article in articles:
        before = memory.by_article.get(found.article)  # its guid was another entry's before
    if before is None or before.identity in matched:
        return None
    matched.add(before.identity)
    return before


def _compared(
    found: Fingerprint, url: str, entry: FeedEntry, before: Fingerprint | None, now: datetime
) -> _Fresh | None:
    """Return an entry that is new or changed, ``None`` for one that is as it was or was skipped."""
    if before is None or before.waiting:
        new = Send(found.article_id, url, entry, found)
        return _Fresh(new, found.as_waiting(), _age_key(entry, now))
    if before.skipped or before.content == found.content:
        return None
    kept = found._replace(article=before.article)
    changed = Send(kept.article_id, url, entry, kept)
    return _Fresh(changed, before.as_present(), _age_key(entry, now))


def _usable(
    entries: Iterable[FeedEntry], source: Source, skipped: Counter[str]
) -> Iterator[tuple[int, Fingerprint, str, FeedEntry]]:
    rules = WordRules.of(source.include, source.exclude)
    usable = [(place, entry) for place, entry in enumerate(entries) if _is_usable(entry, rules, skipped)]
    guids = Counter(entry.guid for _, entry in usable)
    own = {registrable_domain(host) for host in (host_of(source.homepage), *source.hosts)}
    taken: set[str] = set()
    for place, entry in usable:
        url = entry.url or ""
        identity = article_id(url)
        if identity in taken:
            skipped["same link twice in one document"] += 1
            continue
        taken.add(identity)
        # A guid that several entries share identifies none of them.
        guid = entry.guid if guids[entry.guid] == 1 else None
        yield place, Fingerprint.of(_identity(guid, url, own), identity, entry.content_hash()), url, entry


def _identity(guid: str | None, url: str, own: Collection[str]) -> bytes:
    """Return an entry's identity; a guid counts within the source's own domains, and within any other.

    One that moves between them is a new entry: a feed must not make its article that of another site's page.
    """
    domain = registrable_domain(host_of(url))
    return identity_of(guid if guid is None or domain in own else f"{domain} {guid}", url)


def _is_usable(entry: FeedEntry, rules: WordRules, skipped: Counter[str]) -> bool:
    if entry.url is None:
        skipped["no usable link"] += 1
        return False
    if not rules.allow((entry.title, *entry.categories)):
        skipped["excluded by words"] += 1
        return False
    return True


def _in_turn(fresh: list[_Fresh], cap: int, *, first_sight: bool) -> tuple[list[_Fresh], list[_Fresh]]:
    """Return what is sent now and what waits; newest first.

    Of a known feed half of the cap goes to the oldest: they are the next to leave its document, and
    would never have their turn while newer ones keep coming.
    """
    fresh = sorted(fresh, key=lambda one: one.age_key, reverse=True)
    oldest = 0 if first_sight or len(fresh) <= cap else cap // 2
    newest = cap - oldest
    end = max(newest, len(fresh) - oldest)
    return [*fresh[:newest], *fresh[end:]], fresh[newest:end]


def _vanished(
    memory: SeenEntries, matched: set[bytes], current: list[Fingerprint], skipped: Counter[str]
) -> list[Fingerprint]:
    """Return what stays known of the entries that the document lacks, the last to vanish first."""
    if not current:
        # A document without entries is an outage of the publisher's, not the end of all its articles.
        return list(memory.by_identity.values())
    identities = {one.identity for one in current} | matched
    articles = {one.article for one in current}
    gone = [
        one
        for one in memory.by_identity.values()
        if one.identity not in identities and one.article not in articles
    ]
    vanished = [one for one in gone if one.vanished]  # all of a hundred or more, in most polls
    left = [one for one in gone if not one.vanished] if len(vanished) < len(gone) else []
    if lost := sum(one.waiting for one in left):
        skipped["left the feed before its turn"] += lost
    now_gone = [one.as_vanished() for one in left if not one.waiting]
    room = min(max(len(current), FEWEST_VANISHED), MOST_VANISHED)
    slow = len(memory) - len(memory) // _SHRINKS_BY - len(current)
    return [*now_gone, *vanished][: max(room, slow, len(now_gone))]


def _is_too_old(entry: FeedEntry, backfill: timedelta | None, now: datetime) -> bool:
    moment = entry_time(entry)
    return backfill is not None and moment is not None and moment < now - backfill


def _age_key(entry: FeedEntry, now: datetime) -> float:
    moment = entry_time(entry)
    return now.timestamp() if moment is None or moment > now + FUTURE_TOLERANCE else moment.timestamp()
