"""The demo publishers on loopback: what they serve depends on the demo's own time, never on the clock."""

from __future__ import annotations

import errno
import socketserver
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from local.demo.newsroom import ADDRESS, Publisher, turning_points
from local.demo.site import Answer, Resource, answer, build_site, http_date
from local.demo.story_files import load_publishers

SOURCES = Path(__file__).with_name("sources.yaml")
_IDLE_SECONDS = 5
_POLL_SECONDS = 0.05  # how soon a server notices that it shall stop
_AFTERMATH = timedelta(minutes=30)


class DemoPortInUse(OSError):
    """A demo publisher's port is taken; the text, one line, names both."""


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """One request as a publisher saw it; header names are in lower case."""

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    moment: datetime


class DemoPublishers:
    """The invented publishers at one moment of the demo, which :meth:`at` moves along.

    ``start`` (aware) is the demo's beginning: stories are dated from it, most of them within the
    48 hours before. ``port_shift`` moves all ports, so that two demos can run side by side.
    """

    def __init__(self, start: datetime, port_shift: int = 0) -> None:
        if start.tzinfo is None:
            raise ValueError(f"the start of the demo is {start!r}; it needs an offset")
        self.start = start.astimezone(UTC).replace(microsecond=0)
        self.publishers = load_publishers(port_shift)
        self.requests: list[ReceivedRequest] = []
        self._port_shift = port_shift
        self.at(self.start)

    @property
    def moment(self) -> datetime:
        """The demo's time, as :meth:`at` last set it."""
        return self._now[0]

    @property
    def turning_points(self) -> list[timedelta]:
        """When, after ``start``, a story appears or is edited; in order."""
        return turning_points(self.publishers)

    @property
    def end(self) -> timedelta:
        """How long after ``start`` the demo has shown everything, with time for one more look."""
        return self.turning_points[-1] + _AFTERMATH

    def at(self, moment: datetime) -> None:
        """Set the demo's time (aware): what is published, edited and answered from now on."""
        if moment < self.start:
            raise ValueError(f"the demo starts at {self.start}; it cannot be set to {moment}")
        sites = {
            publisher.id: build_site(publisher, self.publishers, self.start, moment)
            for publisher in self.publishers
        }
        # One assignment, so that a request sees one moment throughout.
        self._now: tuple[datetime, Mapping[str, Mapping[str, Resource]]] = (moment, sites)

    def allowed(self) -> tuple[str, ...]:
        """Return each publisher's ``host:port``, as ``LOOPBACK_ALLOWED`` takes them."""
        return tuple(publisher.authority for publisher in self.publishers)

    def sources_yaml(self) -> str:
        """Return the ``sources.yaml`` of a portal that carries these publishers."""
        text = SOURCES.read_text(encoding="utf-8")
        for publisher in self.publishers:
            own_port = publisher.port - self._port_shift
            text = text.replace(f"{publisher.id}.localhost:{own_port}", publisher.authority)
        return text

    @contextmanager
    def serve(self) -> Iterator[DemoPublishers]:
        """Serve all publishers until the block ends; raise :class:`DemoPortInUse` if one cannot."""
        with ExitStack() as stack:
            servers = [stack.enter_context(_bind(self, publisher)) for publisher in self.publishers]
            for server in servers:
                thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True)
                thread.start()
                stack.callback(thread.join)
                stack.callback(server.shutdown)
            yield self

    def respond(self, publisher: Publisher, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        """Answer and record one request for ``target`` (path and query)."""
        moment, sites = self._now
        found = answer(sites[publisher.id], target, headers)
        url = publisher.origin + target
        self.requests.append(ReceivedRequest(method, url, found.status, headers, moment))
        return found


def _bind(demo: DemoPublishers, publisher: Publisher) -> _PublisherServer:
    try:
        return _PublisherServer(demo, publisher)
    except OSError as problem:
        if problem.errno != errno.EADDRINUSE:
            raise
        taken = f"port {publisher.port} on {ADDRESS} is in use; the demo publisher {publisher.name} needs it"
        raise DemoPortInUse(taken) from None


class _PublisherServer(ThreadingHTTPServer):
    def __init__(self, demo: DemoPublishers, publisher: Publisher) -> None:
        self.demo = demo
        self.publisher = publisher
        super().__init__((ADDRESS, publisher.port), _PublisherHandler)

    def server_bind(self) -> None:
        # HTTPServer would look up this machine's name, which can wait for a DNS server.
        socketserver.TCPServer.server_bind(self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that hangs up is its own affair.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _PublisherHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "DemoPublisher"
    sys_version = ""
    timeout = _IDLE_SECONDS
    server: _PublisherServer

    def do_GET(self) -> None:
        """Serve the resource, 304 or 404."""
        self._respond(with_body=True)

    def do_HEAD(self) -> None:
        """Serve what GET would, without its body."""
        self._respond(with_body=False)

    def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002  # the base's signature
        """Return the demo's time: a Last-Modified after Date would be invalid (RFC 9110 section 8.8.2.1)."""
        return http_date(self.server.demo.moment)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's signature
        """Print nothing; :attr:`DemoPublishers.requests` is the log."""

    def _respond(self, *, with_body: bool) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        found = self.server.demo.respond(self.server.publisher, self.command, self.path, headers)
        self.send_response(found.status)
        for name, value in found.headers.items():
            self.send_header(name, value)
        if found.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(found.body)))
        self.end_headers()
        if with_body:
            self.wfile.write(found.body)
