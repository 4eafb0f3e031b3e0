"""HTTP POST: guarded as every request is, sent once, and never led on by a redirect."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from newswire.http_client import FetchFailed, HttpClient
from tests.support.http_clients import AGENT, LIMITS, SHORT, resolver
from tests.support.web_server import Reply, WebServer

FORM = "application/x-www-form-urlencoded"


def test_a_post_carries_its_body_and_type_and_nothing_else(client: HttpClient, web: WebServer) -> None:
    web.replies["/hub"] = Reply(b"taken", status=202)

    answer = client.post(web.url("/hub"), b"hub.mode=publish", FORM, LIMITS)

    (asked,) = web.asked
    assert (answer.status, answer.body, answer.url) == (202, b"taken", web.url("/hub"))
    assert (asked.method, asked.path, asked.body) == ("POST", "/hub", b"hub.mode=publish")
    assert (asked.header("Content-Type"), asked.header("Content-Length")) == (FORM, "16")
    assert asked.header("User-Agent") == AGENT
    names = {name.lower() for name, _ in asked.headers}
    assert names == {"host", "user-agent", "accept-encoding", "content-type", "content-length"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["http://169.254.169.254/latest/meta-data/", "/elsewhere"])
def test_a_redirect_is_an_answer_and_is_not_followed(
    status: int, location: str, client: HttpClient, web: WebServer
) -> None:
    web.replies["/hub"] = Reply(status=status, headers={"Location": location})
    assert client.post(web.url("/hub"), b"x", FORM, LIMITS).status == status
    assert web.paths() == ["/hub"]


@pytest.mark.parametrize("status", [400, 429, 500, 503])
def test_every_status_is_an_answer(status: int, client: HttpClient, web: WebServer) -> None:
    web.replies["/hub"] = Reply(b"no", status=status, headers={"Retry-After": "9"})
    answer = client.post(web.url("/hub"), b"x", FORM, LIMITS)
    assert (answer.status, answer.headers["retry-after"]) == (status, "9")


def test_of_an_answer_no_more_is_read_than_is_wanted(client: HttpClient, web: WebServer) -> None:
    """A hub that answers a ping with a bomb gets its status read and no more of its body than the cap."""
    web.replies["/hub"] = Reply(b"\0" * 20_000_000, gzipped=True)
    answer = client.post(web.url("/hub"), b"x", FORM, replace(LIMITS, body=1000, truncate=True))
    assert (answer.status, len(answer.body)) == (200, 1000)


def test_each_post_has_a_connection_of_its_own(client: HttpClient, web: WebServer) -> None:
    """On one that was kept, nobody could tell whether a POST has arrived before it was found closed."""
    web.replies["/hub"] = Reply(b"")
    client.get(web.url("/hub"), LIMITS)
    client.post(web.url("/hub"), b"1", FORM, LIMITS)
    client.post(web.url("/hub"), b"2", FORM, LIMITS)
    assert len({asked.client_port for asked in web.asked}) == 3


def test_a_receiver_that_never_answers_ends_at_the_deadline(client: HttpClient, web: WebServer) -> None:
    web.replies["/hub"] = Reply(hang=True)
    started = time.monotonic()
    with pytest.raises(FetchFailed, match="timed out"):
        client.post(web.url("/hub"), b"x", FORM, SHORT)
    assert time.monotonic() - started < 2
    assert len(web.asked) == 1


def test_a_local_address_is_refused_before_anything_is_sent(
    public_client: HttpClient, web: WebServer
) -> None:
    with pytest.raises(FetchFailed, match="address refused"):
        public_client.post(web.url("/hub"), b"x", FORM, LIMITS)
    assert web.asked == []


def test_a_public_name_that_leads_to_a_private_address_is_refused(
    public_client: HttpClient, connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", resolver("169.254.169.254"))
    with pytest.raises(FetchFailed, match="address refused"):
        public_client.post("http://hub.example/", b"x", FORM, LIMITS)
    assert connected == []
