"""The two kinds of fetch runs: the schedule's, and a shard's.

schedule ─▶ what is due? ─▶ little: claim its shards ─▶ poll
                         └─▶ more than one run can take: send shards ─▶ FetchQueue
FetchQueue ─▶ claim the shard ─▶ poll what of it is still due
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime

from functions.fetch.due_feeds import CatalogueFeeds, KnownFeed, due_feeds
from functions.fetch.feed_memory import FeedMemory
from functions.fetch.invocation import Invocation
from functions.fetch.leases import Leases
from functions.fetch.poller import Poller
from functions.fetch.sharding import PLANNED_AHEAD, RUN_SIZE, into_shards, one_messages_worth, shard_count
from functions.fetch.stopped_feeds import note_stopped
from functions.fetch.totals import Totals
from newswire.clock import instant
from newswire.queue import Outgoing, Queue, QueueUnavailable
from newswire.shards import Shard, ShardFeed


class Runs:
    """What every fetch run works with; ``enqueue_rechecks`` is told the time and returns how many it sent."""

    def __init__(
        self,
        feeds: CatalogueFeeds,
        memory: FeedMemory,
        poller: Poller,
        leases: Leases,
        queue: Queue,
        enqueue_rechecks: Callable[[datetime], int],
        invocation: Invocation,
        totals: Totals,
    ) -> None:
        self._feeds = feeds
        self._memory = memory
        self._poller = poller
        self._leases = leases
        self._queue = queue
        self._enqueue_rechecks = enqueue_rechecks
        self._invocation = invocation
        self._logger = invocation.logger
        self._totals = totals

    def scheduled(self) -> None:
        """Enqueue due re-checks and poll due feeds, or send them as shards where they are many."""
        now = self._invocation.clock()
        self._send_rechecks(now)
        note_stopped(self._feeds.stopped, self._memory, self._logger, self._totals)
        listing = self._memory.listing(self._feeds.configured)
        due = due_feeds(self._feeds, listing, now)
        of = shard_count(len(self._feeds.configured))
        if len(due) > RUN_SIZE and of > 1:
            self._send(into_shards(due_feeds(self._feeds, listing, now + PLANNED_AHEAD), of), of, now)
        else:
            self._poll(into_shards(due, of), of, now)

    def shard(self, shard: Shard) -> None:
        """Poll what of a shard is still due; nothing where another invocation holds it."""
        now = self._invocation.clock()
        known = (self._feeds.find(one.source, one.url, one.parent) for one in shard.feeds)
        # A feed that has gone from the catalogue meanwhile is not asked any more.
        self._poll({shard.number: [feed for feed in known if feed is not None]}, shard.of, now)

    def _poll(self, shards: Mapping[int, Sequence[KnownFeed]], of: int, now: datetime) -> None:
        with ExitStack() as stack:
            # By the clock of this moment, whatever the run did before: it ends when its time does.
            ends = self._invocation.clock() + self._invocation.time_left()
            held = {
                number: stack.enter_context(self._leases.held(number, of, now, ends)) for number in shards
            }
            free = [number for number, claim in held.items() if claim.is_held]
            if busy := sorted(shards.keys() - free):
                self._totals.busy_shards += len(busy)
                self._logger.info("shards are being polled by another run", shards=busy, of=of)
            self._poller.poll(
                [feed for number in free for feed in shards[number]],
                now,
                may_lag=all(held[number].is_settled for number in free),
            )

    def _send(self, shards: Mapping[int, Sequence[KnownFeed]], of: int, now: datetime) -> None:
        messages = [
            Outgoing(Shard(number, of, instant(now), tuple(map(_named, one_messages_worth(feeds)))).to_json())
            for number, feeds in sorted(shards.items())
        ]
        refused = self._queue.send(messages)
        self._totals.shards += len(messages) - len(refused)
        for refusal in refused:
            self._totals.failures["shard refused by the queue"] += 1
            self._logger.error("the queue refused a shard", reason=refusal.reason)

    def _send_rechecks(self, now: datetime) -> None:
        try:
            self._totals.rechecks += self._enqueue_rechecks(now)
        except QueueUnavailable:
            self._totals.failures["queue unavailable"] += 1
            self._logger.exception("re-checks were not accepted; they stay due")
        except Exception:
            self._totals.failures["internal error"] += 1
            self._logger.exception("re-checks could not be looked up; they stay due")


def _named(feed: KnownFeed) -> ShardFeed:
    return ShardFeed(feed.source.id, feed.url, feed.parent)
