"""One request at a time for each host, and a gap between two of them, whoever asks."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from newswire.fetch_failure import FetchFailed

HOSTS_REMEMBERED = 4096


@dataclass(slots=True)
class _Place:
    """A host that is being asked or waited for."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    users: int = 0


class HostTurns:
    """Turns of hosts, for all threads of a client.

    Of hosts that nobody asks, the end of the last request is remembered, of the ``remembered`` latest.
    """

    def __init__(
        self,
        *,
        remembered: int = HOSTS_REMEMBERED,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._remembered = remembered
        self._lock = threading.Lock()
        self._places: dict[str, _Place] = {}
        self._ended: OrderedDict[str, float] = OrderedDict()

    def pause_before(self, host: str, gap: float) -> float:
        """Return the seconds until ``gap`` is over since the last request to ``host`` that is known; or 0."""
        with self._lock:
            ended = self._ended.get(host)
        return 0.0 if ended is None else max(ended + gap - self._clock(), 0.0)

    @contextmanager
    def turn(self, host: str, gap: float, patience: float) -> Iterator[float]:
        """Hold ``host`` while the block runs; give the seconds that were waited for others.

        It begins ``gap`` seconds or more after the end of the request before. ``patience`` is how long
        others may make it wait beyond that; raise :class:`FetchFailed` (``host busy``) after it.
        """
        started = self._clock()
        place = self._enter(host)
        try:
            if not place.lock.acquire(timeout=patience + gap):
                raise FetchFailed("host busy", f"{host} had no turn in {patience + gap:.0f} s")
            try:
                waited = self._clock() - started
                self._pause(host, gap, patience + gap - waited)
                try:
                    yield min(waited, patience)
                finally:
                    self._end(host)
            finally:
                place.lock.release()
        finally:
            self._leave(host, place)

    def _pause(self, host: str, gap: float, limit: float) -> None:
        pause = self.pause_before(host, gap)
        if pause <= 0:
            return
        if pause > limit:
            raise FetchFailed("host busy", f"{host} has its next turn in {pause:.1f} s")
        self._sleep(pause)

    def _end(self, host: str) -> None:
        with self._lock:
            self._ended[host] = self._clock()
            self._ended.move_to_end(host)
            if len(self._ended) > self._remembered:
                self._ended.popitem(last=False)

    def _enter(self, host: str) -> _Place:
        with self._lock:
            place = self._places.setdefault(host, _Place())
            place.users += 1
            return place

    def _leave(self, host: str, place: _Place) -> None:
        with self._lock:
            place.users -= 1
            if not place.users:
                del self._places[host]


@cache
def kept_turns() -> HostTurns:
    """Return the turns of this execution environment: a host's gap does not end with an invocation."""
    return HostTurns()
