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
from benchmarks.billing.invocations import Taken
from benchmarks.billing.publishers import Publishers, served

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
TICK = timedelta(minutes=15)
# The last poll before: looks that were due a moment after the hour, behind a slow emulation, come up in it
LATE = timedelta(minutes=7)
HOUR = timedelta(hours=1)
# So long that as many come up for each feed, 1.25, as in a quarter of an hour of a portal that has run for
# weeks: of the six looks at an article, two come up so soon.
LOOKS_FROM, LOOKS_UNTIL = 3.9 * HOUR, 4.5 * HOUR
# Hours before: until as many articles wait for their archives as always do, and some in which these come up
WARM_UP, ARCHIVED = 13, 4
# No polls: looks at what these found would come up among the metered polls, at 0.9 to 1 times 4 and 12 hours
UNASKED = (-3, -10, -11)
QUIET = timedelta(hours=13)  # after the looks: nothing waits for its archives any more
STREAM_SHARDS = 4  # of a table that is billed by request and has had no more traffic than a new one takes


@dataclass(frozen=True, slots=True)
class Scenario:
    """A portal's size: ``served`` of its feeds stand for all of them, each at its full rate.

    Where these are fewer, what publish does is not measured here: it depends on how many there are.
    """

    name: str
    feeds: int
    articles_a_day: int
    served: int
    ticks: int

    @property
    def every(self) -> timedelta:
        """The time between two entries of one feed."""
        return timedelta(days=1) * self.feeds / self.articles_a_day

    @property
    def is_whole(self) -> bool:
        """Whether all feeds are simulated."""
        return self.served == self.feeds


@dataclass(slots=True)
class Phase:
    """What a part of the work was billed, and how often it was done: runs, articles, looks."""

    times: int = 0
    bill: Amounts[tuple[str, str]] = field(default_factory=Amounts)
    seconds: Amounts[str] = field(default_factory=Amounts)
    cpu: Amounts[str] = field(default_factory=Amounts)
    sizes: dict[tuple[str, str], float] = field(default_factory=dict)
    metrics: set[tuple[str, str]] = field(default_factory=set)

    def add(self, times: int, taken: Taken) -> None:
        """Add what was billed while this was done so often."""
        self.times += times
        self.bill.plus(taken.bill)
        self.seconds.plus(taken.seconds)
        self.cpu.plus(taken.cpu)
        self.sizes.update(taken.sizes)
        self.metrics |= taken.metrics

    def less(self, other: Phase) -> None:
        """Take away what another part of the work takes, which was done as often beside it."""
        self.bill.less(other.bill)
        self.seconds.less(other.seconds)
        self.cpu.less(other.cpu)


@dataclass(slots=True)
class Measured:
    """The parts of a day's work, by name, and the functions' memory in MB."""

    phases: dict[str, Phase]
    memory: dict[str, int]


def measure(scenario: Scenario, project: Path, latency: Latency, publisher: float) -> Measured:
    """Run the scenario's stretch of time."""
    with (
        served(
            scenario.served, START - timedelta(days=30), scenario.every, publisher, scenario.feeds
        ) as publishers,
        Functions.started(project, publishers, START - (WARM_UP + ARCHIVED) * HOUR, latency) as functions,
    ):
        return _Stretch(scenario, functions, publishers).measured()


class _Stretch:
    def __init__(self, scenario: Scenario, functions: Functions, publishers: Publishers) -> None:
        self._publishes = scenario.is_whole
        self._ticks = scenario.ticks
        self._functions = functions
        self._publishers = publishers
        self._phases: dict[str, Phase] = {}

    def measured(self) -> Measured:
        self._begin()
        for number in range(1, self._ticks + 1):
            self._at(START + LATE + number * TICK)
            self._metered("poll", lambda: self._functions.fire("FetchFunction"))
            self._metered("extract", self._extract)
            if self._publishes:
                self._metered("publish", self._publish)
        self._look()
        if self._publishes:
            self._refresh()
        return Measured(self._phases, self._functions.memory())

    def _begin(self) -> None:
        """Store what the feeds have by now: what follows is every day's, and not the first."""
        for hour in range(-WARM_UP - ARCHIVED, 1):
            self._functions.hurry(on=hour <= -ARCHIVED or not self._publishes)
            self._at(START + hour * HOUR + (LATE if hour == 0 else timedelta()))
            if hour not in UNASKED:
                self._functions.fire("FetchFunction")
            self._functions.work_off()
            self._publish()
            self._functions.take()
            if not self._publishes:
                continue
            if hour > -ARCHIVED:
                self._metered("archive", self._archive)
            elif hour in (-WARM_UP - ARCHIVED, -ARCHIVED):
                self._archive()
        self._functions.hurry(on=False)
        self._functions.take()

    def _archive(self) -> int:
        """Refresh; return how many articles came up for their archives."""
        self._functions.fire("PublishFunction")
        return self._publish()

    def _refresh(self) -> None:
        """Refresh as often without any, and leave to the archives what they add to that."""
        self._functions.clock.advance_to(START + LOOKS_UNTIL + QUIET)
        self._archive()
        self._functions.take()
        for hour in range(1, ARCHIVED + 1):
            self._functions.clock.advance_to(START + LOOKS_UNTIL + QUIET + hour * HOUR)
            self._metered("refresh", lambda: self._functions.fire("PublishFunction"))
        self._phases["archive"].less(self._phases["refresh"])

    def _publish(self) -> int:
        """Publish what changed; return how many changes there were.

        Where publish is not measured, there is nothing to publish: its batches are bookkeeping's alone.
        """
        records = self._functions.changes()
        shards: dict[int, list[dict[str, Any]]] = {}
        for record in records:
            if self._publishes or record["eventName"] == "MODIFY":
                key = json.dumps(record["dynamodb"]["Keys"], sort_keys=True)
                shards.setdefault(crc32(key.encode()) % STREAM_SHARDS, []).append(record)
        for run in shards.values():
            self._functions.publish(run)
        return len(records)

    def _extract(self) -> int:
        with self._functions.whole_catalogue():
            return self._functions.work_off()

    def _look(self) -> None:
        """Look at what came up within an hour; leave out what a run has beside that, which polls have, too.

        From here on the publishers stay as they are, and no feed is due: what is billed then is of looks.
        """
        self._publishers.rest(LOOKS_UNTIL + HOUR)
        self._functions.hurry(on=True)
        for moment in (START + LATE + (self._ticks + 1) * TICK, START + LOOKS_FROM):
            self._functions.clock.advance_to(moment)
            self._looks()
        self._functions.hurry(on=False)
        self._functions.take()
        self._functions.clock.advance_to(START + LOOKS_UNTIL)
        self._metered("look", self._looks)
        self._metered("none", lambda: self._functions.fire("FetchFunction"))
        self._phases["look"].less(self._phases.pop("none"))

    def _looks(self) -> int:
        self._functions.fire("FetchFunction")
        looks = self._extract()
        self._publish()
        return looks

    def _at(self, moment: datetime) -> None:
        self._functions.clock.advance_to(moment)
        self._publishers.at(self._functions.clock.now())

    def _metered(self, name: str, work: Callable[[], int]) -> None:
        times = work()
        self._phases.setdefault(name, Phase()).add(times, self._functions.take())
