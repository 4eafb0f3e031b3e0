"""Servers on loopback that speak in bytes: for what no proper server would send."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import trustme


@dataclass(slots=True)
class Talk:
    """One connection of a raw server, from its side; ``over`` is set when the test ends."""

    connection: socket.socket
    over: threading.Event

    def head(self) -> bytes:
        """Return what arrived up to an empty line; b"" where the client hung up before."""
        received = b""
        while not received.endswith(b"\r\n\r\n"):
            byte = self.connection.recv(1)
            if not byte:
                return b""
            received += byte
        return received

    def drip(self, pieces: Iterable[bytes], pause: float = 0.02) -> None:
        """Send piece after piece."""
        for piece in pieces:
            self.connection.sendall(piece)
            if self.over.wait(pause):
                return

    def secure(self, context: ssl.SSLContext) -> None:
        """Go on over TLS."""
        self.connection = context.wrap_socket(self.connection, server_side=True)

    def joined_to(self, port: int) -> None:
        """Carry bytes to a loopback port and back until one side ends."""
        with socket.socket() as other:
            other.connect(("127.0.0.1", port))  # a name would be looked up, and the test may have a say there
            back = threading.Thread(target=_pump, args=(other, self.connection), daemon=True)
            back.start()
            _pump(self.connection, other)
            back.join()


@dataclass(slots=True)
class RawServer:
    """Where the server listens, and the first bytes of each connection if its script notes them."""

    port: int
    heard: list[bytes] = field(default_factory=list)

    def loopback(self, host: str = "127.0.0.1") -> frozenset[str]:
        """Return what the guard must be told so that it may be asked."""
        return frozenset({f"{host}:{self.port}"})


@contextmanager
def raw_server(script: Callable[[RawServer, Talk], None]) -> Iterator[RawServer]:
    """Run ``script`` for every connection until the block ends."""
    over = threading.Event()
    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = RawServer(listener.getsockname()[1])

        def talk(connection: socket.socket) -> None:
            told = Talk(connection, over)
            with suppress(OSError):
                script(server, told)
            told.connection.close()

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    connection.settimeout(10)
                    threads.append(threading.Thread(target=talk, args=(connection,), daemon=True))
                    threads[-1].start()

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield server
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for thread in threads:
                thread.join()


def server_context(authority: trustme.CA, *hosts: str) -> ssl.SSLContext:
    """Return what a TLS server of these hosts needs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*hosts).configure_cert(context)
    return context


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
