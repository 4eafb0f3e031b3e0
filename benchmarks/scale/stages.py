"""What fetch and extract take for one feed, one article and one look, by their real handlers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from benchmarks.billing.amounts import Amounts
from benchmarks.billing.functions import Functions
from benchmarks.billing.model import wall_seconds
from benchmarks.billing.prices import Prices
from benchmarks.billing.publishers import served
from benchmarks.billing.scenario import HOUR, START, TICK

PROJECT = Path(__file__).resolve().parents[2]
SERVED = 100  # publishers: a batch of ten is of about as many, as in a large portal
# Between the polls: sooner than the first look at what the first of them brought
LATER = 3 * TICK
REST = 5 * HOUR


@dataclass(frozen=True, slots=True)
class Part:
    """What one kind of work took: how often it was done, in how many invocations, and what of each unit.

    ``seconds`` are those of all invocations in Lambda, by the function's share of a processor.
    """

    times: int
    invocations: int
    seconds: float
    cpu: float
    units: Amounts[str] = field(default_factory=Amounts)

    def each(self, unit: str) -> float:
        """Return what doing it once takes of a unit."""
        return self.units[unit] / self.times

    @property
    def batch_seconds(self) -> float:
        """Seconds of one invocation."""
        return self.seconds / self.invocations


@dataclass(frozen=True, slots=True)
class Stages:
    """Polls of feeds, articles and looks, and the bytes of a stream record of either."""

    poll: Part
    article: Part
    look: Part
    article_record: float
    look_record: float


def measure(prices: Prices, feeds: int, articles_a_day: int) -> Stages:
    """Run some hours of a few publishers at the portal's full rate, and then looks at what came."""
    every = timedelta(days=1) * feeds / articles_a_day
    with (
        served(SERVED, START - timedelta(days=30), every, prices.latency["publisher"]) as publishers,
        Functions.started(
            PROJECT, publishers, START, lambda service, _: prices.latency[service]
        ) as functions,
    ):
        metered = _Metered(functions)
        publishers.at(functions.clock.now())
        functions.fire("FetchFunction")
        functions.work_off()
        functions.changes()
        functions.take()
        functions.clock.advance_to(START + LATER)
        publishers.at(functions.clock.now())
        metered.part("poll", "FetchFunction", lambda: functions.fire("FetchFunction") * SERVED)
        metered.part("article", "ExtractFunction", functions.work_off)
        metered.records("article")
        publishers.rest(REST)
        functions.clock.advance_to(START + REST)
        functions.fire("FetchFunction")
        functions.take()
        metered.part("look", "ExtractFunction", functions.work_off)
        metered.records("look")
        return metered.stages()


class _Metered:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions
        self._parts: dict[str, Part] = {}
        self._bytes: dict[str, float] = {}

    def part(self, name: str, function: str, work: Callable[[], int]) -> None:
        """Do some work and keep what a function took for it."""
        times = work()
        taken = self._functions.take()
        units: Amounts[str] = Amounts()
        for (stage, unit), number in taken.bill.items():
            if stage == function:
                units[unit] += number
        cpu = taken.cpu[function]
        seconds = wall_seconds(taken.seconds[function], cpu, self._functions.memory()[function])
        self._parts[name] = Part(times, int(units["Lambda request"]), seconds, cpu, units)

    def records(self, name: str) -> None:
        """Keep how large the stream's records are."""
        sizes = [len(json.dumps(record, default=str)) for record in self._functions.changes()]
        self._bytes[name] = sum(sizes) / len(sizes) if sizes else 0.0

    def stages(self) -> Stages:
        """Return all of it."""
        parts, sizes = self._parts, self._bytes
        return Stages(parts["poll"], parts["article"], parts["look"], sizes["article"], sizes["look"])
