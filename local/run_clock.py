"""The time of a local run: the machine's, or a demo's that runs ahead of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class RunClock:
    """The machine's clock plus ``offset``, which the handlers are told as ``CLOCK_OFFSET``."""

    def __init__(self, machine: datetime | None = None) -> None:
        """``machine`` is the moment that it shows first; it goes on from there at the machine's pace."""
        self.offset = timedelta(0) if machine is None else machine - datetime.now(UTC)

    def now(self) -> datetime:
        """Return the run's time, aware and in UTC."""
        return datetime.now(UTC) + self.offset

    def advance_to(self, moment: datetime) -> None:
        """Jump ahead to ``moment``; a moment in the past changes nothing."""
        self.offset += max(moment - self.now(), timedelta(0))
