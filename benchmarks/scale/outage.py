"""What waits after two hours without extract, and how soon that is worked off (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.billing.model import FULL_PROCESSOR
from benchmarks.scale.backlog import Pace, drained, publishers
from benchmarks.scale.limits import (
    EXTRACT_BATCH,
    EXTRACT_MEMORY,
    EXTRACTS,
    EXTRACTS_RAISED,
    FETCHES,
    SCHEDULE,
    STREAM_SHARDS,
)
from benchmarks.scale.pressure import Traffic
from benchmarks.scale.stages import Part, Stages
from tests.support.simulated_feeds import BIG_DOMAINS

GAP = 1.0  # seconds between two requests of one publisher, by default
PROCESSOR = EXTRACT_MEMORY / FULL_PROCESSOR  # of one
# What else a new account's ten can be at once: the schedule's fetch, its shards, publish's shards and refresh
OTHERS = 1 + FETCHES + STREAM_SHARDS + 1


@dataclass(frozen=True, slots=True)
class Account:
    """An account by what it may run at once, and how many batches of extract that leaves."""

    name: str
    at_once: int


@dataclass(frozen=True, slots=True)
class Drain:
    """How an account works it off: how many ``articles`` wait, and seconds until none does."""

    account: Account
    articles: int
    seconds: float | None

    @property
    def met(self) -> bool:
        """Return whether it is done within one schedule."""
        return _is_soon(self.seconds)


def accounts(new: float) -> tuple[Account, ...]:
    """Return the accounts that are looked at; ``new`` is what a new one may run at once.

    There, extract has what is left where everything else runs as often at once as it may, and its own bound
    where little else runs.
    """
    left = max(1, min(EXTRACTS, int(new) - OTHERS))
    return (
        Account(f"an account of 1,000 at once: ExtractRunsAtOnce {EXTRACTS_RAISED}", EXTRACTS_RAISED),
        Account(f"a new account: {int(new)} at once, of which {OTHERS} are others'", left),
        Account("a new account in which the others leave what the template gives to extract", EXTRACTS),
    )


def enough(traffic: Traffic, part: Part) -> int | None:
    """Return the fewest batches at once that do it within one schedule, ``None`` if 100 are too few."""
    return next((one for one in range(1, 101) if _is_soon(_seconds(traffic, part, one))), None)


def soonest(traffic: Traffic, part: Part) -> float | None:
    """Return the seconds that it takes with as many batches at once as there are publishers.

    What is left then is the pause between two requests of the largest publisher.
    """
    return _seconds(traffic, part, traffic.feeds)


def drains(traffic: Traffic, stages: Stages, new: float) -> Iterator[Drain]:
    """Yield what becomes of it; looks stay due until it is worked off (docs/decisions/0131)."""
    for account in accounts(new):
        yield Drain(account, traffic.waiting, _seconds(traffic, stages.article, account.at_once))


def pace_of(part: Part, at_once: int) -> Pace:
    """Return how fast batches go by what the measured ones, of as many publishers as messages, took."""
    processor = part.cpu / part.times / PROCESSOR
    filled = part.times / part.invocations
    waiting = max(0.0, part.batch_seconds - processor * filled)
    return Pace(processor, waiting, GAP, EXTRACT_BATCH, at_once)


def _seconds(traffic: Traffic, part: Part, at_once: int) -> float | None:
    big = [one * traffic.feeds // 5000 for one in BIG_DOMAINS]
    waiting = publishers(traffic.waiting, big, traffic.feeds)
    return drained(waiting, traffic.articles / SCHEDULE, pace_of(part, at_once))


def _is_soon(seconds: float | None) -> bool:
    return seconds is not None and seconds <= SCHEDULE
