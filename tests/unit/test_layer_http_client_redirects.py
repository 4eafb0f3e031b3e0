"""Redirects: five of them, each judged, and what of them may be kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest

from newswire.address_guard import AddressGuard, Target
from newswire.http_client import HttpClient
from newswire.http_exchange import Exchanges
from newswire.http_exchange import Reply as ServerReply
from tests.support.http_clients import AGENT, LIMITS, failure
from tests.support.web_server import Reply, WebServer


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_to_the_final_answer(status: int, client: HttpClient, web: WebServer) -> None:
    web.replies["/old"] = Reply(status=status, headers={"Location": "/new?x=1"})
    web.replies["/new?x=1"] = Reply(b"<rss/>")
    answer = client.get(web.url("/old"), LIMITS, {"If-None-Match": '"1"'})
    assert (answer.status, answer.url, answer.body) == (200, web.url("/new?x=1"), b"<rss/>")
    assert answer.permanent_url == (web.url("/new?x=1") if status in (301, 308) else None)
    assert [asked.header("If-None-Match") for asked in web.asked] == ['"1"', '"1"']


def test_the_permanent_address_ends_where_the_chain_becomes_temporary(
    client: HttpClient, web: WebServer
) -> None:
    web.replies["/1"] = Reply(status=301, headers={"Location": "/2"})
    web.replies["/2"] = Reply(status=308, headers={"Location": "/3"})
    web.replies["/3"] = Reply(status=302, headers={"Location": "/4"})
    web.replies["/4"] = Reply(status=301, headers={"Location": "/5"})
    web.replies["/5"] = Reply(b"<rss/>")
    answer = client.get(web.url("/1"), LIMITS)
    assert (answer.url, answer.permanent_url) == (web.url("/5"), web.url("/3"))


def test_five_redirects_are_followed_and_no_sixth(client: HttpClient, web: WebServer) -> None:
    for number in range(1, 7):
        web.replies[f"/{number}"] = Reply(status=302, headers={"Location": f"/{number + 1}"})
    web.replies["/7"] = Reply(b"<rss/>")
    assert client.get(web.url("/2"), LIMITS).body == b"<rss/>"
    web.asked.clear()
    assert str(failure(client, web.url("/1"))) == "too many redirects: more than 5"
    assert web.paths() == ["/1", "/2", "/3", "/4", "/5", "/6"]


def test_a_redirect_without_a_target_is_the_answer(client: HttpClient, web: WebServer) -> None:
    web.replies["/rss"] = Reply(b"", status=302)
    assert client.get(web.url("/rss"), LIMITS).status == 302


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:9/admin",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//user@localhost/",
        "http://[::1",
        "http://a:b:c/",
        "https://kabar.example:22/",
    ],
)
def test_every_hop_is_judged_again(location: str, client: HttpClient, web: WebServer) -> None:
    web.replies["/rss"] = Reply(status=302, headers={"Location": location})
    assert failure(client, web.url("/rss")).reason == "address refused"
    assert web.paths() == ["/rss"]


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        ("new", "/a/new"),
        ("?page=2", "/a/b?page=2"),
        ("../../../up", "/up"),
        ("/x/../y/./z", "/y/z"),
        ("/a b", "/a%20b"),
        ("/new#part", "/new"),
        ("/é".encode(), "/%C3%A9"),
        (b"/\xe9?q=\xff", "/%E9?q=%FF"),
        ("/%e9%2F", "/%e9%2F"),
        ("/a\tb", "/ab"),
    ],
)
def test_a_location_is_read_as_browsers_read_it(
    location: str | bytes, asked: str, client: HttpClient, web: WebServer
) -> None:
    sent = location if isinstance(location, bytes) else location.encode()
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + sent + b"\r\n\r\n"
    web.replies["/a/b?x=1"] = Reply(raw=[head])
    answer = client.get(web.url("/a/b?x=1#top"), LIMITS)
    assert web.paths() == ["/a/b?x=1", asked]
    assert answer.url == web.url(asked)


def test_a_relative_location_is_read_from_where_it_was_sent(client: HttpClient, web: WebServer) -> None:
    web.replies["localhost/rss"] = Reply(
        status=302, headers={"Location": web.url("/a/rss", "feeds.localhost")}
    )
    web.replies["feeds.localhost/a/rss"] = Reply(status=302, headers={"Location": "atom"})
    web.replies["feeds.localhost/a/atom"] = Reply(b"<feed/>")
    answer = client.get(web.url("/rss"), LIMITS)
    assert (answer.url, answer.body) == (web.url("/a/atom", "feeds.localhost"), b"<feed/>")


def test_a_url_without_a_redirect_stays_as_it_was_given(client: HttpClient, web: WebServer) -> None:
    url = f"http://LOCALHOST:{web.port}/a/../rss#top"
    assert client.get(url, LIMITS).url == url
    assert web.paths() == ["/rss"]


def test_the_body_of_a_redirect_may_be_of_any_length(client: HttpClient, web: WebServer) -> None:
    web.replies["/old"] = Reply(b"x" * 1_000_000, status=301, headers={"Location": "/new"})
    web.replies["/new"] = Reply(b"<rss/>")
    assert client.get(web.url("/old"), LIMITS).body == b"<rss/>"


class Web:
    """Servers that only redirect: for schemes and hosts that no loopback server has."""

    def __init__(self, redirects: Mapping[str, tuple[int, str]]) -> None:
        self.redirects = redirects

    def get(self, target: Target, *_: Any) -> ServerReply:
        status, location = self.redirects.get(target.url, (200, ""))
        return ServerReply(status, {"location": location} if location else {}, b"")


def permanent_url(chain: list[tuple[str, int]]) -> str | None:
    """Return where a feed has moved for good, by a chain of URLs with what each answers."""
    following = [url for url, _ in chain[1:]]
    redirects = {
        url: (status, after) for (url, status), after in zip(chain, [*following, ""], strict=True) if after
    }
    client = HttpClient(AddressGuard(frozenset({"localhost:8000", "demo.localhost:8000"})), AGENT)
    client._exchanges = cast("Exchanges", Web(redirects))
    answer = client.get(chain[0][0], LIMITS)
    assert answer.url == chain[-1][0]
    return answer.permanent_url


@pytest.mark.parametrize(
    ("chain", "kept"),
    [
        ([("https://a.example/", 200)], None),
        ([("https://a.example/", 301), ("https://b.example/x", 200)], "https://b.example/x"),
        ([("http://a.example/", 308), ("https://a.example/", 200)], "https://a.example/"),
        ([("https://a.example/", 302), ("https://b.example/", 200)], None),
        ([("https://a.example/", 307), ("https://b.example/", 301), ("https://c.example/", 200)], None),
        (
            [("https://a.example/", 301), ("https://b.example/", 302), ("https://c.example/", 200)],
            "https://b.example/",
        ),
        ([("http://localhost:8000/a", 301), ("http://localhost:8000/b", 200)], "http://localhost:8000/b"),
        ([("http://localhost:8000/a", 301), ("http://b.example/", 200)], "http://b.example/"),
    ],
)
def test_what_is_kept_is_the_end_of_an_unbroken_permanent_chain(
    chain: list[tuple[str, int]], kept: str | None
) -> None:
    assert permanent_url(chain) == kept


@pytest.mark.parametrize(
    "chain",
    [
        [("https://a.example/", 301), ("http://a.example/", 200)],
        [("https://a.example/", 301), ("https://b.example/", 308), ("http://b.example/", 200)],
        [("https://a.example/", 301), ("http://b.example/", 301), ("https://c.example/", 200)],
        [("http://a.example/", 301), ("http://localhost:8000/", 200)],
        [("https://a.example/", 301), ("https://b.example/", 301), ("http://demo.localhost:8000/", 200)],
    ],
    ids=["to http", "to http late", "through http", "to loopback", "to loopback late"],
)
def test_a_chain_that_gives_up_https_or_leads_home_is_followed_and_never_kept(
    chain: list[tuple[str, int]],
) -> None:
    assert permanent_url(chain) is None
