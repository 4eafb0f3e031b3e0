"""Days of the fetch stage by a simulated clock: schedules, shards, two consumers, and what goes wrong.

The stage is the one that ``functions.fetch.wiring`` assembles; tables, queues and publishers are doubles in
memory. Within an invocation the clock stands; its lease is given back, and its consumer is free again, when
its requests would have been made.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from functions.fetch.shard_deliveries import work_off
from functions.fetch.wiring import Fetch
from newswire.feed_keys import feed_key, parent_tag
from newswire.shards import Shard
from tests.support.fetch_doubles import Interference
from tests.support.fetch_invocations import Invocations, Run
from tests.support.simulated_web import Channel

START = int(datetime(2025, 6, 2, tzinfo=UTC).timestamp())
HOUR, DAY, PERIOD = 3600, 86400, 900
VISIBILITY, RETENTION, RECEIVES = 1800, 7200, 3
CONSUMERS = 2


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong on a day.

    Shares are of messages that come ``twice`` or ``late``, of schedules that are ``doubled`` (two runs at
    once, the second at some call of the first), and of invocations that are ``killed`` at the write of a
    state. ``skipped`` schedules do not run; in ``outage``, seconds since the start, nothing does.
    """

    seed: int = 1
    twice: float = 0.0
    late: float = 0.0
    doubled: float = 0.0
    killed: float = 0.0
    skipped: frozenset[int] = frozenset()
    outage: tuple[int, int] = (0, 0)
    lag: timedelta = timedelta(0)


@dataclass(slots=True)
class _Delivery:
    """A shard in FetchQueue."""

    number: int
    body: str
    sent: float
    received: int = 0


class FetchDay:
    """A world of feeds, and the runs that live through it."""

    def __init__(self, channels: Sequence[Channel], faults: Faults | None = None) -> None:
        self.faults = faults or Faults()
        self.channels = {key_of(one): one for channel in channels for one in (channel, *channel.children)}
        self.invocations = Invocations(channels, self.faults.lag, self._send)
        self.runs = self.invocations.runs
        self.lost: Counter[str] = Counter()
        self._dice = random.Random(self.faults.seed)  # noqa: S311 - faults to test with, no secret
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = count()
        self._free = [0.0] * CONSUMERS
        self._now = 0.0

    def live(self, hours: int = 24) -> FetchDay:
        """Run every schedule of so many hours and work off what they send."""
        for schedule in range(hours * HOUR // PERIOD):
            moment = START + schedule * PERIOD + self._dice.randrange(8)
            if schedule not in self.faults.skipped and not self._is_out(moment):
                self._at(moment, self._tick)
        while self._events:
            self._now, _, event = heapq.heappop(self._events)
            event(self._now)
        return self

    def _at(self, moment: float, event: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._order), event))

    def _is_out(self, moment: float) -> bool:
        begins, ends = self.faults.outage
        return begins <= moment - START < ends

    def _tick(self, moment: float) -> None:
        def scheduled(other: Interference | None = None) -> None:
            self._invoke(moment, "schedule", lambda fetch: fetch.runs.scheduled(), other)

        if self._dice.random() >= self.faults.doubled:
            scheduled()
            return
        other = Interference(self._dice.randrange(1, 60), scheduled)
        scheduled(other)
        other.come()

    def _invoke(
        self, moment: float, kind: str, work: Callable[[Fetch], Any], other: Interference | None = None
    ) -> Run:
        killed = self._dice.random() < self.faults.killed
        dies_at = self._dice.randrange(1, 40) if killed else None
        return self.invocations.invoke(int(moment), kind, work, other, dies_at)

    def _send(self, body: str) -> None:
        delivery = _Delivery(next(self._order), body, self._now)
        late = self._dice.uniform(300, 1500) if self._dice.random() < self.faults.late else 0.0
        arrival = self._now + self._dice.uniform(0.2, 5) + late
        self._at(arrival, lambda moment: self._deliver(delivery, moment))
        if self._dice.random() < self.faults.twice:
            again = arrival + self._dice.uniform(0, 30)
            self._at(again, lambda moment: self._deliver(delivery, moment))

    def _deliver(self, delivery: _Delivery, moment: float) -> None:
        """Have a consumer work a shard off as soon as one is free; a failed one comes back after a while."""
        if self._is_out(moment):
            self._at(START + self.faults.outage[1], lambda later: self._deliver(delivery, later))
            return
        if moment - delivery.sent > RETENTION:
            self.lost["expired"] += 1
            return
        consumer = min(range(CONSUMERS), key=self._free.__getitem__)
        if self._free[consumer] > moment:
            self._at(self._free[consumer], lambda later: self._deliver(delivery, later))
            return
        delivery.received += 1
        if delivery.received > RECEIVES:
            self.lost["buried"] += 1
            return
        record = {"messageId": str(delivery.number), "body": delivery.body}
        answers: list[dict[str, Any]] = []
        run = self._invoke(
            moment,
            "shard",
            lambda fetch: answers.append(
                work_off([record], fetch.runs.shard, fetch.dead_letters, self.invocations.logger)
            ),
        )
        planned = datetime.fromisoformat(Shard.from_json(delivery.body).planned).timestamp()
        run.waited = moment - planned
        self._free[consumer] = run.ended
        if not answers or answers[0]["batchItemFailures"]:
            self._at(moment + VISIBILITY, lambda later: self._deliver(delivery, later))


def key_of(channel: Channel) -> str:
    """Return a channel's feed key."""
    parent = None if channel.parent is None else parent_tag(channel.parent)
    return feed_key(channel.source, channel.url, parent)
