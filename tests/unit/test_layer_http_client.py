"""HTTP GET for documents of strangers: guarded, capped, timed, polite."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from newswire import __version__
from newswire.address_guard import AddressGuard
from newswire.http_client import FetchFailed, HttpClient, Limits, user_agent
from tests.support.web_server import Reply, WebServer

AGENT = user_agent("https://portal.example")
LIMITS = Limits(body=100_000, deadline=timedelta(seconds=5))
# A deadline that a test may wait for; what must not be waited for is far above it.
SHORT = Limits(body=100_000, deadline=timedelta(seconds=0.3))
ATTACKS = Path(__file__).parents[3] / "shared" / "attack" / "ssrf_urls.json"

Resolver = Callable[..., list[Any]]


@pytest.fixture
def client(web: WebServer) -> Iterator[HttpClient]:
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


def resolver(*addresses: str, asked: list[str] | None = None) -> Resolver:
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
    with pytest.raises(FetchFailed) as raised:
        client.get(url, limits)
    return raised.value


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


# --- Redirects ---


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


# --- Time ---


def timed_failure(client: HttpClient, url: str) -> FetchFailed:
    started = time.monotonic()
    failed = failure(client, url, SHORT)
    assert time.monotonic() - started < 2
    return failed


def test_a_server_that_says_nothing_is_left_at_the_deadline(client: HttpClient, web: WebServer) -> None:
    web.replies["/rss"] = Reply(hang=True)
    assert timed_failure(client, web.url("/rss")).reason == "timed out"


def test_a_body_that_drips_is_cut_at_the_deadline(client: HttpClient, web: WebServer) -> None:
    web.replies["/rss"] = Reply(pieces=[b"x"] * 200, pause=0.02)
    assert timed_failure(client, web.url("/rss")).reason == "timed out"


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


# --- TLS ---


@dataclass(slots=True)
class TlsServer:
    """A server that answers one connection with ``pieces``, ``pause`` seconds apart."""

    port: int
    authority: trustme.CA
    pieces: list[bytes]
    pause: float = 0.0


@pytest.fixture
def tls_server() -> Iterator[TlsServer]:
    """Serve over TLS with a certificate for localhost by an authority of its own."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<rss/>"
        server = TlsServer(listener.getsockname()[1], authority, [answer])

        def serve() -> None:
            raw, _ = listener.accept()
            with raw, suppress(OSError), context.wrap_socket(raw, server_side=True) as connection:
                connection.recv(4096)
                for piece in server.pieces:
                    connection.sendall(piece)
                    over.wait(server.pause)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server
        over.set()
        thread.join()


@pytest.fixture
def trusted(tls_server: TlsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TlsServer:
    """Return that server where SSL_CERT_FILE names its authority."""
    tls_server.authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return tls_server


@contextmanager
def tls_client(port: int, host: str = "localhost") -> Iterator[HttpClient]:
    client = HttpClient(AddressGuard(frozenset({f"{host}:{port}"})), AGENT)
    yield client
    client.close()


def test_a_certificate_of_an_unknown_authority_is_refused(tls_server: TlsServer) -> None:
    with tls_client(tls_server.port) as client:
        assert failure(client, f"https://localhost:{tls_server.port}/rss").reason == "TLS failed"


def test_ssl_cert_file_names_the_authority(trusted: TlsServer) -> None:
    with tls_client(trusted.port) as client:
        assert client.get(f"https://localhost:{trusted.port}/rss", LIMITS).body == b"<rss/>"


def test_a_certificate_of_another_host_is_refused(trusted: TlsServer) -> None:
    with tls_client(trusted.port, "127.0.0.1") as client:
        assert failure(client, f"https://127.0.0.1:{trusted.port}/rss").reason == "TLS failed"


def test_a_server_that_drips_over_tls_is_cut_at_the_deadline_too(trusted: TlsServer) -> None:
    trusted.pieces, trusted.pause = [b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n"] * 200], 0.02
    with tls_client(trusted.port) as client:
        assert timed_failure(client, f"https://localhost:{trusted.port}/rss").reason == "timed out"


# --- The address that is judged is the address that is connected ---


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


# --- Proxies ---


def test_a_proxy_is_asked_for_public_hosts_and_never_for_loopback(
    web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{web.port}")
    web.replies["http://kabar.example/rss"] = Reply(b"<rss/>")
    web.replies["/own"] = Reply(b"own")
    client = HttpClient(AddressGuard(web.loopback()), AGENT)
    assert client.get("http://kabar.example/rss", LIMITS).body == b"<rss/>"
    assert client.get(web.url("/own"), LIMITS).body == b"own"
    client.close()
    assert web.paths() == ["http://kabar.example/rss", "/own"]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://wiki/", "http://10.0.0.1/", "http://0x7f000001/"]
)
def test_names_and_literals_are_judged_before_a_proxy_is_asked(
    url: str, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{web.port}")
    client = HttpClient(AddressGuard(), AGENT)
    assert failure(client, url).reason == "address refused"
    client.close()
    assert web.asked == []


# --- The attack list ---


def _attacks(expected: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(ATTACKS.read_text()) if ATTACKS.exists() else []
    return [row for row in rows if row["expected"] == expected]


def _stub(resolves_to: str | None) -> Resolver:
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
