"""What a person sees of a run while it works: lines on standard error."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import TextIO

from local.terminal import say

_EVERY = 2.0  # seconds between two lines about the same work


def own_stderr() -> TextIO:
    """Return standard error under a descriptor of its own, which stays when the process's is diverted."""
    return os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8", errors="backslashreplace")


class Progress:
    """Prints notes at once and steps now and then."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last = time.monotonic()

    def note(self, text: str) -> None:
        """Print a line."""
        self._last = time.monotonic()
        say(text, self._stream)

    def step(self, text: Callable[[], str]) -> None:
        """Print a line unless another one was printed a moment ago; ``text`` may be dear to work out."""
        if time.monotonic() - self._last >= _EVERY:
            self.note(f"  {text()}")


def clock_time(moment: datetime) -> str:
    """Return a moment as a person reads it, in this machine's time zone."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def plural(count: int, one: str, several: str | None = None) -> str:
    """Return ``1 feed`` or ``2 feeds``."""
    return f"{count} {one if count == 1 else several or one + 's'}"
