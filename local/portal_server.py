"""The HTTP server of the local portal; what it answers is decided in ``local.portal``."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local.portal import Portal

ADDRESS = "127.0.0.1"
_IDLE_SECONDS = 10
_POLL_SECONDS = 0.1  # how soon the server notices that it shall stop


class PortInUse(Exception):
    """The portal's port is taken; the message names the cure."""


@contextmanager
def listening(port: int) -> Iterator[PortalServer]:
    """Hold the port, so that links can point to it before anything is served.

    Raise :class:`PortInUse` where another program has it.
    """
    try:
        server = PortalServer(port)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        why = "in use" if error.errno == errno.EADDRINUSE else "not allowed"
        raise PortInUse(f"port {port} is {why}: choose another, as in make run PORT={port + 1}") from None
    try:
        yield server
    finally:
        server.end()


class PortalServer(ThreadingHTTPServer):
    """Holds a port and, from :meth:`serve` on, answers requests."""

    daemon_threads = True
    portal: Portal

    def __init__(self, port: int) -> None:
        self._thread: threading.Thread | None = None
        super().__init__((ADDRESS, port), _Handler)

    @property
    def url(self) -> str:
        """The portal's address, without a trailing slash."""
        return f"http://localhost:{self.server_address[1]}"

    def serve(self, portal: Portal) -> None:
        """Answer requests from now on; those that came before have waited."""
        self.portal = portal
        self._thread = threading.Thread(target=self.serve_forever, args=(_POLL_SECONDS,), daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop serving and give the port back."""
        if self._thread is not None:
            self.shutdown()
            self._thread.join()
        self.server_close()

    def server_bind(self) -> None:
        """Bind without asking for this machine's name."""
        # HTTPServer would look up this machine's name, which can wait for a DNS server.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a browser that hangs up is its own affair, and answers never raise."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    server: PortalServer

    def do_GET(self) -> None:
        """Answer any method: the portal decides which it allows."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.portal.answer(self.command, self.path, headers)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(answer.body)))
        if self.command not in ("GET", "HEAD"):
            self.send_header("Connection", "close")  # its body has not been read
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_GET  # noqa: N815  # http.server's names

    def version_string(self) -> str:
        """Name the program and no versions."""
        return "Newswire"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's signature
        """Print nothing: the run's own lines are what a person reads."""
