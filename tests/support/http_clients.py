"""What the tests of the HTTP client share: its name, its limits, a resolver that is told what to say."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from newswire.http_client import FetchFailed, HttpClient, Limits, user_agent

AGENT = user_agent("https://portal.example")
LIMITS = Limits(body=100_000, deadline=timedelta(seconds=5))
# A deadline that a test may wait for; what must not be waited for is far above it.
SHORT = Limits(body=100_000, deadline=timedelta(seconds=0.3))

GetAddrInfo = Callable[..., list[Any]]


def resolver(*addresses: str, asked: list[str] | None = None) -> GetAddrInfo:
    """Return a stand-in for getaddrinfo: each call gives the next of ``addresses``, the last for ever."""
    left = list(addresses)

    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        if asked is not None:
            asked.append(host)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in found.split()
        ]

    return getaddrinfo


def failure(client: HttpClient, url: str, limits: Limits = LIMITS) -> FetchFailed:
    """Return how a request fails."""
    with pytest.raises(FetchFailed) as raised:
        client.get(url, limits)
    return raised.value


def timed_failure(client: HttpClient, url: str) -> FetchFailed:
    """Return how a request fails, not much later than its deadline."""
    started = time.monotonic()
    failed = failure(client, url, SHORT)
    assert time.monotonic() - started < 2
    return failed
