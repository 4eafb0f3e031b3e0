"""Room for large documents: how many may be in memory at once, and how long one waits for its turn.

What is asked side by side may be large all at once, as after a mistake in what many publishers share.
A document above :data:`LARGE` bytes is read on when it has a place, and gives it up when it is worked off.
Whoever has a place waits for nobody who wants one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import BoundedSemaphore

from newswire.fetch_failure import FetchFailed
from newswire.http_body import Large

# Bytes, decoded; of the feeds of the frozen web none is so long.
LARGE = 1024 * 1024
# One is read while another one is parsed and worked off.
AT_ONCE = 2
# Servers drop a connection that takes nothing for about a minute.
LONGEST_WAIT = timedelta(seconds=45)
# To read the rest, and to work it off
KEPT_FOR_WORK = timedelta(seconds=65)
# It says nothing about the feed, which stays due.
NO_ROOM = "no room"


def patience(time_left: timedelta) -> timedelta:
    """Return how long a document may wait for a place in a run that has so much time left."""
    return min(max(time_left - KEPT_FOR_WORK, timedelta(0)), LONGEST_WAIT)


class LargeDocuments:
    """The places of one run, for all threads that ask."""

    def __init__(self, time_left: Callable[[], timedelta], places: int = AT_ONCE) -> None:
        self._time_left = time_left
        self._places = BoundedSemaphore(places)

    @contextmanager
    def watched(self) -> Iterator[Large]:
        """Give what a body is read with; where it took a place, that is free after the block."""
        held = _Held(self._places)
        try:
            yield Large(LARGE, lambda: held.take(patience(self._time_left())))
        finally:
            held.give_back()


@dataclass(slots=True)
class _Held:
    """Whether one document has its place."""

    places: BoundedSemaphore
    is_held: bool = False

    def take(self, longest: timedelta) -> None:
        self.is_held = self.places.acquire(timeout=longest.total_seconds())
        if not self.is_held:
            raise FetchFailed(NO_ROOM, f"no place for a large document in {longest.total_seconds():.0f} s")

    def give_back(self) -> None:
        if self.is_held:
            self.places.release()
