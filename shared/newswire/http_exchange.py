"""One request and its answer, on a connection of ours. The boundary to urllib3.

urllib3 writes requests and reads answers. Where a connection goes is decided here and by nobody else: the
addresses of the target are looked up once, judged, and connected to; a proxy is asked for the target.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse
from urllib3.util.ssltransport import SSLTransport

from newswire.address_guard import AddressGuard, AddressRefused, Target
from newswire.fetch_failure import FetchFailed, failure_of
from newswire.http_body import STEP, BodyLimit, Large, is_gzip, read_body
from newswire.http_proxies import Proxies, Proxy
from newswire.idle_connections import IdleConnections
from newswire.name_resolution import addresses_of
from newswire.timed_sockets import Deadline, TimedSocket, acknowledge_at_once, dial, secure, tls_context

# Of these the first counts where a server sends several; others are lists (RFC 9110 section 5.3).
_SINGLE = frozenset(("content-type", "etag", "expires", "last-modified", "location", "retry-after"))
# The name of a robot speaks for its own header alone: in a list it would take the directives of the next one.
_APART = frozenset(("x-robots-tag",))


@dataclass(frozen=True, slots=True)
class Reply:
    """One server's answer. Header names are lower case; only a 2xx has its body read.

    What came in several headers is a list with commas; of ``X-Robots-Tag``, each is on a line of its own.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Request:
    """What is sent, and where."""

    target: Target
    headers: Mapping[str, str]
    method: str = "GET"
    body: bytes | None = None


class Exchanges:
    """Requests on connections that are kept for the next one to the same place; for all threads."""

    def __init__(self, guard: AddressGuard, kept: int) -> None:
        self._guard = guard
        self._proxies = Proxies()
        self._tls = tls_context()
        self._idle: IdleConnections[_Connection] = IdleConnections(kept)

    def get(self, target: Target, headers: Mapping[str, str], limit: BodyLimit, deadline: Deadline) -> Reply:
        """Return the answer to one GET; raise :class:`FetchFailed` where there is none by the deadline."""
        kept = self._idle.take((target.scheme, target.place))
        return self._exchange(kept, _Request(target, headers), limit, deadline)

    def post(
        self, target: Target, headers: Mapping[str, str], body: bytes, limit: BodyLimit, deadline: Deadline
    ) -> Reply:
        """Return the answer to one POST, as :meth:`get` does.

        It goes over a new connection: where one that was kept turns out closed, nobody could tell whether
        the POST has arrived, and it may not simply be sent again (RFC 9110 section 9.2.2).
        """
        return self._exchange(None, _Request(target, headers, "POST", body), limit, deadline)

    def _exchange(
        self, kept: _Connection | None, request: _Request, limit: BodyLimit, deadline: Deadline
    ) -> Reply:
        target = request.target
        try:
            connection, response = self._ask(kept, request, deadline)
            try:
                reply = _reply(response, _outside(limit, deadline, connection))
            except BaseException:
                response.close()
                connection.close()
                raise
        except (AddressRefused, HTTPError, OSError, http.client.HTTPException, ValueError) as error:
            raise failure_of(error) from error
        if response.closed and not connection.is_closed:
            self._idle.keep((target.scheme, target.place), connection)
        else:
            response.close()
            connection.close()
        return reply

    def close(self) -> None:
        """Close the connections that nobody uses."""
        self._idle.close()

    def _ask(
        self, kept: _Connection | None, request: _Request, deadline: Deadline
    ) -> tuple[_Connection, HTTPResponse]:
        if kept is not None:
            try:
                return kept, kept.ask(request, deadline)
            except (ConnectionError, ssl.SSLEOFError):
                # Closed while idle, most likely; a GET may be sent again either way (RFC 9112 section 9.3.1).
                deadline.left()
        target = request.target
        fresh = _Connection(target, self._guard, self._proxy(target), self._tls)
        return fresh, fresh.ask(request, deadline)

    def _proxy(self, target: Target) -> Proxy | None:
        loopback = self._guard.is_allowed_loopback(target)
        return self._proxies.loopback if loopback else self._proxies.of(target)


class _Connection(HTTPConnection):
    """A connection for one scheme, host and port, directly or through a proxy."""

    def __init__(self, target: Target, guard: AddressGuard, proxy: Proxy | None, tls: ssl.SSLContext) -> None:
        super().__init__(target.host, target.port)
        self._target = target
        self._guard = guard
        self._via = proxy
        self._tls = tls
        self._deadline = Deadline(0)

    def ask(self, request: _Request, deadline: Deadline) -> HTTPResponse:
        """Send a request and return its answer, with the body still to be read."""
        self.move(deadline)
        target = request.target
        forwarded = self._via is not None and target.scheme == "http"
        wanted = {"Host": target.authority, **request.headers}
        if self._via is not None and forwarded:
            wanted |= self._via.headers
        try:
            if self.is_closed:
                self.connect()
            self.timeout = self._deadline.left()
            self.request(
                request.method,
                target.url if forwarded else target.path,
                body=request.body,
                headers=wanted,
                preload_content=False,
                decode_content=False,
            )
            if isinstance(self.sock, socket.socket):  # not where TLS is within that of a proxy
                acknowledge_at_once(self.sock)
            return self.getresponse()
        except BaseException:
            self.close()
            raise

    def move(self, deadline: Deadline) -> None:
        """Let what is under way end at another moment."""
        self._deadline.end = deadline.end

    def connect(self) -> None:
        """Open the connection, to an address that was judged or to the proxy."""
        target, proxy = self._target, self._via
        if proxy is None:
            self.sock = self._judged()
        else:
            found = addresses_of(proxy.host, proxy.port, self._deadline.left())
            self.sock = dial(proxy.host, found, self._deadline)
            if proxy.scheme == "https":
                self.sock = secure(self.sock, self._tls, proxy.host)
            if target.scheme == "https":
                self._tunnel_to(target, proxy)
        if target.scheme == "https":
            self.sock = (
                secure(self.sock, self._tls, target.host)
                if isinstance(self.sock, TimedSocket)
                else SSLTransport(self.sock, self._tls, target.host)
            )

    def _judged(self) -> TimedSocket:
        target = self._target
        # RFC 6761 section 6.3: such a name is never asked of DNS.
        local = target.host.endswith(".localhost") and self._guard.is_allowed_loopback(target)
        host = "127.0.0.1" if local else target.host
        found = addresses_of(host, target.port, self._deadline.left())
        for address in found:
            self._guard.judge_address(target, address.host)
        return dial(target.host, found, self._deadline)

    def _tunnel_to(self, target: Target, proxy: Proxy) -> None:
        lines = [f"CONNECT {target.place} HTTP/1.1", f"Host: {target.place}"]
        lines += [f"{name}: {value}" for name, value in proxy.headers.items()]
        self.sock.sendall("".join(f"{line}\r\n" for line in [*lines, ""]).encode("ascii"))
        answer = http.client.HTTPResponse(self.sock, method="CONNECT")
        try:
            answer.begin()
        finally:
            answer.close()  # the reader, not the connection
        if not 200 <= answer.status < 300:
            raise OSError(f"the proxy answered CONNECT with {answer.status} {answer.reason[:100]}")


def _outside(limit: BodyLimit, deadline: Deadline, connection: _Connection) -> BodyLimit:
    """Return the limit with a wait of a large body that moves the end of the exchange as far."""
    large = limit.large
    if large is None:
        return limit

    def enter() -> None:
        left = deadline.remaining()
        large.enter()
        deadline.end += left - deadline.remaining()
        connection.move(deadline)

    return replace(limit, large=Large(large.above, enter))


def _reply(response: HTTPResponse, limit: BodyLimit) -> Reply:
    if response.status < 200:
        raise FetchFailed("connection failed", f"HTTP {response.status} was not asked for")
    headers: dict[str, str] = {}
    for name in response.headers:
        values = response.headers.getlist(name)
        between = "\n" if name.lower() in _APART else ", "
        headers[name.lower()] = values[0] if name.lower() in _SINGLE else between.join(values)
    if response.status >= 300:
        _drain(response)
        return Reply(response.status, headers, b"")
    framed = response.chunked or response.length_remaining is not None
    try:
        gzipped = is_gzip(headers.get("content-encoding", ""))
        return Reply(response.status, headers, read_body(response, limit, gzipped=gzipped, framed=framed))
    except FetchFailed as failure:
        failure.headers = headers
        raise


def _drain(response: HTTPResponse) -> None:
    """Read a short rest, so that the connection can be kept. The status is what matters and is known."""
    try:
        response.read(STEP, decode_content=False)
    except (HTTPError, OSError, http.client.HTTPException, ValueError):
        response.close()
