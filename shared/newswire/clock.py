"""The one place that reads the clock; everything else is told the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# The most that the clocks of two invocations are taken to differ by, each being five minutes off at most.
CLOCK_SKEW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time in UTC, ``offset`` ahead of the machine's (the local run moves a demo along)."""

    offset: timedelta = timedelta(0)

    def now(self) -> datetime:
        """Return the present moment, aware and in UTC."""
        return datetime.now(UTC) + self.offset


def instant(moment: datetime) -> str:
    """Return a moment of our own clock as RFC 3339 UTC with milliseconds; such texts sort by time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
