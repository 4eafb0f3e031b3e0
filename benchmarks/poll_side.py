"""One side of the comparison of polls, a process of its own: it polls when it is told to, and times itself.

Nothing of Newswire is imported here: the peers' Python runs this, too. A line of JSON comes in for each poll
(`first` says that nothing may be known of any feed) and one goes out: seconds by the clock and of CPU, and
how often which status was answered.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from tests.support.process_costs import cpu_seconds


@dataclass(frozen=True, slots=True)
class Task:
    """Whom to ask: all of these URLs, at most so many at once."""

    urls: tuple[str, ...]
    at_once: int

    @classmethod
    def of(cls, arguments: Sequence[str]) -> Task:
        """Read what :meth:`arguments` wrote."""
        port, feeds, at_once = map(int, arguments)
        return cls(tuple(f"https://{host}:{port}/rss" for host in hosts(feeds)), at_once)


def hosts(feeds: int) -> tuple[str, ...]:
    """Return the hosts of so many feeds, each of a domain of its own."""
    return tuple(f"www.host-{number}.example" for number in range(feeds))


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll of all feeds took, in seconds; `answers` counts the feeds by status."""

    wall: float
    cpu: float
    answers: dict[str, int]


class Side(Protocol):
    """Something that polls all feeds."""

    def forget(self) -> None:
        """Know nothing of any feed from now on. It is not timed."""

    def poll(self) -> dict[str, int]:
        """Ask all feeds once; return how often which status was answered."""


def answer_polls(side: Side) -> None:
    """Poll whenever a line comes in, until there are no more."""
    for line in sys.stdin:
        if json.loads(line)["first"]:
            side.forget()
        print(json.dumps(asdict(_timed(side.poll))), flush=True)


def _timed(poll: Callable[[], dict[str, int]]) -> Polled:
    gc.collect()
    wall, cpu = time.perf_counter(), _cpu()
    answers = poll()
    return Polled(time.perf_counter() - wall, _cpu() - cpu, answers)


def _cpu() -> float:
    """Return the seconds of CPU of this process and of its living children."""
    return time.process_time() + sum(map(cpu_seconds, _children()))


def _children() -> list[int]:
    found: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has ended meanwhile
            found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def resolve_to_loopback() -> None:
    """Resolve the hosts of the comparison, and no others, to loopback: no side pays for a network."""

    def getaddrinfo(host: Any, port: Any, *_: Any, **__: Any) -> list[Any]:
        name = host.decode() if isinstance(host, bytes) else host
        if name.endswith(".example") or name == "127.0.0.1":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", int(port)))]
        raise socket.gaierror(socket.EAI_NONAME, host)

    socket.getaddrinfo = getaddrinfo


def authorities() -> str:
    """Return the file of the authorities that are trusted."""
    return os.environ["SSL_CERT_FILE"]
