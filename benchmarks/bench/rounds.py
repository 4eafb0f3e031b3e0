"""Several sides in turns, round by round, so that what disturbs the machine disturbs all of them."""

from __future__ import annotations

import gc
import resource
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Side = TypeVar("Side")


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds that one side took once: by the clock, and of CPU, children that have ended included."""

    wall: float
    cpu: float


def in_turns(sides: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[Spent]]:
    """Run every side once a round and return what it took; each round begins with another side."""
    spent: dict[str, list[Spent]] = {name: [] for name in sides}
    for number in range(rounds):
        for name in turn(list(sides), number):
            spent[name].append(measured(sides[name]))
    return spent


def turn(sides: Sequence[Side], number: int) -> list[Side]:
    """Return the sides in the order of a round; each round begins with another one."""
    first = number % len(sides)
    return [*sides[first:], *sides[:first]]


def measured(run: Callable[[], object]) -> Spent:
    """Return what one call takes."""
    gc.collect()
    wall, cpu = time.perf_counter(), _cpu()
    run()
    return Spent(time.perf_counter() - wall, _cpu() - cpu)


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def median_wall(spent: Sequence[Spent]) -> float:
    """Return the median of the seconds by the clock."""
    return statistics.median(one.wall for one in spent)


def median_cpu(spent: Sequence[Spent]) -> float:
    """Return the median of the seconds of CPU."""
    return statistics.median(one.cpu for one in spent)


def median_ratio(ours: Sequence[float], others: Sequence[float]) -> float:
    """Return the median over rounds of ours divided by another side's figure of the same round."""
    return statistics.median(one / other for one, other in zip(ours, others, strict=True))
