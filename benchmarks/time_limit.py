"""A run that ends: what takes longer is given up, with the rows that it has printed."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TookTooLong(Exception):
    """The time is over; the text says how long it was."""


@contextmanager
def ends_within(minutes: int) -> Iterator[None]:
    """Raise :class:`TookTooLong` in the block when so many minutes have passed. For the main thread alone."""

    def give_up(_: int, __: FrameType | None) -> None:
        raise TookTooLong(f"given up after {minutes} minutes: other programs keep the machine busy")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(minutes * 60)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
