"""Results of many threads on their way to the one that works them off: few at a time, for memory."""

from __future__ import annotations

from collections.abc import Callable, Generator
from queue import Queue
from threading import Event, Semaphore
from typing import Generic, TypeVar

# Documents wait for the one parser on their servers, not in our memory.
WAITING = 8
# Of those, the documents that are read: what a parser answers may be longer than what it was given.
READ_AHEAD = 2

T = TypeVar("T")


class Handover(Generic[T]):
    """Where so many ``givers`` bring their results; each says at its end that it is done."""

    def __init__(self, givers: int) -> None:
        self._givers = givers
        self._arrived: Queue[tuple[T, bool] | None] = Queue(maxsize=WAITING)
        self._room = Semaphore(READ_AHEAD)
        self._ended = Event()

    def has_ended(self) -> bool:
        """Return whether nobody takes results any more."""
        return self._ended.is_set()

    def give(self, make: Callable[[], T], *, is_large: bool) -> None:
        """Bring what ``make`` returns; where it is large, make it only when few of that kind wait."""
        if is_large:
            self._room.acquire()
        try:
            result = None if self.has_ended() else (make(), is_large)
        except BaseException:
            self._leave(is_large=is_large)
            raise
        if result is None:
            self._leave(is_large=is_large)
        else:
            self._arrived.put(result)

    def done(self) -> None:
        """Say that there is nothing more of one giver."""
        self._arrived.put(None)

    def taken(self) -> Generator[T, None, None]:
        """Yield the results as they arrive until all are done; who stops earlier waits for that, too."""
        working = self._givers
        try:
            while working:
                arrived = self._arrived.get()
                if arrived is None:
                    working -= 1
                    continue
                result, is_large = arrived
                self._leave(is_large=is_large)
                yield result
        finally:
            self._ended.set()
            self._room.release()  # so that no thread waits for a place for ever
            while working:
                arrived = self._arrived.get()
                working -= arrived is None
                self._leave(is_large=arrived is not None and arrived[1])

    def _leave(self, *, is_large: bool) -> None:
        if is_large:
            self._room.release()
