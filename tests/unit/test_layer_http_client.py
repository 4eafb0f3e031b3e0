"""HTTP GET for documents of strangers: what is asked, what is answered, and how it fails."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import Any

import pytest

from newswire import __version__
from newswire.address_guard import AddressGuard
from newswire.http_client import HttpClient, user_agent
from tests.support.http_clients import AGENT, LIMITS, failure
from tests.support.web_server import Reply, WebServer

# --- What a publisher's server sees ---


def test_a_request_is_honest_and_carries_nothing_else(client: HttpClient, web: WebServer) -> None:
    web.replies["/rss"] = Reply(b"<rss/>", headers={"Set-Cookie": "visitor=1; Path=/"})
    client.get(web.url("/rss"), LIMITS)
    client.get(web.url("/rss"), LIMITS, {"Accept": "application/rss+xml"})
    first, second = web.asked
    assert {name.lower() for name, _ in first.headers} == {"host", "user-agent", "accept-encoding"}
    assert {name.lower() for name, _ in second.headers} == {"host", "user-agent", "accept-encoding", "accept"}
    assert first.header("User-Agent") == f"Newswire/{__version__} (+https://portal.example/about.html)"
    assert first.header("Accept-Encoding") == "gzip"
    assert first.path == "/rss"


def test_conditions_arrive_byte_for_byte(client: HttpClient, web: WebServer) -> None:
    etag, modified = 'W/"é  x,\\"y\\""', "Mon, 2 Jun 2025 8:00:00 +0700"
    client.get(web.url("/rss"), LIMITS, {"If-None-Match": etag, "If-Modified-Since": modified})
    assert web.asked[0].header("If-None-Match") == etag
    assert web.asked[0].header("If-Modified-Since") == modified


def test_one_connection_serves_many_requests(client: HttpClient, web: WebServer) -> None:
    web.replies["/rss"] = Reply(b"<rss/>", gzipped=True)
    web.replies["/chunked"] = Reply(pieces=[b"<rss", b"/>"])
    web.replies["/same"] = Reply(etag='"1"')
    for path in ("/rss", "/chunked", "/missing", "/rss"):
        client.get(web.url(path), LIMITS)
    client.get(web.url("/same"), LIMITS, {"If-None-Match": '"1"'})
    assert len({asked.client_port for asked in web.asked}) == 1


def test_the_user_agent_leads_to_the_about_page() -> None:
    assert (
        user_agent("https://kabar.example") == f"Newswire/{__version__} (+https://kabar.example/about.html)"
    )


# --- Answers ---


def test_an_answer_has_its_body_status_and_lower_case_headers(client: HttpClient, web: WebServer) -> None:
    web.replies["/rss"] = Reply("<rss>é</rss>".encode(), etag='"1"', headers={"Cache-Control": "max-age=60"})
    answer = client.get(web.url("/rss"), LIMITS)
    assert (answer.status, answer.body, answer.url) == (200, "<rss>é</rss>".encode(), web.url("/rss"))
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["cache-control"] == "max-age=60"
    assert answer.permanent_url is None


@pytest.mark.parametrize("status", [304, 404, 410, 429, 500, 503])
def test_every_final_status_is_an_answer(status: int, client: HttpClient, web: WebServer) -> None:
    web.replies["/rss"] = Reply(
        b"" if status == 304 else b"sorry", status=status, headers={"Retry-After": "120"}
    )
    answer = client.get(web.url("/rss"), LIMITS)
    assert (answer.status, answer.headers["retry-after"]) == (status, "120")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"x" * 50_000, gzipped=True),
        Reply(pieces=[b"x" * 10_000] * 5),
        Reply(b"x" * 50_000),
        Reply(raw=[b"HTTP/1.0 200 OK\r\n\r\n", b"x" * 50_000]),
    ],
    ids=["gzip", "chunked", "plain", "until-closed"],
)
def test_a_body_is_read_whole_however_it_is_sent(reply: Reply, client: HttpClient, web: WebServer) -> None:
    web.replies["/rss"] = reply
    assert client.get(web.url("/rss"), LIMITS).body == b"x" * 50_000


def test_a_body_above_the_cap_is_a_failure(client: HttpClient, web: WebServer) -> None:
    web.replies["/rss"] = Reply(b"x" * 100_001)
    assert str(failure(client, web.url("/rss"))) == "too large: more than 100000 bytes"
    web.replies["/rss"] = Reply(b"x" * 100_000)
    assert len(client.get(web.url("/rss"), LIMITS).body) == 100_000


def test_a_body_above_the_cap_is_cut_where_that_is_wanted(client: HttpClient, web: WebServer) -> None:
    web.replies["/robots.txt"] = Reply(b"x" * 300_000)
    answer = client.get(web.url("/robots.txt"), replace(LIMITS, truncate=True))
    assert len(answer.body) == 100_000
    assert client.get(web.url("/missing"), LIMITS).status == 404


def test_what_counts_is_the_decoded_size(client: HttpClient, web: WebServer) -> None:
    """A gzip bomb of twenty kilobytes ends at the cap, not at twenty megabytes."""
    web.replies["/rss"] = Reply(b"\0" * 20_000_000, gzipped=True)
    assert failure(client, web.url("/rss")).reason == "too large"


def test_a_list_in_several_headers_is_one_and_of_a_single_value_the_first_counts(
    client: HttpClient, web: WebServer
) -> None:
    head = (
        b"HTTP/1.1 200 OK",
        b"Cache-Control: no-transform",
        b'ETag: W/"a, b"',
        b"cache-control: max-age=60",
        b'ETag: "c"',
        b"Content-Length: 0",
        b"X-Folded: one",
        b"  two",
        b"X-Robots-Tag: googlebot: nofollow",
        b"X-Robots-Tag: noindex",
    )
    web.replies["/rss"] = Reply(raw=[b"\r\n".join(head) + b"\r\n\r\n"])
    answer = client.get(web.url("/rss"), LIMITS)
    assert answer.headers["cache-control"] == "no-transform, max-age=60"
    assert answer.headers["etag"] == 'W/"a, b"'
    assert answer.headers["x-folded"] == "one two"
    assert answer.headers["x-robots-tag"] == "googlebot: nofollow\nnoindex"


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "gzip, gzip"])
def test_a_coding_that_was_not_asked_for_is_told_by_its_name(
    coding: str, client: HttpClient, web: WebServer
) -> None:
    web.replies["/rss"] = Reply(b"\x8b\x02\x80<rss/>\x03", headers={"Content-Encoding": coding})
    failed = failure(client, web.url("/rss"))
    assert str(failed) == f"unknown encoding: Content-Encoding {coding!r} was not asked for"


@pytest.mark.parametrize("status", [304, 404, 429, 503])
def test_the_coding_of_what_is_not_read_does_not_matter(
    status: int, client: HttpClient, web: WebServer
) -> None:
    body = b"" if status == 304 else b"not brotli at all"
    web.replies["/rss"] = Reply(body, status=status, headers={"Content-Encoding": "br"})
    answer = client.get(web.url("/rss"), LIMITS)
    assert (answer.status, answer.body) == (status, b"")


def test_an_error_page_of_any_length_is_an_answer(client: HttpClient, web: WebServer) -> None:
    web.replies["/rss"] = Reply(b"x" * 500_000, status=503, headers={"Retry-After": "60"})
    assert client.get(web.url("/rss"), LIMITS).headers["retry-after"] == "60"


# --- Failures have short and stable reasons ---


def test_nobody_listening_is_a_failed_connection() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        client = HttpClient(AddressGuard(frozenset({f"127.0.0.1:{port}"})), AGENT)
        failed = failure(client, f"http://127.0.0.1:{port}/rss")
        client.close()
    assert failed.reason == "connection failed"
    assert "no address of 127.0.0.1 answered" in str(failed)


def test_an_unknown_host_is_named_so(public_client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    assert failure(public_client, "https://kabar.example/rss").reason == "host not found"


@pytest.mark.parametrize(
    "raw",
    [
        [b"SSH-2.0-OpenSSH_9.6\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"],
        [b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
        [b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 200 + b"\r\n"],
        [b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 70_000 + b"\r\n\r\n"],
        [b""],
    ],
    ids=["no-http", "short", "no-gzip", "bad-chunk", "many-headers", "long-header", "nothing"],
)
def test_a_broken_answer_is_a_failed_connection(raw: list[bytes], client: HttpClient, web: WebServer) -> None:
    web.replies["/rss"] = Reply(raw=raw)
    assert failure(client, web.url("/rss")).reason == "connection failed"
    web.replies["/next"] = Reply(b"<rss/>")
    assert client.get(web.url("/next"), LIMITS).body == b"<rss/>"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(b"x" * 200_001, headers={"X-Robots-Tag": "noindex"}), "too large"),
        (Reply(b"x", headers={"X-Robots-Tag": "noindex", "Content-Encoding": "br"}), "unknown encoding"),
    ],
)
def test_the_headers_of_an_answer_whose_body_cannot_be_used_are_known(
    client: HttpClient, web: WebServer, reply: Reply, reason: str
) -> None:
    web.replies["/rss"] = reply
    failed = failure(client, web.url("/rss"), replace(LIMITS, body=200_000))
    assert (failed.reason, failed.headers["x-robots-tag"]) == (reason, "noindex")
