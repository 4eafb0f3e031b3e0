"""Others that poll many feeds: ``python -m benchmarks.peers_of_poll NAME PORT FEEDS AT_ONCE``.

Runs by the peers' own Python, hence without anything of Newswire. The clients remember each feed's ETag and
nothing else; reader keeps its database in a file.
"""

from __future__ import annotations

import asyncio
import gzip
import logging
import ssl
import sys
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from benchmarks import peer_reader
from benchmarks.poll_side import Side, Task, answer_polls, authorities, resolve_to_loopback

AGENT = "benchmark/1 (+https://portal.example/about.html)"


class _Asking(ABC):
    """What all bare clients have in common: the ETags, and the counting."""

    def __init__(self, task: Task) -> None:
        self._urls = task.urls
        self._at_once = task.at_once
        self._tls = ssl.create_default_context(cafile=authorities())
        self._etags: dict[str, str] = {}
        self._answers: Counter[str] = Counter()

    def forget(self) -> None:
        """Forget the ETags."""
        self._etags.clear()

    def poll(self) -> dict[str, int]:
        """Ask all feeds once."""
        self._answers.clear()
        self._ask_all()
        return dict(self._answers)

    @abstractmethod
    def _ask_all(self) -> None:
        """Ask every feed once, so many at a time."""

    def _conditions(self, url: str) -> dict[str, str]:
        return {"If-None-Match": self._etags[url]} if url in self._etags else {}

    def _note(self, url: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
        if status == 200 and not body.startswith(b"<rss"):
            raise RuntimeError(f"{url} answered {body[:80]!r}")
        self._etags[url] = headers["ETag"]
        self._answers[str(status)] += 1


class BareAsyncio(_Asking):
    """asyncio's streams with TLS, and a GET written by hand."""

    def _ask_all(self) -> None:
        asyncio.run(self._ask_in_turn())

    async def _ask_in_turn(self) -> None:
        pending = iter(self._urls)

        async def work() -> None:
            for url in pending:
                await self._ask(url)

        await asyncio.gather(*(work() for _ in range(self._at_once)))

    async def _ask(self, url: str) -> None:
        parts = urlsplit(url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=self._tls)
        wanted = {"Host": parts.netloc, "User-Agent": AGENT, "Accept-Encoding": "gzip"} | self._conditions(
            url
        )
        lines = "".join(f"{name}: {value}\r\n" for name, value in wanted.items())
        writer.write(f"GET {parts.path} HTTP/1.1\r\n{lines}\r\n".encode())
        status, *said = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name: value.strip() for name, _, value in (line.partition(":") for line in said)}
        body = await reader.readexactly(int(headers.get("Content-Length", "0")))
        writer.close()
        body = gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" else body
        self._note(url, int(status.split(" ")[1]), headers, body)


class Aiohttp(_Asking):
    """One session of aiohttp, with its connector's limit."""

    def _ask_all(self) -> None:
        asyncio.run(self._ask_side_by_side())

    async def _ask_side_by_side(self) -> None:
        import aiohttp

        connector = aiohttp.TCPConnector(limit=self._at_once, ssl=self._tls)
        async with aiohttp.ClientSession(connector=connector, headers={"User-Agent": AGENT}) as session:

            async def ask(url: str) -> None:
                async with session.get(url, headers=self._conditions(url)) as answer:
                    self._note(url, answer.status, answer.headers, await answer.read())

            await asyncio.gather(*map(ask, self._urls))


class Urllib3(_Asking):
    """One pool of urllib3, asked by threads."""

    def _ask_all(self) -> None:
        import urllib3

        headers = {"User-Agent": AGENT, "Accept-Encoding": "gzip"}
        pool = urllib3.PoolManager(num_pools=len(self._urls), retries=False, ssl_context=self._tls)

        def ask(url: str) -> None:
            wanted = headers | self._conditions(url)
            answer = pool.request("GET", url, headers=wanted, redirect=False, timeout=20)
            self._note(url, answer.status, answer.headers, answer.data)

        with ThreadPoolExecutor(self._at_once) as executor:
            list(executor.map(ask, self._urls))
        pool.clear()


class Reader:
    """What ``reader update --workers`` calls, on a database in a file."""

    def __init__(self, task: Task) -> None:
        import certifi

        certifi.where = authorities  # reader's requests ask it and no environment
        peer_reader.complete()
        self._task = task
        self._folder = TemporaryDirectory()
        self._database = Path(self._folder.name, "reader.sqlite")

    def forget(self) -> None:
        """Begin a new database and subscribe to all feeds."""
        from reader import make_reader

        for file in Path(self._folder.name).iterdir():
            file.unlink()
        with make_reader(str(self._database)) as reader:
            for url in self._task.urls:
                reader.add_feed(url)

    def poll(self) -> dict[str, int]:
        """Update all feeds."""
        from reader import ReaderError, make_reader

        answers: Counter[str] = Counter()
        with make_reader(str(self._database)) as reader:
            for result in reader.update_feeds_iter(scheduled=False, workers=self._task.at_once):
                if isinstance(result.value, ReaderError):
                    raise result.value
                answers["304" if result.value is None else "200"] += 1
        return dict(answers)


SIDES: Mapping[str, type[_Asking | Reader]] = {
    "asyncio": BareAsyncio,
    "aiohttp": Aiohttp,
    "urllib3": Urllib3,
    "reader": Reader,
}


def main(arguments: list[str]) -> None:
    """Be the side that is named."""
    name, *task = arguments
    logging.disable()
    resolve_to_loopback()
    side: Side = SIDES[name](Task.of(task))
    answer_polls(side)


if __name__ == "__main__":
    main(sys.argv[1:])
