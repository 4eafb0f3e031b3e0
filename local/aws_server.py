"""moto over HTTP: AWS for processes outside of this one, for as long as this one holds ``mock_aws``.

moto's own server needs Flask and serves the same; here the requests go where moto's in-process clients send
theirs, so that both see one set of resources. The server is a proxy, too, and only for the demo publishers:
a container does not reach this machine's loopback.
"""

from __future__ import annotations

import errno
import http.client
import re
import sys
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.botocore_stubber import BotocoreStubber

from local.template import REGION

LOOPBACK = "127.0.0.1"
_IDLE_SECONDS = 60  # a function keeps its connections between two invocations
_PROXIED_SECONDS = 30
_POLL_SECONDS = 0.1  # how soon the server notices that it shall stop
# Credential=<key>/<date>/<region>/<service>/aws4_request (Signature Version 4, "Authorization header")
_SCOPE = re.compile(r"(Credential=[^/,\s]+/\d{8}/)[a-z0-9-]+(/(?P<service>[a-z0-9-]+)/aws4_request)")
# Of a connection and not of a message (RFC 9110 section 7.6.1), or set by this server itself
_NOT_PASSED_ON = frozenset(
    ("connection", "content-length", "date", "keep-alive", "proxy-connection", "server", "transfer-encoding")
)


class AwsPortInUse(Exception):
    """The port is taken; the message names it."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, Any]
    body: bytes


@contextmanager
def serving(
    port: int = 0, publishers: Collection[str] = (), addresses: Collection[str] = (LOOPBACK,)
) -> Iterator[int]:
    """Serve moto at ``port`` of these addresses (0: a free one) and yield the port.

    ``publishers`` are the ``host:port`` on loopback that it passes requests on to as a proxy. Raise
    :class:`AwsPortInUse` where another program has the port.
    """
    with ExitStack() as stack:
        for address in addresses:
            server = stack.enter_context(_bound(address, port, frozenset(publishers)))
            port = server.server_address[1]
            thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
        yield port


def aws_host(headers: Mapping[str, str]) -> str | None:
    """Return the host of AWS that a signed request is for, ``None`` where it is not signed.

    ``headers`` have names in lower case. The region is the stack's, whatever the client's.
    """
    scope = _SCOPE.search(headers.get("authorization", ""))
    if scope is None:
        return None
    # Streams are signed as their tables are (botocore's service models).
    streams = "streams." if headers.get("x-amz-target", "").startswith("DynamoDBStreams_") else ""
    return f"{streams}{scope['service']}.{REGION}.amazonaws.com"


def _bound(address: str, port: int, publishers: frozenset[str]) -> _Server:
    try:
        return _Server((address, port), publishers)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise AwsPortInUse(f"port {port} on {address}, where AWS is to be served, is in use") from None


def _asked(method: str, target: str, headers: Mapping[str, str], body: bytes) -> _Answer:
    host = aws_host(headers)
    if host is None:
        return _Answer(HTTPStatus.FORBIDDEN, {}, b"Only signed requests of AWS clients are answered.\n")
    carried = HTTPHeaders()
    for name, value in headers.items():
        carried[name] = value
    carried.replace_header("authorization", _SCOPE.sub(rf"\1{REGION}\2", headers["authorization"]))
    request = AWSPreparedRequest(method, f"https://{host}{target}", carried, body, stream_output=False)
    try:
        found = BotocoreStubber().process_request(request)
    except Exception as error:  # noqa: BLE001  # moto meets what it does not know with whatever its code runs into
        text = f"{type(error).__name__}: {error}\n"
        return _Answer(HTTPStatus.INTERNAL_SERVER_ERROR, {}, text.encode())
    if found is None:
        return _Answer(HTTPStatus.NOT_FOUND, {}, f"moto does not know {request.url}.\n".encode())
    status, answered, content = found
    return _Answer(status, answered, content if isinstance(content, bytes) else content.encode())


def _passed_on(method: str, port: int | None, target: str, headers: Mapping[str, str]) -> _Answer:
    passed = {name: value for name, value in headers.items() if name not in _NOT_PASSED_ON}
    with closing(http.client.HTTPConnection(LOOPBACK, port, timeout=_PROXIED_SECONDS)) as connection:
        connection.request(method, target, headers=passed)
        answer = connection.getresponse()
        return _Answer(answer.status, dict(answer.getheaders()), answer.read())


class _Server(ThreadingTCPServer):
    # An HTTPServer would look up this machine's name, which can wait for a DNS server.
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: tuple[str, int], publishers: frozenset[str]) -> None:
        self.publishers = publishers
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that hangs up: it is its own affair."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True  # else a body waits for the acknowledgement of its headers
    server: _Server

    def do_GET(self) -> None:
        """Answer any method, as moto or as a publisher does."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        parts = urlsplit(self.path)  # a proxy is asked for the absolute form (RFC 9112 section 3.2.2)
        target = parts._replace(scheme="", netloc="").geturl() or "/" if parts.scheme else self.path
        if parts.scheme == "http" and parts.netloc in self.server.publishers:
            self._send(_passed_on(self.command, parts.port, target, headers))
        else:
            self._send(_asked(self.command, target, headers, body))

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815  # http.server's names

    def _send(self, answer: _Answer) -> None:
        headers = {name.lower(): str(value) for name, value in answer.headers.items()}
        # Of HEAD the length is the object's
        length = headers.get("content-length") if self.command == "HEAD" else None
        self.send_response(answer.status)
        for name, value in headers.items():
            if name not in _NOT_PASSED_ON:
                self.send_header(name, value)
        if answer.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            self.send_header("Content-Length", length or str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's signature
        """Print nothing: the functions' own logs say what they ask."""
