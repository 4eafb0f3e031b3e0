"""Invented publishers at the rate that a scenario asks for, in a process of their own.

Each has one feed of its newest twenty entries, and a page for each of them. Two thirds of them answer a
conditional request with 304; the others send what they have each time.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LISTED = 20
BACKFILL = "1h"
WORDS = 380
_FURNITURE_LINKS = 150
_WORDS = """
warga desa kota jalan pasar sekolah guru murid petani nelayan kapal pelabuhan jembatan sungai hutan
pemerintah daerah kepala dinas anggaran rapat keputusan aturan izin laporan data harga beras cabai minyak
listrik air bersih kesehatan dokter rumah sakit pasien obat vaksin cuaca hujan banjir gempa pertandingan
pemain pelatih gol klub musim juara film musik buku penulis pameran museum tari budaya penelitian ilmuwan
kampus teknologi satelit kereta bandara penumpang jadwal tiket wisata pantai gunung
"""
VOCABULARY = _WORDS.split()


def publisher_name(number: int) -> str:
    """Return a publisher's host without its port."""
    return f"kabar-{number}.localhost"


class _Newsroom:
    """What publishers have at a moment; ``every`` is the time between two entries of one of them."""

    def __init__(self, start: datetime, every: timedelta) -> None:
        self._start = start
        self._every = every

    def newest(self, publisher: int, now: datetime) -> int:
        """Return the number of the newest entry."""
        return int((now - self._start - self._lag(publisher)) // self._every)

    def moment(self, publisher: int, entry: int) -> datetime:
        """Return when an entry was published."""
        return self._start + self._lag(publisher) + entry * self._every

    def _lag(self, publisher: int) -> timedelta:
        return self._every * (int.from_bytes(hashlib.sha256(b"%d" % publisher).digest()[:4]) / 2**32)

    def feed(self, publisher: int, now: datetime, base: str) -> tuple[str, str]:
        """Return a feed and its ETag."""
        newest = self.newest(publisher, now)
        items = "".join(self._item(publisher, newest - back, base) for back in range(LISTED))
        head = f"<title>Kabar {publisher}</title><link>{base}/</link><description>Kabar</description>"
        text = f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'
        return text, f'"{publisher}-{newest}"'

    def _item(self, publisher: int, entry: int, base: str) -> str:
        words = _words(publisher, entry, 40)
        link = f"{base}/berita/{entry + 100000}-{'-'.join(words[:6])}"
        when = format_datetime(self.moment(publisher, entry))
        title, summary = " ".join(words[:9]).capitalize(), " ".join(words).capitalize()
        return (
            f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{when}</pubDate>"
            f"<category>Nasional</category><description>{summary}.</description></item>"
        )

    def page(self, publisher: int, path: str) -> str:
        """Return an entry's page."""
        entry = int(path.removeprefix("/berita/").split("-")[0]) - 100000
        words = _words(publisher, entry, WORDS)
        title = " ".join(words[:9]).capitalize()
        sentences = [" ".join(words[at : at + 12]).capitalize() + "." for at in range(0, WORDS, 12)]
        body = "".join(f"<p>{' '.join(sentences[at : at + 3])}</p>" for at in range(0, len(sentences), 3))
        links = "".join(
            f'<li class="menu-item menu-item-{one}"><a href="/kanal/{one}">Kanal {one}</a></li>'
            for one in range(_FURNITURE_LINKS)
        )
        return (
            f'<!DOCTYPE html><html lang="id"><head><meta charset="utf-8"><title>{title} - Kabar</title>'
            f'<meta property="article:published_time" content="{self.moment(publisher, entry).isoformat()}">'
            f'<meta property="og:image" content="/gambar/{entry}.jpg"><meta name="author" content="Redaksi">'
            f"</head><body><nav><ul>{links}</ul></nav><main><article><h1>{title}</h1>{body}</article></main>"
            f"<aside><ul>{links}</ul></aside><footer>Kabar {publisher}</footer></body></html>"
        )


def _words(publisher: int, entry: int, number: int) -> list[str]:
    draw = random.Random(f"{publisher}/{entry}")  # noqa: S311 - words of invented news
    return [draw.choice(VOCABULARY) for _ in range(number)]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    def do_GET(self) -> None:
        time.sleep(self.server.seconds.value)
        host, _, port = self.headers["Host"].partition(":")
        publisher = int(host.partition(".")[0].rpartition("-")[2])
        now = datetime.fromtimestamp(self.server.moment.value, UTC)
        room: _Newsroom = self.server.newsroom
        if self.path == "/feed.xml":
            text, tag = room.feed(publisher, now, f"http://{host}:{port}")
            self._send(text, "application/rss+xml", tag, int(self.server.rest.value))
        elif self.path.startswith("/berita/"):
            text = room.page(publisher, self.path)
            self._send(text, "text/html; charset=utf-8", f'"{hash(self.path)}"' if publisher % 3 else None)
        else:
            self.send_error(404)

    def _send(self, text: str, kind: str, tag: str | None, rest: int = 0) -> None:
        same = tag is not None and self.headers.get("If-None-Match") == tag
        body = b"" if same else text.encode()
        self.send_response(304 if same else 200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if tag is not None:
            self.send_header("ETag", tag)
        if rest:
            self.send_header("Cache-Control", f"max-age={rest}")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def __init__(self, newsroom: _Newsroom, moment: Any, rest: Any, seconds: Any) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.newsroom, self.moment, self.rest, self.seconds = newsroom, moment, rest, seconds


def _serve(ready: Any, moment: Any, rest: Any, start: datetime, every: timedelta, seconds: Any) -> None:
    server = _Server(_Newsroom(start, every), moment, rest, seconds)
    ready.send(server.server_address[1])
    server.serve_forever()


class Publishers:
    """``count`` publishers on one port of loopback, whose time :meth:`at` sets.

    Their portal carries ``listed`` sources, of which they are the first.
    """

    def __init__(
        self, port: int, moment: Any, rest: Any, seconds: Any, count: int, listed: int, pid: int
    ) -> None:
        self.port, self.pid, self.count, self.listed = port, pid, count, listed
        self._moment, self._rest, self._seconds = moment, rest, seconds
        self._usual = seconds.value

    def at(self, moment: datetime) -> None:
        """Set the publishers' time."""
        self._moment.value = moment.timestamp()

    def hurry(self, *, on: bool) -> None:
        """Answer at once, or after as long as usual again."""
        self._seconds.value = 0.0 if on else self._usual

    def rest(self, pause: timedelta) -> None:
        """Let every feed ask from now on to be left alone for so long."""
        self._rest.value = pause.total_seconds()

    def allowed(self) -> tuple[str, ...]:
        """Return what the functions may ask on loopback."""
        return tuple(f"{publisher_name(one)}:{self.port}" for one in range(self.count))


def sources_yaml(count: int, port: int, gap: str = "") -> str:
    """Return the sources of a portal that carries so many, with what the product does by default.

    ``gap``: a pause between two requests that is another than the default.
    """
    categories = [f"kanal-{one}" for one in range(8)]
    pause = f", request_gap: {gap}" if gap else ""
    lines = [
        "portal: {name: Kabar, tagline: Kabar dari banyak sumber, url: https://kabar.example,",
        "  language: id, timezone: Asia/Jakarta,",
        "  contact: redaksi@kabar.example}",
        f"categories: {{{', '.join(f'{one}: {one}' for one in categories)}}}",
        f"defaults: {{display: full, index: index, backfill: {BACKFILL}{pause}}}",
        "sources:",
    ]
    for one in range(count):
        base = f"http://{publisher_name(one)}:{port}"
        lines.append(
            f"  - {{id: kabar-{one}, name: Kabar {one}, homepage: '{base}', feeds: ['{base}/feed.xml'],"
            f" category: {categories[one % len(categories)]}, language: id}}"
        )
    return "\n".join(lines) + "\n"


@contextmanager
def served(
    count: int, start: datetime, every: timedelta, seconds: float, listed: int | None = None
) -> Iterator[Publishers]:
    """Serve publishers whose answers take ``seconds``, as the first of ``listed`` sources."""
    context = multiprocessing.get_context("spawn")
    moment, rest = context.Value("d", start.timestamp()), context.Value("d", 0.0)
    pause = context.Value("d", seconds)
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, moment, rest, start, every, pause), daemon=True)
    process.start()
    try:
        port = ours.recv()
        yield Publishers(port, moment, rest, pause, count, listed or count, process.pid or 0)
    finally:
        process.terminate()
        process.join()
