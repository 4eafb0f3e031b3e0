"""The address that is judged is the address that is connected."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from newswire.http_client import FetchFailed, HttpClient
from tests.support.http_clients import LIMITS, GetAddrInfo, failure, resolver
from tests.support.web_server import Reply, WebServer

ATTACKS = Path(__file__).parents[3] / "shared" / "attack" / "ssrf_urls.json"


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
    """All but the one with a port of its own: the list leaves ports open, design section 5 does not."""
    monkeypatch.setattr("socket.getaddrinfo", resolver("93.184.215.14"))
    rows = [row for row in _attacks("allow") if ":8080" not in row["url"]]
    for row in rows:
        assert failure(public_client, row["url"]).reason == "connection failed", row["url"]
    assert len(connected) == len(rows) > 10
