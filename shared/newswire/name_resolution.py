"""Addresses of host names, in time. The boundary to the system's resolver.

A look-up of the system cannot be interrupted. A few threads of the process make them, so that whoever
asked waits no longer than it wants to; the threads are daemons, so that none keeps the process alive.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

LOOKUPS_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Address:
    """Where a socket can connect to: its family, its numeric host, and both as the system wants them."""

    family: int
    host: str
    sockaddr: tuple[Any, ...]


class Resolver:
    """Looks names up, at most ``threads`` at once; what is over them waits for its turn."""

    def __init__(self, threads: int = LOOKUPS_AT_ONCE) -> None:
        self._lookups: SimpleQueue[tuple[Future[list[Address]], str, int]] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._threads, self._most = 0, threads

    def addresses(self, host: str, port: int, seconds: float) -> list[Address]:
        """Return the addresses of ``host`` in the system's order; a literal stands for itself.

        Raise :class:`socket.gaierror` where there is none, :class:`TimeoutError` after ``seconds``.
        """
        literal = _literal(host, port)
        if literal is not None:
            return [literal]
        lookup: Future[list[Address]] = Future()
        self._lookups.put((lookup, host, port))
        self._employ()
        try:
            return lookup.result(seconds)
        except TimeoutError:
            lookup.cancel()
            raise TimeoutError(f"the look-up of {host} took more than its time") from None

    def _employ(self) -> None:
        if self._idle.acquire(blocking=False):
            return
        with self._lock:
            if self._threads == self._most:
                return
            self._threads += 1
            name = f"resolver-{self._threads}"
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def _work(self) -> None:
        while True:
            lookup, host, port = self._lookups.get()
            if lookup.set_running_or_notify_cancel():
                try:
                    lookup.set_result(_look_up(host, port))
                except (OSError, UnicodeError) as error:
                    lookup.set_exception(error)
            self._idle.release()


def _literal(host: str, port: int) -> Address | None:
    try:
        version = ipaddress.ip_address(host).version
    except ValueError:
        return None
    if version == 4:
        return Address(socket.AF_INET, host, (host, port))
    return Address(socket.AF_INET6, host, (host, port, 0, 0))


def _look_up(host: str, port: int) -> list[Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [Address(family, str(sockaddr[0]), sockaddr) for family, _, _, _, sockaddr in found]


# One for the process: a function's container lives longer than its clients.
_RESOLVER = Resolver()
addresses_of = _RESOLVER.addresses
