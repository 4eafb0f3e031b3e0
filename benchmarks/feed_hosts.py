"""A process of its own that is many publishers: each host has a feed, which grows when it is told to.

All hosts are one server on loopback, with TLS; an answer comes a fixed time after its question. Every feed
has the twenty newest entries of its host, and an ETag; who sends that is answered 304.
"""

from __future__ import annotations

import asyncio
import gzip
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from benchmarks.slow_server import Answering
from tests.support.process_costs import cpu_seconds

PROJECT = Path(__file__).resolve().parents[1]
ENTRIES = 20
FIRST = datetime(2026, 1, 5, tzinfo=UTC)
_APART = timedelta(minutes=30)
_ITEM = (
    "<item><title>Kabar %(n)d dari %(host)s</title><link>https://%(host)s/berita/%(n)d</link>"
    '<guid isPermaLink="false">%(host)s-%(n)d</guid><pubDate>%(date)s</pubDate>'
    "<category>nasional</category><description>&lt;p&gt;%(text)s&lt;/p&gt;</description></item>"
)
_PARAGRAPH = "Isi berita nomor %d: warga, pemerintah dan pasar menunggu keputusan hari ini. "


def newest(generation: int) -> datetime:
    """Return the date of the newest entry of every feed."""
    return FIRST + _APART * (generation + ENTRIES - 1)


def feed(host: str, generation: int) -> bytes:
    """Return a host's feed: entries ``generation`` and the following, some fourteen kilobytes."""
    items = "".join(_item(host, number) for number in reversed(range(generation, generation + ENTRIES)))
    head = f"<title>{host}</title><link>https://{host}/</link><language>id</language>"
    return f'<rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def etag(generation: int) -> str:
    """Return the ETag of every feed."""
    return f'"{generation}"'


def _item(host: str, number: int) -> str:
    date = format_datetime(FIRST + _APART * number)
    return _ITEM % {"n": number, "host": host, "date": date, "text": (_PARAGRAPH % number) * 6}


class Hosts:
    """What all hosts answer now."""

    def __init__(self, hosts: tuple[str, ...]) -> None:
        self._hosts = hosts
        self._whole: dict[bytes, bytes] = {}
        self._etag = b""
        self._same = b""

    def grow(self, generation: int) -> None:
        """Take the feeds of a generation for what there is."""
        tag = etag(generation)
        self._etag = tag.encode()
        self._same = f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
        for host in self._hosts:
            body = gzip.compress(feed(host, generation), 1, mtime=0)
            self._whole[host.encode()] = (
                "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Encoding: gzip\r\n"
                f"ETag: {tag}\r\nContent-Length: {len(body)}\r\n\r\n"
            ).encode() + body

    def answer(self, request: bytes) -> bytes:
        """Return the answer to a request."""
        lines = [line.partition(b":") for line in request.split(b"\r\n")[1:]]
        headers = {name.strip().lower(): value.strip() for name, _, value in lines}
        if headers.get(b"if-none-match") == self._etag:
            return self._same
        return self._whole[headers[b"host"].partition(b":")[0]]


def _tls(names: list[str], folder: Path) -> ssl.SSLContext:
    """Return what shows each host's own certificate to who asks for that host."""
    contexts = {}
    for name in names:
        contexts[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        contexts[name].load_cert_chain(folder / f"{name}.pem")

    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        connection.context = contexts[name or ""]

    first = contexts[names[0]]
    first.sni_callback = choose
    return first


async def _serve(hosts: Hosts, seconds: float, context: ssl.SSLContext) -> None:
    server = await asyncio.get_running_loop().create_server(
        lambda: Answering(hosts.answer, seconds), "127.0.0.1", 0, ssl=context, backlog=1024
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _obey(hosts: Hosts) -> None:
    for line in sys.stdin:
        hosts.grow(int(line))
        print("grown", flush=True)


@dataclass(frozen=True, slots=True)
class Server:
    """The running server: its port, and its process."""

    port: int
    process: subprocess.Popen[str]

    def grow(self, generation: int) -> None:
        """Have all feeds be those of a generation."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("a process with pipes has no pipes")
        self.process.stdin.write(f"{generation}\n")
        self.process.stdin.flush()
        self.process.stdout.readline()

    def cpu(self) -> float:
        """Return the seconds of CPU that it has taken so far."""
        return cpu_seconds(self.process.pid)


@contextmanager
def serving(hosts: tuple[str, ...], seconds: float, certificates: Path) -> Iterator[Server]:
    """Run the server while the block runs, its feeds of generation 0; each host's certificate is a file."""
    command = [sys.executable, "-m", "benchmarks.feed_hosts", str(seconds), str(certificates), *hosts]
    with subprocess.Popen(  # noqa: S603 - this very module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT
    ) as process:
        try:
            yield Server(int((process.stdout or sys.stdin).readline()), process)
        finally:
            process.terminate()


def main(arguments: list[str]) -> None:
    """Serve until the process is ended."""
    seconds, certificates, *names = arguments
    hosts = Hosts(tuple(names))
    hosts.grow(0)
    threading.Thread(target=_obey, args=(hosts,), daemon=True).start()
    asyncio.run(_serve(hosts, float(seconds), _tls(names, Path(certificates))))


if __name__ == "__main__":
    main(sys.argv[1:])
