"""What a run did, counted; the function's answer and its metrics."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from threading import Lock
from typing import Any

from functions.fetch.outcomes import UNDELIVERED


@dataclass(slots=True)
class Totals:
    """Counts of one run.

    ``waiting`` are due feeds that were not asked, since their domain wants to be left alone or is busy,
    or the run's time was over; ``stopped`` are feeds of publishers that said stop; ``shards`` were sent to
    FetchQueue, ``busy_shards`` were being polled by another run. ``skipped`` counts entries, ``failures``
    polls, ``transitions`` changes of feeds' health, each by reason. While feeds are asked, several threads
    count: each holds ``counting`` meanwhile.
    """

    feeds_polled: int = 0
    not_modified: int = 0
    entries: int = 0
    sent: int = 0
    held_back: int = 0
    rechecks: int = 0
    waiting: int = 0
    stopped: int = 0
    shards: int = 0
    busy_shards: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    transitions: Counter[str] = field(default_factory=Counter)
    counting: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    def to_answer(self) -> dict[str, Any]:
        """Return plain data."""
        values = {one.name: getattr(self, one.name) for one in fields(self) if one.init}
        return {name: dict(value) if isinstance(value, Counter) else value for name, value in values.items()}

    def to_metrics(self, *, is_scheduled: bool) -> dict[str, float]:
        """Return the counts that are metrics, by their names.

        A scheduled run has succeeded if it handed something over or nothing of ours failed, whatever the
        feeds were like.
        """
        return {
            "RunsSucceeded": is_scheduled and (self.sent > 0 or not self._has_failed_us()),
            "FeedsPolled": self.feeds_polled,
            "EntriesSent": self.sent,
            "FeedFailures": self.failures.total(),
            "ShardsSent": self.shards,
            **{f"Feeds{name.title()}": self.transitions[name] for name in TRANSITIONS},
        }

    def _has_failed_us(self) -> bool:
        return any(self.failures[reason] for reason in (UNDELIVERED, "internal error"))


# The metrics of every run, zero included
ALWAYS = ("FeedsPolled",)

TRANSITIONS = ("failing", "silent", "gone", "moved", "recovered", "stopped")
