"""Redirects: five of them, each judged, and what of them may be kept."""

from __future__ import annotations

import pytest

from newswire.http_client import HttpClient
from tests.support.http_clients import LIMITS, failure
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
