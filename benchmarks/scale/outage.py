"""What waits after two hours without extract, and how soon that is worked off (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.billing.model import FULL_PROCESSOR
from benchmarks.scale.backlog import Pace, drained, publishers
from benchmarks.scale.limits import EXTRACT_BATCH, EXTRACT_MEMORY, EXTRACTS, FETCHES, SCHEDULE, STREAM_SHARDS
from benchmarks.scale.pressure import Traffic
from benchmarks.scale.stages import Part, Stages
from tests.support.simulated_feeds import BIG_DOMAINS

OUTAGE = 7200.0  # seconds
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
        return self.seconds is not None and self.seconds <= SCHEDULE


def accounts(new: float) -> tuple[Account, ...]:
    """Return the accounts that are looked at; ``new`` is what a new one may run at once.

    There, extract has what is left where everything else runs as often at once as it may.
    """
    left = max(1, min(EXTRACTS, int(new) - OTHERS))
    return (
        Account("an account that may run 1,000 at once", EXTRACTS),
        Account(f"a new account: {int(new)} at once, of which {OTHERS} are others'", left),
    )


def drains(traffic: Traffic, stages: Stages, new: float) -> Iterator[Drain]:
    """Yield what becomes of it; looks stay due until it is worked off (docs/decisions/0131)."""
    articles = round(traffic.articles * OUTAGE / SCHEDULE)
    waiting = publishers(articles, [one * traffic.feeds // 5000 for one in BIG_DOMAINS], traffic.feeds)
    a_second = traffic.articles / SCHEDULE
    for account in accounts(new):
        pace = pace_of(stages.article, account.at_once)
        yield Drain(account, articles, drained(waiting, a_second, pace))


def pace_of(part: Part, at_once: int) -> Pace:
    """Return how fast batches go by what the measured ones, of as many publishers as messages, took."""
    processor = part.cpu / part.times / PROCESSOR
    filled = part.times / part.invocations
    waiting = max(0.0, part.batch_seconds - processor * filled)
    return Pace(processor, waiting, GAP, EXTRACT_BATCH, at_once)
