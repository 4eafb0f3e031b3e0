"""A stretch of a portal's day on the real stack, metered: steady arrivals, then looks at what arrived."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

from benchmarks.billing.amounts import Amounts
from benchmarks.billing.functions import Functions, Latency
from benchmarks.billing.publishers import BACKFILL, Publishers, served

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
TICK = timedelta(minutes=15)
# The last poll before: looks that were due a moment after the hour, behind a slow emulation, come up in it
LATE = timedelta(minutes=7)
LOOKS_AT = timedelta(hours=4)  # by then one is due at every article
HOUR = timedelta(hours=1)
# Hours before: until as many articles wait for their archives as always do, and some in which these come up
WARM_UP, ARCHIVED = 13, 4
# No polls: looks at what these found would come up among the metered polls, at 0.9 to 1 times 4 and 12 hours
UNASKED = (-3, -10, -11)
QUIET = timedelta(hours=13)  # after the looks: nothing waits for its archives any more
STREAM_SHARDS = 4  # of a table that is billed by request and has had no more traffic than a new one takes


@dataclass(frozen=True, slots=True)
class Scenario:
    """A portal's size: ``served`` of its feeds stand for all of them, each at its full rate.

    ``run_size`` is how many articles one publish run has; ``None``: what a stream shard holds after a poll.
    ``backfill`` is what a new feed brings at first.
    """

    name: str
    feeds: int
    articles_a_day: int
    served: int
    ticks: int
    run_size: int | None = None
    backfill: str = BACKFILL

    @property
    def every(self) -> timedelta:
        """The time between two entries of one feed."""
        return timedelta(days=1) * self.feeds / self.articles_a_day


@dataclass(slots=True)
class Phase:
    """What a part of the work was billed, and how often it was done: runs, articles, looks."""

    times: int = 0
    bill: Amounts[tuple[str, str]] = field(default_factory=Amounts)
    seconds: Amounts[str] = field(default_factory=Amounts)
    cpu: Amounts[str] = field(default_factory=Amounts)
    sizes: dict[tuple[str, str], float] = field(default_factory=dict)
    metrics: set[tuple[str, str]] = field(default_factory=set)


@dataclass(slots=True)
class Measured:
    """The parts of a day's work, by name, and the functions' memory in MB."""

    phases: dict[str, Phase]
    memory: dict[str, int]


def measure(scenario: Scenario, project: Path, latency: Latency, publisher: float) -> Measured:
    """Run the scenario's stretch of time."""
    with (
        served(
            scenario.served, START - timedelta(days=30), scenario.every, publisher, scenario.backfill
        ) as publishers,
        Functions.started(project, publishers, START - (WARM_UP + ARCHIVED) * HOUR, latency) as functions,
    ):
        return _Stretch(scenario, functions, publishers).measured()


class _Stretch:
    def __init__(self, scenario: Scenario, functions: Functions, publishers: Publishers) -> None:
        self._scenario = scenario
        self._functions = functions
        self._publishers = publishers
        self._phases: dict[str, Phase] = {}

    def measured(self) -> Measured:
        self._begin()
        arrived = 0
        for number in range(1, self._scenario.ticks + 1):
            self._at(START + LATE + number * TICK)
            self._metered("poll", lambda: self._functions.fire("FetchFunction"))
            arrived += self._metered("extract", self._functions.work_off)
            # Few feeds stand for many: of one poll there may be no whole number of runs.
            if self._scenario.run_size is None or number == self._scenario.ticks:
                self._metered("publish", self._publish, arrived)
                arrived = 0
        # From here on the publishers stay as they are, and no feed is due: what is billed then is of looks.
        self._publishers.rest(LOOKS_AT)
        self._functions.clock.advance_to(START + LATE + (self._scenario.ticks + 1) * TICK)
        self._functions.fire("FetchFunction")
        self._functions.work_off()
        self._publish()
        self._functions.take()
        self._functions.clock.advance_to(START + LOOKS_AT)
        self._metered("look", self._look)
        self._refresh()
        return Measured(self._phases, self._functions.memory())

    def _begin(self) -> None:
        """Store what the feeds have by now: what follows is every day's, and not the first."""
        for hour in range(-WARM_UP - ARCHIVED, 1):
            self._functions.hurry(on=hour <= -ARCHIVED)
            self._at(START + hour * HOUR + (LATE if hour == 0 else timedelta()))
            if hour not in UNASKED:
                self._functions.fire("FetchFunction")
            self._functions.work_off()
            self._publish()
            self._functions.take()
            if hour > -ARCHIVED:
                self._metered("archive", self._archive)
            elif hour in (-WARM_UP - ARCHIVED, -ARCHIVED):
                self._archive()
        self._functions.take()

    def _archive(self) -> int:
        """Refresh; return how many articles came up for their archives."""
        self._functions.fire("PublishFunction")
        return self._publish()

    def _refresh(self) -> None:
        """Refresh as often without any, and leave to the archives what they add to that."""
        self._functions.clock.advance_to(START + LOOKS_AT + QUIET)
        self._archive()
        self._functions.take()
        for hour in range(1, ARCHIVED + 1):
            self._functions.clock.advance_to(START + LOOKS_AT + QUIET + hour * HOUR)
            self._metered("refresh", lambda: self._functions.fire("PublishFunction"))
        archive, refresh = self._phases["archive"], self._phases["refresh"]
        archive.bill.less(refresh.bill)
        archive.seconds.less(refresh.seconds)
        archive.cpu.less(refresh.cpu)

    def _publish(self) -> int:
        records = self._functions.changes()
        size = self._scenario.run_size
        if size is None:
            shards: dict[int, list[dict[str, Any]]] = {}
            for record in records:
                key = json.dumps(record["dynamodb"]["Keys"], sort_keys=True)
                shards.setdefault(crc32(key.encode()) % STREAM_SHARDS, []).append(record)
            runs = list(shards.values())
        else:
            runs = [records[at : at + size] for at in range(0, len(records), size)]
        for run in runs:
            self._functions.publish(run)
        return len(records)

    def _look(self) -> int:
        """Look at everything that has arrived."""
        self._functions.fire("FetchFunction")
        looks = self._functions.work_off()
        self._publish()
        return looks

    def _at(self, moment: datetime) -> None:
        self._functions.clock.advance_to(moment)
        self._publishers.at(self._functions.clock.now())

    def _metered(self, name: str, work: Callable[[], int], times: int | None = None) -> int:
        done = work()
        phase = self._phases.setdefault(name, Phase())
        phase.times += done if times is None else times
        taken = self._functions.take()
        phase.bill.plus(taken.bill)
        phase.seconds.plus(taken.seconds)
        phase.cpu.plus(taken.cpu)
        phase.sizes.update(taken.sizes)
        phase.metrics |= taken.metrics
        return done
