"""One deadline over everything: look-up, connection, TLS, headers, body, all hops."""

from __future__ import annotations

import socket
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from newswire.address_guard import AddressGuard
from newswire.http_body import Large
from newswire.http_client import FetchFailed, HttpClient
from newswire.timed_sockets import TimedSocket
from tests.support.http_clients import AGENT, LIMITS, SHORT, failure, timed_failure
from tests.support.web_server import Reply, WebServer


def test_a_server_that_says_nothing_is_left_at_the_deadline(client: HttpClient, web: WebServer) -> None:
    web.replies["/rss"] = Reply(hang=True)
    assert timed_failure(client, web.url("/rss")).reason == "timed out"


def test_a_body_that_drips_is_cut_at_the_deadline(client: HttpClient, web: WebServer) -> None:
    web.replies["/rss"] = Reply(pieces=[b"x"] * 200, pause=0.02)
    assert timed_failure(client, web.url("/rss")).reason == "timed out"


def test_what_a_large_body_waits_for_room_is_not_of_its_time(client: HttpClient, web: WebServer) -> None:
    web.replies["/rss"] = Reply(b"x" * 1_000_000)
    waits = Large(1000, lambda: time.sleep(1.2 * SHORT.deadline.total_seconds()))
    answer = client.get(web.url("/rss"), replace(SHORT, body=1_000_000, large=waits))
    assert len(answer.body) == 1_000_000


def test_the_end_of_a_body_that_waited_has_its_deadline_as_well(client: HttpClient, web: WebServer) -> None:
    web.replies["/rss"] = Reply(pieces=[b"x" * 2000, *[b"x"] * 200], pause=0.02)
    limits = replace(SHORT, large=Large(1000, lambda: time.sleep(0.1)))
    with pytest.raises(FetchFailed, match="timed out"):
        client.get(web.url("/rss"), limits)


def test_headers_that_drip_are_cut_at_the_deadline(client: HttpClient, web: WebServer) -> None:
    web.replies["/rss"] = Reply(raw=[b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n"] * 200], pause=0.02)
    assert timed_failure(client, web.url("/rss")).reason == "timed out"


@pytest.mark.parametrize(
    "raw",
    [
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[b"0"] * 200],
        [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08\0\0\0\0\0\0", *[b"n"] * 200],
        [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 200],
    ],
    ids=["chunk-size", "gzip-header", "until-closed"],
)
def test_a_drip_that_yields_no_body_is_cut_as_well(
    raw: list[bytes], client: HttpClient, web: WebServer
) -> None:
    web.replies["/rss"] = Reply(raw=raw, pause=0.02)
    assert timed_failure(client, web.url("/rss")).reason == "timed out"


def test_a_chain_of_slow_redirects_has_one_deadline(client: HttpClient, web: WebServer) -> None:
    for number in range(5):
        web.replies[f"/{number}"] = Reply(
            status=302, headers={"Location": f"/{number + 1}"}, pieces=[b"x"] * 8, pause=0.02
        )
    assert timed_failure(client, web.url("/0")).reason == "timed out"
    assert len(web.asked) < 5


def test_an_endless_series_of_interim_answers_is_cut_at_the_deadline(
    client: HttpClient, web: WebServer
) -> None:
    web.replies["/rss"] = Reply(raw=[b"HTTP/1.1 100 Continue\r\n\r\n"] * 200, pause=0.02)
    assert timed_failure(client, web.url("/rss")).reason == "timed out"


def test_a_look_up_that_hangs_is_left_at_the_deadline_and_holds_up_no_other(
    client: HttpClient, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def hang(host: str, *_: Any, **__: Any) -> list[Any]:
        if host == "kabar.example":
            over.wait()
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", hang)
    try:
        failed = timed_failure(client, "http://kabar.example/rss")
        assert str(failed) == "timed out: TimeoutError: the look-up of kabar.example took more than its time"
        assert failure(client, "http://warta.example/rss").reason == "host not found"
        web.replies["/rss"] = Reply(b"<rss/>")
        assert client.get(web.url("/rss", "127.0.0.1"), LIMITS).body == b"<rss/>"
    finally:
        over.set()


def test_a_connection_that_nobody_accepts_is_left_at_the_deadline() -> None:
    """The queue of a listening socket is full, so that the handshake of TCP is never answered."""
    with socket.socket() as listener, ExitStack() as stack:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        place = listener.getsockname()
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(place)
        client = HttpClient(AddressGuard(frozenset({f"127.0.0.1:{place[1]}"})), AGENT)
        assert timed_failure(client, f"http://127.0.0.1:{place[1]}/").reason == "timed out"


def test_the_body_of_an_error_may_drip_without_hiding_the_status(client: HttpClient, web: WebServer) -> None:
    web.replies["/rss"] = Reply(status=503, pieces=[b"x"] * 200, pause=0.02, headers={"Retry-After": "60"})
    answer = client.get(web.url("/rss"), SHORT)
    assert (answer.status, answer.headers["retry-after"], answer.body) == (503, "60", b"")


@pytest.mark.skipif(sys.platform != "linux", reason="the option is Linux's")
def test_no_server_waits_with_an_answers_second_piece_for_the_first_ones_acknowledgement(
    client: HttpClient, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.replies["/rss"] = Reply(body=b"<rss/>")
    told: list[object] = []

    def setsockopt(sock: TimedSocket, level: int, option: int, value: int) -> None:
        told.append((level, option, value))
        socket.socket.setsockopt(sock, level, option, value)

    monkeypatch.setattr(TimedSocket, "setsockopt", setsockopt)
    for _ in range(2):
        client.get(web.url("/rss"), LIMITS)

    assert told.count((socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)) == 2
