"""A web server on loopback that records what it was asked and answers from a dictionary.

Hosts are told apart by their ``Host`` header: ``http://anything.localhost:<port>/`` leads here.
"""

from __future__ import annotations

import gzip
import socket
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Reply:
    """What a path answers; with ``etag`` or ``last_modified`` a matching condition is answered 304.

    That has the headers ``unmodified`` beside the others. ``pieces`` are sent one by one with ``pause``
    seconds between them, chunked unless the headers give a length; ``hang`` sends nothing at all until the
    server is closed; ``raw`` is sent as it is.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str | None = "application/rss+xml"
    etag: str | None = None
    last_modified: str | None = None
    gzipped: bool = False
    pieces: Sequence[bytes] = ()
    pause: float = 0.0
    hang: bool = False
    raw: Sequence[bytes] = ()
    unmodified: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived; header values are byte-exact, in Latin-1."""

    method: str
    host: str
    path: str
    headers: tuple[tuple[str, str], ...]
    client_port: int
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the value of a header, whatever its case; ``None`` where it was not sent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class WebServer:
    """The server: fill ``replies`` by path or by ``host/path``, read ``asked`` afterwards.

    ``most_at_once`` has, for each host, how many requests to it were answered at the same time.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.replies: dict[str, Reply] = {}
        self.asked: list[Asked] = []
        self.most_at_once: Counter[str] = Counter()
        self.closing = threading.Event()
        self._under_way: Counter[str] = Counter()
        self._counting = threading.Lock()

    def url(self, path: str, host: str = "localhost") -> str:
        """Return the address of a path."""
        return f"http://{host}:{self.port}{path}"

    def loopback(self, *hosts: str) -> frozenset[str]:
        """Return what LOOPBACK_ALLOWED must hold so that these hosts may be asked."""
        return frozenset(f"{host}:{self.port}" for host in ("localhost", "127.0.0.1", *hosts))

    def paths(self) -> list[str]:
        """Return the paths asked so far, in order."""
        return [asked.path for asked in self.asked]

    @contextmanager
    def under_way(self, host: str) -> Iterator[None]:
        """Count a request to ``host`` while it is answered; the highest count is kept."""
        with self._counting:
            self._under_way[host] += 1
            self.most_at_once[host] = max(self.most_at_once[host], self._under_way[host])
        try:
            yield
        finally:
            with self._counting:
                self._under_way[host] -= 1

    def reply(self, asked: Asked) -> Reply:
        """Return what a request is answered with."""
        missing = Reply(b"not here", status=404, content_type="text/plain")
        return self.replies.get(asked.host + asked.path) or self.replies.get(asked.path) or missing


@contextmanager
def web_server() -> Iterator[WebServer]:
    """Run a server on a free port of 127.0.0.1 until the block ends."""
    sockets: list[socket.socket] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            sockets.append(self.connection)

        def do_GET(self) -> None:
            asked = Asked(
                self.command,
                self.headers.get("Host", "").partition(":")[0],
                self.requestline.split(" ")[1],  # as it was sent: ``path`` has no "//" at its start
                tuple(self.headers.items()),
                self.client_address[1],
                self.rfile.read(int(self.headers.get("Content-Length", 0))),
            )
            site.asked.append(asked)
            try:
                with site.under_way(asked.host):
                    _answer(self, asked, site.reply(asked), site.closing)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_POST = do_GET  # noqa: N815 - http.server's name

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing: what was asked is recorded."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = True
        request_queue_size = 64

        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing: a client that hangs up is what some tests are about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        site = WebServer(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            site.closing.set()
            server.shutdown()
            thread.join()
            for one in sockets:
                if one.fileno() != -1:
                    with_shutdown(one)


def with_shutdown(connection: socket.socket) -> None:
    """End a connection that a client keeps open, so that its thread ends too."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _answer(handler: BaseHTTPRequestHandler, asked: Asked, reply: Reply, closing: threading.Event) -> None:
    if reply.hang:
        closing.wait()
        handler.close_connection = True
        return
    if reply.raw:
        for piece in reply.raw:
            handler.wfile.write(piece)
            handler.wfile.flush()
            if closing.wait(reply.pause):
                break
        handler.close_connection = True
        return
    if _unchanged(asked, reply):
        _head(handler, reply, 304, reply.unmodified)
        return
    if reply.pieces:
        _send_pieces(handler, reply, closing)
        return
    body = gzip.compress(reply.body, mtime=0) if reply.gzipped else reply.body
    extra = {"Content-Encoding": "gzip"} if reply.gzipped else {}
    _head(handler, reply, reply.status, {**extra, "Content-Length": str(len(body))})
    handler.wfile.write(body)


def _send_pieces(handler: BaseHTTPRequestHandler, reply: Reply, closing: threading.Event) -> None:
    chunked = "Content-Length" not in reply.headers
    _head(handler, reply, reply.status, {"Transfer-Encoding": "chunked"} if chunked else {})
    for piece in reply.pieces:
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        handler.wfile.flush()
        if closing.wait(reply.pause):
            return
    if chunked:
        handler.wfile.write(b"0\r\n\r\n")


def _unchanged(asked: Asked, reply: Reply) -> bool:
    if asked.header("If-None-Match") is not None:
        return reply.etag is not None and asked.header("If-None-Match") == reply.etag
    stated = asked.header("If-Modified-Since")
    return stated is not None and stated == reply.last_modified


def _head(handler: BaseHTTPRequestHandler, reply: Reply, status: int, headers: Mapping[str, str]) -> None:
    handler.send_response(status)
    validators = {
        "ETag": reply.etag,
        "Last-Modified": reply.last_modified,
        "Content-Type": reply.content_type,
    }
    for name, value in {**validators, **reply.headers, **headers}.items():
        if value is not None:
            handler.send_header(name, value)
    handler.end_headers()
