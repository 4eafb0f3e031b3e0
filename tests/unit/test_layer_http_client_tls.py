"""TLS: whose certificates are believed, and that a handshake is timed as everything else."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from newswire.address_guard import AddressGuard
from newswire.http_client import HttpClient
from newswire.timed_sockets import tls_context
from tests.support.http_clients import AGENT, LIMITS, failure, timed_failure
from tests.support.raw_server import RawServer, Talk, raw_server, server_context

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<rss/>"


@pytest.fixture
def authority() -> trustme.CA:
    """Return an authority that nobody knows yet."""
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """Return the authority where SSL_CERT_FILE names it."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority


def secure(context: ssl.SSLContext, answer: Callable[[Talk], None]) -> Callable[[RawServer, Talk], None]:
    def script(_: RawServer, talk: Talk) -> None:
        talk.secure(context)
        talk.head()
        answer(talk)

    return script


@contextmanager
def tls_site(
    authority: trustme.CA, answer: Callable[[Talk], None] = lambda talk: talk.drip([ANSWER])
) -> Iterator[RawServer]:
    """Serve localhost over TLS."""
    with raw_server(secure(server_context(authority, "localhost"), answer)) as server:
        yield server


@contextmanager
def tls_client(server: RawServer, host: str = "localhost") -> Iterator[HttpClient]:
    client = HttpClient(AddressGuard(server.loopback(host)), AGENT)
    yield client
    client.close()


def test_a_certificate_of_an_unknown_authority_is_refused(authority: trustme.CA) -> None:
    with tls_site(authority) as server, tls_client(server) as client:
        assert failure(client, f"https://localhost:{server.port}/rss").reason == "TLS failed"


def test_ssl_cert_file_names_the_authority(trusted: trustme.CA) -> None:
    with tls_site(trusted) as server, tls_client(server) as client:
        assert client.get(f"https://localhost:{server.port}/rss", LIMITS).body == b"<rss/>"


def test_a_certificate_of_another_host_is_refused(trusted: trustme.CA) -> None:
    with tls_site(trusted) as server, tls_client(server, "127.0.0.1") as client:
        assert failure(client, f"https://127.0.0.1:{server.port}/rss").reason == "TLS failed"


def test_a_server_that_speaks_no_tls_fails_in_tls() -> None:
    with raw_server(lambda _, talk: talk.drip([b"HTTP/1.1 400 Bad Request\r\n\r\n"])) as server:  # noqa: SIM117
        with tls_client(server) as client:
            assert failure(client, f"https://localhost:{server.port}/rss").reason == "TLS failed"


def test_all_clients_of_a_process_share_one_context(trusted: trustme.CA) -> None:
    del trusted
    assert tls_context() is tls_context()


def test_a_server_that_drips_over_tls_is_cut_at_the_deadline_too(trusted: trustme.CA) -> None:
    pieces = [b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n"] * 200]
    with tls_site(trusted, lambda talk: talk.drip(pieces)) as server, tls_client(server) as client:
        assert timed_failure(client, f"https://localhost:{server.port}/rss").reason == "timed out"


def test_a_handshake_that_drips_is_cut_at_the_deadline() -> None:
    """The header of a long handshake record, then a byte of it now and then."""
    pieces = [b"\x16\x03\x03\x3f\xff", b"\x02", *[b"\0"] * 200]
    with raw_server(lambda _, talk: talk.drip(pieces)) as server, tls_client(server) as client:
        assert timed_failure(client, f"https://localhost:{server.port}/rss").reason == "timed out"
