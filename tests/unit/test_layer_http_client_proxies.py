"""Proxies of the environment: asked for what was judged, and for nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from newswire.address_guard import AddressGuard
from newswire.http_client import HttpClient
from newswire.http_proxies import Proxies
from tests.support.http_clients import AGENT, LIMITS, failure, resolver, timed_failure
from tests.support.raw_server import RawServer, Talk, raw_server, server_context
from tests.support.web_server import Reply, WebServer

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>"
TUNNEL = b"HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\n\r\n"


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """Return an authority that SSL_CERT_FILE names."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return made


@pytest.fixture
def asked_of_dns(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the names that are looked up; each leads to a private address."""
    asked: list[str] = []
    monkeypatch.setattr("socket.getaddrinfo", resolver("10.0.0.1", asked=asked))
    return asked


@contextmanager
def proxied_client() -> Iterator[HttpClient]:
    client = HttpClient(AddressGuard(), AGENT)
    yield client
    client.close()


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


def test_loopback_has_a_proxy_of_its_own(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOPBACK_PROXY", f"http://127.0.0.1:{web.port}")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    allowed = "publisher.localhost:8801"
    web.replies[f"http://{allowed}/rss"] = Reply(b"<rss/>")
    client = HttpClient(AddressGuard(frozenset([allowed])), AGENT)
    assert client.get(f"http://{allowed}/rss", LIMITS).body == b"<rss/>"
    assert failure(client, "http://other.localhost:8801/").reason == "address refused"
    client.close()
    assert web.paths() == [f"http://{allowed}/rss"]


def test_the_proxy_of_loopback_is_asked_for_nothing_else(
    web: WebServer, monkeypatch: pytest.MonkeyPatch, asked_of_dns: list[str]
) -> None:
    monkeypatch.setenv("LOOPBACK_PROXY", f"http://127.0.0.1:{web.port}")
    with proxied_client() as client:
        assert failure(client, "http://kabar.example/").reason == "address refused"
    assert (asked_of_dns, web.asked) == (["kabar.example"], [])


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


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://Kabar.Example.:80/a b?c#d", "http://kabar.example/a%20b?c"),
        ("http://kabar.example:443/", "http://kabar.example:443/"),
        ("http://[2606:4700::1]/x", "http://[2606:4700::1]/x"),
        ("http://kabar.example//evil.example/", "http://kabar.example//evil.example/"),
    ],
)
def test_a_proxy_is_asked_in_the_absolute_form_of_what_was_judged(
    url: str, asked: str, web: WebServer, asked_of_dns: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"127.0.0.1:{web.port}")
    with proxied_client() as client:
        client.get(url, LIMITS)
    assert web.paths() == [asked]
    assert f"http://{web.asked[0].header('Host')}/" == asked[: asked.index("/", 7) + 1]
    assert asked_of_dns == []


@pytest.mark.parametrize(
    "location", ["http://wiki/", "http://10.0.0.1/", "https://metadata.google.internal/"]
)
def test_a_redirect_to_what_only_the_proxy_can_see_is_refused(
    location: str, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{web.port}")
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{web.port}")
    web.replies["http://kabar.example/"] = Reply(status=302, headers={"Location": location})
    with proxied_client() as client:
        assert failure(client, "http://kabar.example/").reason == "address refused"
    assert web.paths() == ["http://kabar.example/"]


def test_hosts_of_no_proxy_are_asked_directly_at_an_address_that_is_judged(
    web: WebServer, asked_of_dns: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{web.port}")
    monkeypatch.setenv("NO_PROXY", "kabar.example")
    with proxied_client() as client:
        assert failure(client, "http://www.kabar.example/").reason == "address refused"
        assert client.get("http://warta.example/", LIMITS).status == 404
    assert asked_of_dns == ["www.kabar.example"]
    assert web.paths() == ["http://warta.example/"]


def test_https_goes_through_a_tunnel_that_the_proxy_cannot_read(
    authority: trustme.CA, asked_of_dns: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    context = server_context(authority, "kabar.example")

    def origin(server: RawServer, talk: Talk) -> None:
        talk.secure(context)
        while head := talk.head():
            server.heard.append(head)
            talk.drip([ANSWER], 0)

    with raw_server(origin) as site:

        def proxy(server: RawServer, talk: Talk) -> None:
            server.heard.append(talk.head())
            talk.drip([TUNNEL], 0)
            talk.joined_to(site.port)

        with raw_server(proxy) as tunnels:
            monkeypatch.setenv("HTTPS_PROXY", f"http://user:p%40ss@127.0.0.1:{tunnels.port}")
            with proxied_client() as client:
                assert client.get("https://kabar.example/rss", LIMITS).body == b"<rss/>"
                assert client.get("https://kabar.example/rss", LIMITS).body == b"<rss/>"
    assert [head.split(b"\r\n") for head in tunnels.heard] == [
        [
            b"CONNECT kabar.example:443 HTTP/1.1",
            b"Host: kabar.example:443",
            b"Proxy-Authorization: Basic dXNlcjpwQHNz",
            b"",
            b"",
        ]
    ]
    assert len(site.heard) == 2
    assert site.heard[0].startswith(b"GET /rss HTTP/1.1\r\nHost: kabar.example\r\n")
    assert b"Proxy-Authorization" not in site.heard[0]
    assert asked_of_dns == []


def test_a_tunnel_may_itself_be_inside_tls(authority: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> None:
    inner, outer = server_context(authority, "kabar.example"), server_context(authority, "127.0.0.1")

    def origin(_: RawServer, talk: Talk) -> None:
        talk.secure(inner)
        talk.head()
        talk.drip([ANSWER], 0)

    with raw_server(origin) as site:

        def proxy(_: RawServer, talk: Talk) -> None:
            talk.secure(outer)
            talk.head()
            talk.drip([TUNNEL], 0)
            talk.joined_to(site.port)

        with raw_server(proxy) as tunnels:
            monkeypatch.setenv("HTTPS_PROXY", f"https://127.0.0.1:{tunnels.port}")
            with proxied_client() as client:
                assert client.get("https://kabar.example/rss", LIMITS).body == b"<rss/>"


def test_a_tunnel_ends_at_the_host_that_was_asked_for_and_no_other(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = server_context(authority, "evil.example")

    def proxy(_: RawServer, talk: Talk) -> None:
        talk.head()
        talk.drip([TUNNEL], 0)
        talk.secure(context)
        talk.head()

    with raw_server(proxy) as tunnels:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{tunnels.port}")
        with proxied_client() as client:
            assert failure(client, "https://kabar.example/rss").reason == "TLS failed"


def test_a_proxy_that_refuses_a_tunnel_is_a_failed_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def proxy(_: RawServer, talk: Talk) -> None:
        talk.head()
        talk.drip([b"HTTP/1.1 403 Forbidden\r\n\r\n"], 0)

    with raw_server(proxy) as tunnels:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{tunnels.port}")
        with proxied_client() as client:
            failed = failure(client, "https://kabar.example/rss")
    assert str(failed) == "connection failed: OSError: the proxy answered CONNECT with 403 Forbidden"


@pytest.mark.parametrize(
    ("url", "pieces"),
    [
        ("http://kabar.example/", [b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n"] * 200]),
        ("http://kabar.example/", [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 200]),
        ("https://kabar.example/", [b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n"] * 90]),
        ("https://kabar.example/", [TUNNEL, b"\x16\x03\x03\x3f\xff\x02", *[b"\0"] * 200]),
    ],
    ids=["headers", "body", "connect", "handshake"],
)
def test_a_proxy_that_drips_is_cut_at_the_deadline(
    url: str, pieces: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def proxy(_: RawServer, talk: Talk) -> None:
        talk.head()
        talk.drip(pieces)

    with raw_server(proxy) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{server.port}")
        with proxied_client() as client:
            assert timed_failure(client, url).reason == "timed out"


@pytest.mark.parametrize("layer", ["answer", "tunnel"])
def test_a_site_that_drips_through_a_tunnel_is_cut_at_the_deadline(
    layer: str, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner, outer = server_context(authority, "kabar.example"), server_context(authority, "127.0.0.1")
    drip = [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 200]

    def proxy(_: RawServer, talk: Talk) -> None:
        if layer == "tunnel":  # TLS to the proxy, which then drips the answer to CONNECT
            talk.secure(outer)
            talk.head()
            talk.drip([b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n"] * 90])
            return
        talk.head()
        talk.drip([TUNNEL], 0)
        talk.secure(inner)
        talk.head()
        talk.drip(drip)

    with raw_server(proxy) as server:
        scheme = "https" if layer == "tunnel" else "http"
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://127.0.0.1:{server.port}")
        with proxied_client() as client:
            assert timed_failure(client, "https://kabar.example/").reason == "timed out"


def test_a_proxy_that_is_none_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:1080")
    with pytest.raises(ValueError, match=r"^HTTPS_PROXY is not the URL of an http or https proxy$"):
        Proxies()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_path_that_begins_like_a_host_is_asked_of_the_host_that_was_judged(
    scheme: str, authority: trustme.CA, asked_of_dns: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both slashes arrive: RFC 3986 section 6.2.2.3 removes dot segments and nothing else."""
    context = server_context(authority, "kabar.example")

    def proxy(server: RawServer, talk: Talk) -> None:
        head = talk.head()
        if head.startswith(b"CONNECT kabar.example:443 "):
            talk.drip([TUNNEL], 0)
            talk.secure(context)
            head = talk.head()
        server.heard.append(head)
        talk.drip([ANSWER], 0)

    with raw_server(proxy) as server:
        monkeypatch.setenv(f"{scheme.upper()}_PROXY", f"http://127.0.0.1:{server.port}")
        with proxied_client() as client:
            client.get(f"{scheme}://kabar.example//10.0.0.1/a?b=1", LIMITS)
    (head,) = server.heard
    line, host, *_ = head.split(b"\r\n")
    path = b"//10.0.0.1/a?b=1"
    assert line == b"GET " + (path if scheme == "https" else b"http://kabar.example" + path) + b" HTTP/1.1"
    assert host == b"Host: kabar.example"
    assert asked_of_dns == []
