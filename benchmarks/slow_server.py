"""A process of its own that answers every request with one feed, after a fixed time, on loopback."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ITEM = (
    b"<item><title>Kabar %d</title><link>https://kabar.example/%d</link><description>%s</description></item>"
)


def feed() -> bytes:
    """Return a feed of the usual size: thirty entries, some twenty kilobytes."""
    items = b"".join(ITEM % (number, number, b"Isi berita. " * 45) for number in range(30))
    return b'<rss version="2.0"><channel><title>Kabar</title>' + items + b"</channel></rss>"


class Answering(asyncio.Protocol):
    """Answers what ends with an empty line; connections stay open."""

    def __init__(self, answer: Callable[[bytes], bytes], seconds: float) -> None:
        self._answer = answer
        self._seconds = seconds
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer later."""
        self._received += data
        if self._transport is not None and self._received.endswith(b"\r\n\r\n"):
            answer, self._received = self._answer(self._received), b""
            asyncio.get_running_loop().call_later(self._seconds, self._transport.write, answer)


async def _serve(seconds: float, certificate: str | None) -> None:
    body = gzip.compress(feed(), mtime=0)
    head = (
        "HTTP/1.1 200 OK",
        "Content-Type: application/rss+xml",
        "Content-Encoding: gzip",
        f"Content-Length: {len(body)}",
        "",
        "",
    )
    answer = "\r\n".join(head).encode() + body
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    server = await asyncio.get_running_loop().create_server(
        lambda: Answering(lambda _: answer, seconds), "127.0.0.1", 0, ssl=context, backlog=1024
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def slow_server(seconds: float, certificate: Path | None = None) -> Iterator[int]:
    """Run the server while the block runs; give its port."""
    command = [sys.executable, __file__, str(seconds)]
    command += [] if certificate is None else [str(certificate)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - this very file
        try:
            yield int((process.stdout or sys.stdin).readline())
        finally:
            process.terminate()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None))
