"""Fixtures of the tests of the HTTP client."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from newswire.address_guard import AddressGuard
from newswire.http_client import HttpClient
from tests.support.http_clients import AGENT
from tests.support.web_server import WebServer


@pytest.fixture
def client(web: WebServer) -> Iterator[HttpClient]:
    """Return a client that may ask the loopback web server."""
    made = HttpClient(AddressGuard(web.loopback("feeds.localhost")), AGENT)
    yield made
    made.close()


@pytest.fixture
def public_client() -> Iterator[HttpClient]:
    """Return a client of the deployed kind: nothing local is allowed."""
    made = HttpClient(AddressGuard(), AGENT)
    yield made
    made.close()


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Record the addresses that would be connected to; every connection is refused."""
    addresses: list[Any] = []

    def connect(_: socket.socket, address: Any) -> None:
        addresses.append(address[0])
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr("socket.socket.connect", connect)
    return addresses
