"""Connections that are kept open between two requests to one place: few, and not for long."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

IDLE_SECONDS = 30.0  # a network between us may forget a connection without a word


class Closable(Protocol):
    """What is kept."""

    @property
    def is_connected(self) -> bool:
        """Return whether the other side has neither closed it nor sent what nobody asked for."""

    def close(self) -> None:
        """Close it."""


C = TypeVar("C", bound=Closable)


class IdleConnections(Generic[C]):
    """At most ``most`` connections, one a place; the one that was idle the longest goes first."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[C, float]] = OrderedDict()

    def keep(self, place: Hashable, connection: C) -> None:
        """Keep a connection whose last answer was read to its end."""
        with self._lock:
            leaving = [self._kept.pop(place)[0]] if place in self._kept else []
            self._kept[place] = (connection, self._clock())
            if len(self._kept) > self._most:
                leaving.append(self._kept.popitem(last=False)[1][0])
        for one in leaving:
            one.close()

    def take(self, place: Hashable) -> C | None:
        """Return the connection of a place if it is still good; it is the caller's from now on."""
        with self._lock:
            found = self._kept.pop(place, None)
        if found is None:
            return None
        connection, since = found
        if self._clock() - since <= IDLE_SECONDS and connection.is_connected:
            return connection
        connection.close()
        return None

    def close(self) -> None:
        """Close them all."""
        with self._lock:
            leaving, self._kept = self._kept, OrderedDict()
        for connection, _ in leaving.values():
            connection.close()
