"""Feeds into shards: all feeds of one registrable domain always belong to the same one. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from functions.fetch.due_feeds import KnownFeed
from newswire.backoff import domain_of

# Feeds in a shard if all of them are due: a few minutes of one invocation's time.
SHARD_SIZE = 200
# Due feeds that a scheduled run polls itself.
RUN_SIZE = 250
# Feeds in one message; what is due beyond that comes with the next schedule.
MESSAGE_SIZE = 500
# A shard waits for its turn, each time about as long (they are sent in a fixed order). A feed polled late in
# one schedule would not quite be due at the next one, and be asked at every second only.
PLANNED_AHEAD = timedelta(seconds=60)


def shard_count(feeds: int) -> int:
    """Return into how many shards a catalogue of so many feeds is divided.

    It follows from the catalogue alone, so that overlapping runs mean the same feeds by the same shard.
    """
    return max(1, -(-feeds // SHARD_SIZE))


def shard_of(domain: str, of: int) -> int:
    """Return the number, from 0, of the shard that a registrable domain belongs to."""
    return int.from_bytes(hashlib.sha256(domain.encode()).digest()[:8]) % of


def into_shards(feeds: Iterable[KnownFeed], of: int) -> dict[int, list[KnownFeed]]:
    """Return the feeds by shard, each shard's in the order given."""
    shards: dict[int, list[KnownFeed]] = {}
    for feed in feeds:
        shards.setdefault(shard_of(domain_of(feed.url), of), []).append(feed)
    return shards


def one_messages_worth(feeds: Sequence[KnownFeed]) -> list[KnownFeed]:
    """Return as many of a shard's feeds as a message holds, in the order given; each domain gets its share.

    The feeds of a domain that asked to be left alone stay due: they must not keep the others out.
    """
    taken: Counter[str] = Counter()
    turns: list[tuple[int, int]] = []
    for place, feed in enumerate(feeds):
        domain = domain_of(feed.url)
        taken[domain] += 1
        turns.append((taken[domain], place))
    return [feeds[place] for place in sorted(place for _, place in sorted(turns)[:MESSAGE_SIZE])]
