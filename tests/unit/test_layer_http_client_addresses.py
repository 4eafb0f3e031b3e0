"""The address that is judged is the address that is connected."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from newswire.address_guard import AddressGuard
from newswire.http_client import FetchFailed, HttpClient
from tests.support.http_clients import AGENT, LIMITS, GetAddrInfo, failure, resolver
from tests.support.web_server import Reply, WebServer

ATTACKS = Path(__file__).parents[3] / "shared" / "attack" / "ssrf_urls.json"
# The rows that the list leaves to us. All others of them are refused; these lead to public servers, whose
# answers are judged in their turn.
REVIEWED = {
    "http://ⓔⓧⓐⓜⓟⓛⓔ.ⓒⓞⓜ": "example.com",
    "https://307.r3dir.me/--to/?url=http://localhost": "307.r3dir.me",
    "https://62epax5fhvj3zzmzigyoe5ipkbn7fysllvges3a.302.r3dir.me": (
        "62epax5fhvj3zzmzigyoe5ipkbn7fysllvges3a.302.r3dir.me"
    ),
    "https://example.com/ssrf.php?url=http://brutelogic.com.br/poc.svg": "example.com",
    "http://nicob.net/redir6a": "nicob.net",
    "http://nicob.net/redir-http-169.254.169.254:80-": "nicob.net",
    "https://www.googleapis.com/": "www.googleapis.com",
}


def test_a_name_that_leads_to_a_private_address_is_refused_before_a_packet_leaves(
    public_client: HttpClient, connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", resolver("10.0.0.7"))
    failed = failure(public_client, "https://kabar.example/rss")
    assert str(failed) == ("address refused: kabar.example leads to 10.0.0.7, which is not a public address")
    assert connected == []


def test_a_private_address_among_public_ones_spoils_them_all(
    public_client: HttpClient, connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", resolver("93.184.215.14 ::1"))
    assert failure(public_client, "http://kabar.example/rss").reason == "address refused"
    assert connected == []


def test_every_public_address_of_a_host_is_tried(
    public_client: HttpClient, connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", resolver("2606:4700::1 93.184.215.14"))
    assert failure(public_client, "http://kabar.example/rss").reason == "connection failed"
    assert connected == ["2606:4700::1", "93.184.215.14"]


def test_a_host_of_a_hundred_dead_addresses_costs_no_more_time_than_one(
    public_client: HttpClient, connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    many = " ".join(f"93.184.215.{number}" for number in range(1, 101))
    waits: list[float | None] = []
    monkeypatch.setattr("socket.getaddrinfo", resolver(many))
    monkeypatch.setattr(
        "socket.socket.settimeout",
        lambda _, value: waits.append(value),
    )
    failure(public_client, "http://kabar.example/rss")
    assert len(connected) == len(waits) == 4
    assert sum(wait or 0 for wait in waits) <= LIMITS.deadline.total_seconds()


def test_a_name_is_resolved_once_so_that_a_second_answer_changes_nothing(
    public_client: HttpClient, connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public when judged, loopback a moment later."""
    asked: list[str] = []
    monkeypatch.setattr("socket.getaddrinfo", resolver("93.184.215.14", "127.0.0.1", asked=asked))
    failure(public_client, "http://kabar.example/rss")
    assert asked == ["kabar.example"]
    assert connected == ["93.184.215.14"]


def test_a_redirect_to_a_name_that_leads_home_is_refused(
    client: HttpClient, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.replies["feeds.localhost/rss"] = Reply(status=302, headers={"Location": "http://kabar.example/"})
    monkeypatch.setattr("socket.getaddrinfo", resolver("127.0.0.1"))
    assert failure(client, web.url("/rss", "feeds.localhost")).reason == "address refused"


def test_a_listed_localhost_name_is_never_asked_of_dns(
    client: HttpClient, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("socket.getaddrinfo", resolver("10.0.0.1", asked=asked))
    web.replies["feeds.localhost/rss"] = Reply(b"<rss/>")
    assert client.get(web.url("/rss", "feeds.localhost"), LIMITS).body == b"<rss/>"
    assert web.asked[0].host == "feeds.localhost"
    assert asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/",
        "http://localhost/",
        "http://[::1]/",
        "http://2130706433/",
        "ftp://a.example/",
    ],
)
def test_what_is_refused_by_its_form_is_never_resolved(
    url: str, public_client: HttpClient, connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("socket.getaddrinfo", resolver("93.184.215.14", asked=asked))
    assert failure(public_client, url).reason == "address refused"
    assert (asked, connected) == ([], [])


# --- The attack list ---


def _attacks(expected: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(ATTACKS.read_text()) if ATTACKS.exists() else []
    return [row for row in rows if row["expected"] == expected]


def _stub(resolves_to: str | None) -> GetAddrInfo:
    """Read the list's own notation: one address, ``a + b``, ``first a then b``, or ``rebind``."""
    if resolves_to is None:
        return _like_libc
    if resolves_to == "rebind":
        return resolver("1.2.3.4", "127.0.0.1")
    if resolves_to.startswith("first "):
        return resolver(*resolves_to.removeprefix("first ").split(" then "))
    return resolver(resolves_to.replace(" + ", " "))


def _like_libc(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
    """Resolve nothing but what the C library takes for a number."""
    try:
        address = socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        raise socket.gaierror(-2, "Name or service not known") from None
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]


@pytest.mark.skipif(not ATTACKS.exists(), reason=f"the attack list {ATTACKS} is not on this machine")
def test_no_url_of_the_attack_list_makes_a_packet_leave(
    public_client: HttpClient, connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = _attacks("block")
    assert len(rows) > 600
    passed: list[str] = []
    for row in rows:
        monkeypatch.setattr("socket.getaddrinfo", _stub(row.get("resolves_to")))
        try:
            public_client.get(row["url"], LIMITS)
        except FetchFailed as failed:
            if failed.reason == "address refused":
                continue
        passed.append(row["url"])
    # These two names are public when they are judged, and only that address is connected to.
    assert passed == ["http://make-1.2.3.4-rebind-127.0.0.1-rr.1u.ms/", "http://rebind.example/"]
    assert connected == ["1.2.3.4", "93.184.216.34"]


@pytest.mark.skipif(not ATTACKS.exists(), reason=f"the attack list {ATTACKS} is not on this machine")
def test_every_harmless_url_of_the_attack_list_is_asked(
    public_client: HttpClient, connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list leaves ports open; design section 5 does not, so that the one of its rows is configured."""
    client = HttpClient(AddressGuard(ports=frozenset({8080})), AGENT)
    monkeypatch.setattr("socket.getaddrinfo", resolver("93.184.215.14"))
    rows = _attacks("allow")
    for row in rows:
        assert failure(client, row["url"]).reason == "connection failed", row["url"]
    assert len(connected) == len(rows) > 10
    assert failure(public_client, "http://1.1.1.1:8080/").reason == "address refused"


@pytest.mark.skipif(not ATTACKS.exists(), reason=f"the attack list {ATTACKS} is not on this machine")
def test_the_rows_that_the_list_leaves_to_us_are_refused_or_lead_to_public_servers(
    public_client: HttpClient, connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even a resolver that has a public address for everything makes no other of them reachable."""
    rows = _attacks("review")
    assert len(rows) > 140
    for row in rows:
        asked: list[str] = []
        monkeypatch.setattr("socket.getaddrinfo", resolver("93.184.215.14", asked=asked))
        failed = failure(public_client, row["url"])
        host = next((host for url, host in REVIEWED.items() if row["url"].startswith(url)), None)
        assert failed.reason == ("address refused" if host is None else "connection failed"), row["url"]
        assert asked == ([] if host is None else [host]), row["url"]
    assert set(connected) == {"93.184.215.14"}


# --- One parser ---


@pytest.mark.parametrize(
    "url",
    [
        "http://1.1.1.1 &@2.2.2.2# @3.3.3.3/",
        "http://1.1.1.1&@2.2.2.2#@3.3.3.3/",
        "http://kabar.example\\@127.0.0.1/",
        "http://127.0.0.1:80\\@kabar.example/",
        "http://kabar.example%2f@127.0.0.1/",
        "http://kabar.example:80@127.0.0.1/",
        "http://127.0.0.1%23.kabar.example/",
        "http://[::1]kabar.example/",
        "http://[kabar.example]/",
        "http://kabar.example 127.0.0.1/",
        "http://kabar.example\u2044@127.0.0.1/",
        "http://127.0.0.1\uff0fkabar.example/",
        "http:kabar.example/",
        "http:///127.0.0.1/",
        "http://kabar.example:80:22/",
        "http://kabar.example:2\u00b2/",
    ],
)
def test_a_url_that_two_parsers_would_read_differently_is_not_asked(
    url: str, public_client: HttpClient, connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("socket.getaddrinfo", resolver("93.184.215.14", asked=asked))
    assert failure(public_client, url).reason == "address refused"
    assert (asked, connected) == ([], [])


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://kabar.example/@127.0.0.1/", ("kabar.example", 80)),
        ("http://kabar.example#@127.0.0.1/", ("kabar.example", 80)),
        ("http://kabar.example?@127.0.0.1/", ("kabar.example", 80)),
        ("http://kabar.example/\\127.0.0.1/", ("kabar.example", 80)),
        ("http://kabar.example//127.0.0.1/", ("kabar.example", 80)),
        ("https://kabar.example:80/", ("kabar.example", 80)),
        ("https://KABAR\u3002example/", ("kabar.example", 443)),
        ("https://b\u00fccher.example/", ("xn--bcher-kva.example", 443)),
        ("http://kab\nar.exa\tmple/", ("kabar.example", 80)),
    ],
)
def test_the_host_that_is_judged_is_the_one_that_is_looked_up(
    url: str, place: tuple[str, int], public_client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []

    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append((host, port))
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", getaddrinfo)
    assert failure(public_client, url).reason == "host not found"
    assert asked == [place]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/a\r\nX-Evil: 1\r\n\r\nGET /b", "/aX-Evil:%201GET%20/b"),
        ("/a HTTP/1.1\nHost: evil.example", "/a%20HTTP/1.1Host:%20evil.example"),
        ("/é\u2028\u3000", "/%C3%A9%E2%80%A8%E3%80%80"),
        ("/\x00\x1f\x7f\xa0x", "/%00%1F%7F%C2%A0x"),
        ('/"<>^`{|}', "/%22%3C%3E%5E%60%7B%7C%7D"),
        ("//evil.example/", "//evil.example/"),
        ("/http://evil.example/", "/http://evil.example/"),
    ],
)
def test_a_path_stays_one_word_of_the_request_line(
    path: str, line: str, client: HttpClient, web: WebServer
) -> None:
    client.get(web.url(path), LIMITS)
    assert web.paths() == [line]
    assert [name for name, _ in web.asked[0].headers] == ["Host", "User-Agent", "Accept-Encoding"]
    assert web.asked[0].header("Host") == f"localhost:{web.port}"


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\rb"])
def test_a_condition_cannot_become_a_header_of_its_own(
    value: str, client: HttpClient, web: WebServer
) -> None:
    with pytest.raises(FetchFailed) as raised:
        client.get(web.url("/rss"), LIMITS, {"If-None-Match": value})
    assert raised.value.reason == "connection failed"
    assert web.asked == []
