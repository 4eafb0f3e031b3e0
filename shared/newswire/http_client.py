"""HTTP GET for documents of strangers: guarded, capped, timed, polite. The boundary to urllib3.

Every hop's address is checked on the connection that is used, the whole exchange has one deadline
by the monotonic clock, and a body is decoded only up to its cap. Proxies and certificates follow
HTTP_PROXY, HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE. No cookies, no Referer.
"""

from __future__ import annotations

import http.client
import math
import os
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError

from newswire import __version__
from newswire.address_guard import AddressGuard, AddressRefused, Target

CONNECT_TIMEOUT = 8.0  # seconds, for all addresses of a host together
ADDRESSES_TRIED = 4
REDIRECT_LIMIT = 5
_CHUNK = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}


class FetchFailed(Exception):
    """No usable answer. ``reason`` is short and stable: it is counted and shown."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. Header names are lower case.

    ``permanent_url`` ends an unbroken chain of 301 and 308; ``None`` without one at the start.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    permanent_url: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one exchange may cost, redirects included: bytes of decoded body, and time.

    With ``truncate`` a longer body is cut there; without, it is a failure.
    """

    body: int
    deadline: timedelta = field(default=timedelta(seconds=20))
    truncate: bool = False


def user_agent(portal_url: str) -> str:
    """Return the honest name that publishers see."""
    return f"Newswire/{__version__} (+{portal_url}/about.html)"


class HttpClient:
    """One client for a whole invocation: one TLS context, one pool of connections."""

    def __init__(self, guard: AddressGuard, agent: str, *, pools: int = 64) -> None:
        self._guard = guard
        self._agent = agent
        self._tls = ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE"))
        self._tls.sslsocket_class = _TimedTlsSocket
        self._proxies = {scheme: url for scheme, url in getproxies().items() if scheme in ("http", "https")}
        options: dict[str, Any] = {
            "num_pools": pools,
            "maxsize": 1,
            "ssl_context": self._tls,
            "retries": False,
        }
        self._direct = urllib3.PoolManager(**options)
        self._direct.pool_classes_by_scheme = _guarded_pools(guard)
        self._proxied = {
            scheme: urllib3.ProxyManager(url, proxy_ssl_context=self._tls, **options)
            for scheme, url in self._proxies.items()
        }

    def get(self, url: str, limits: Limits, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the final answer after at most five redirects, whatever its status.

        Raise :class:`FetchFailed` where no answer came within the limits or an address is refused.
        """
        end = time.monotonic() + limits.deadline.total_seconds()
        current, permanent, unbroken = url, None, True
        for _ in range(REDIRECT_LIMIT + 1):
            answer = self._exchange(current, limits, end, headers or {})
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                return Answer(answer.status, current, answer.headers, answer.body, permanent)
            try:
                current = urljoin(current, location)
            except ValueError as error:
                raise FetchFailed("address refused", f"redirect to {location[:200]!r}: {error}") from None
            unbroken = unbroken and answer.status in (301, 308)
            permanent = current if unbroken else permanent
        raise FetchFailed("too many redirects", f"more than {REDIRECT_LIMIT}")

    def close(self) -> None:
        """Close all connections."""
        for manager in (self._direct, *self._proxied.values()):
            manager.clear()

    def _exchange(self, url: str, limits: Limits, end: float, headers: Mapping[str, str]) -> Answer:
        try:
            target = self._guard.target(url)
        except AddressRefused as error:
            raise FetchFailed("address refused", str(error)) from None
        wanted = {"User-Agent": self._agent, "Accept-Encoding": "gzip", **headers}
        try:
            response = self._manager(target).request(
                "GET",
                url,
                headers=wanted,
                redirect=False,
                preload_content=False,
                decode_content=True,
                timeout=urllib3.Timeout(total=_left(end), connect=min(CONNECT_TIMEOUT, _left(end))),
            )
        except AddressRefused as error:
            raise FetchFailed("address refused", str(error)) from None
        except (HTTPError, OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
            raise _failure(error, end) from error
        try:
            body = _read(response, limits, end)
            return Answer(response.status, url, {k.lower(): v for k, v in response.headers.items()}, body)
        except (HTTPError, OSError, http.client.HTTPException, ValueError) as error:
            raise _failure(error, end) from error
        finally:
            response.close() if not response.closed else response.release_conn()

    def _manager(self, target: Target) -> urllib3.PoolManager:
        if self._guard.is_allowed_loopback(target) or proxy_bypass(target.host):
            return self._direct
        return self._proxied.get(target.scheme, self._direct)


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise FetchFailed("timed out", "the deadline of the whole exchange passed")
    return left


def _read(response: urllib3.BaseHTTPResponse, limits: Limits, end: float) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        chunk = response.read1(_CHUNK, decode_content=True)
        _left(end)
        if not chunk:
            return b"".join(chunks)
        size += len(chunk)
        chunks.append(chunk)
        if size > limits.body:
            if limits.truncate:
                return b"".join(chunks)[: limits.body]
            raise FetchFailed("too large", f"more than {limits.body} bytes")


def _failure(error: BaseException, end: float) -> FetchFailed:
    text = f"{type(error).__name__}: {error}"[:300]
    if time.monotonic() >= end:
        return FetchFailed("timed out", text)
    cause: BaseException | None = error
    while cause is not None:
        # urllib3 derives a refused connection and an unknown host from its time-out.
        unconnected = isinstance(cause, NewConnectionError)
        if isinstance(cause, (TimeoutError, urllib3.exceptions.TimeoutError)) and not unconnected:
            return FetchFailed("timed out", text)
        if isinstance(cause, (ssl.SSLError, ssl.CertificateError)):
            return FetchFailed("TLS failed", text)
        if isinstance(cause, (socket.gaierror, urllib3.exceptions.NameResolutionError)):
            return FetchFailed("host not found", text)
        cause = cause.__cause__ or cause.__context__
    return FetchFailed("connection failed", text)


class _TimedSocket(socket.socket):
    """A socket whose reads all end at one moment: each byte of a dripping server would renew a time-out."""

    end = math.inf

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        _wait_no_longer(self, self.end)
        return super().recv_into(buffer, nbytes, flags)


class _TimedTlsSocket(ssl.SSLSocket):
    """The same over TLS."""

    end = math.inf

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        _wait_no_longer(self, self.end)
        return super().recv_into(buffer, nbytes, flags)


def _wait_no_longer(sock: socket.socket, end: float) -> None:
    if end < math.inf:
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline of the whole exchange passed")
        sock.settimeout(left)


def _guarded_pools(guard: AddressGuard) -> dict[str, type[urllib3.HTTPConnectionPool]]:
    """Return pools whose connections go only to addresses that the guard has judged."""

    class GuardedHTTP(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(guard, Target("http", self.host.rstrip("."), self.port or 80), self)

        def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # as urllib3's own
            _end_reads(self)
            return super().getresponse()

    class GuardedHTTPS(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(guard, Target("https", self.host.rstrip("."), self.port or 443), self)

        def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # as urllib3's own
            _end_reads(self)
            return super().getresponse()

    class HTTPPool(urllib3.HTTPConnectionPool):
        ConnectionCls = GuardedHTTP

    class HTTPSPool(urllib3.HTTPSConnectionPool):
        ConnectionCls = GuardedHTTPS

    return {"http": HTTPPool, "https": HTTPSPool}


def _end_reads(connection: HTTPConnection) -> None:
    """Give all reads of a request together what the pool has left for them of its deadline."""
    if isinstance(connection.sock, (_TimedSocket, _TimedTlsSocket)):
        connection.sock.end = time.monotonic() + _seconds(connection)


def _seconds(connection: HTTPConnection) -> float:
    return connection.timeout if isinstance(connection.timeout, (int, float)) else CONNECT_TIMEOUT


def _connect(guard: AddressGuard, target: Target, connection: HTTPConnection) -> socket.socket:
    """Resolve once, judge every address, connect to one that was judged (no second resolution)."""
    last: OSError | None = None
    found = _resolve(guard, target)
    for _, address in found:
        guard.judge_address(target, str(address[0]))
    tried = found[:ADDRESSES_TRIED]
    for family, address in tried:
        sock = _TimedSocket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(_seconds(connection) / len(tried))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect(address)
        except OSError as error:
            sock.close()
            last = error
        else:
            return sock
    raise NewConnectionError(connection, f"no address of {target.host} answered: {last}") from last


def _resolve(guard: AddressGuard, target: Target) -> list[tuple[socket.AddressFamily, Any]]:
    if target.host.endswith(".localhost") and guard.is_allowed_loopback(target):
        return [(socket.AF_INET, ("127.0.0.1", target.port))]  # RFC 6761 section 6.3: never asked of DNS
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    return [(family, address) for family, _, _, _, address in found]
