"""The time that one message may take."""

from __future__ import annotations

import time
from dataclasses import dataclass

from functions.extract.failures import TransientFailure


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of the time that one message may take, by the monotonic clock."""

    end: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the deadline so many seconds from now."""
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """Return the seconds left; raise :class:`TransientFailure` where there are none."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise TransientFailure("timed out")
        return left
