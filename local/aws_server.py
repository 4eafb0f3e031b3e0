"""moto over HTTP: AWS for processes outside of this one, for as long as this one holds ``mock_aws``.

moto's own server needs Flask and serves the same; here the requests go where moto's in-process clients send
theirs, so that both see one set of resources.
"""

from __future__ import annotations

import errno
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.botocore_stubber import BotocoreStubber

ADDRESS = "127.0.0.1"
_IDLE_SECONDS = 60  # a function keeps its connections between two invocations
_LENGTH = "content-length"
# Credential=<key>/<date>/<region>/<service>/aws4_request (Signature Version 4, "Authorization header")
_SCOPE = re.compile(r"Credential=[^/,\s]+/\d{8}/(?P<region>[a-z0-9-]+)/(?P<service>[a-z0-9-]+)/aws4_request")


class AwsPortInUse(Exception):
    """The port is taken; the message names it."""


@contextmanager
def serving(port: int = 0) -> Iterator[str]:
    """Serve moto at ``port`` of loopback (0: a free one) and yield its address, without a trailing slash.

    Raise :class:`AwsPortInUse` where another program has the port.
    """
    try:
        server = _Server((ADDRESS, port), _Handler)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise AwsPortInUse(f"port {port}, where AWS is to be served, is in use") from None
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def aws_host(headers: Mapping[str, str]) -> str | None:
    """Return the host of AWS that a signed request is for, ``None`` where it is not signed."""
    scope = _SCOPE.search(headers.get("Authorization", ""))
    if scope is None:
        return None
    service, region = scope["service"], scope["region"]
    # Streams are signed as their tables are (botocore's service models).
    streams = "streams." if headers.get("X-Amz-Target", "").startswith("DynamoDBStreams_") else ""
    return f"{streams}{service}.{region}.amazonaws.com"


def _asked(request: AWSPreparedRequest) -> tuple[int, Mapping[str, Any], bytes]:
    try:
        found = BotocoreStubber().process_request(request)
    except Exception as error:  # noqa: BLE001  # moto meets what it does not know with whatever its code runs into
        return HTTPStatus.INTERNAL_SERVER_ERROR, {}, f"{type(error).__name__}: {error}\n".encode()
    if found is None:
        return HTTPStatus.NOT_FOUND, {}, f"moto does not know {request.url}.\n".encode()
    status, headers, body = found
    return status, headers, body if isinstance(body, bytes) else body.encode()


class _Server(ThreadingTCPServer):
    # An HTTPServer would look up this machine's name, which can wait for a DNS server.
    allow_reuse_address = True
    daemon_threads = True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS

    def do_GET(self) -> None:
        """Answer any method as moto does."""
        body = self.rfile.read(int(self.headers.get(_LENGTH) or 0))
        host = aws_host(self.headers)  # type: ignore[arg-type]  # a message is no Mapping, and has what is used
        if host is None:
            self._answer(HTTPStatus.FORBIDDEN, {}, b"Only signed requests of AWS clients are answered.\n")
            return
        headers = HTTPHeaders()
        for name, value in self.headers.items():
            headers[name] = value
        url = f"https://{host}{self.path}"
        request = AWSPreparedRequest(self.command, url, headers, body, stream_output=False)
        self._answer(*_asked(request))

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815  # http.server's names

    def _answer(self, status: int, headers: Mapping[str, Any], body: bytes) -> None:
        self.send_response(status)
        known = {name.lower(): value for name, value in headers.items()}
        # Of HEAD the length is the object's
        length = known.pop(_LENGTH, len(body)) if self.command == "HEAD" else len(body)
        for name, value in known.items():
            if name not in (_LENGTH, "transfer-encoding", "connection", "date", "server"):
                self.send_header(name, str(value))
        if status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            self.send_header(_LENGTH, str(length))
        self.end_headers()
        if self.command != "HEAD" and status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's signature
        """Print nothing: the functions' own logs say what they ask."""
