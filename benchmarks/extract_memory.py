"""The memory of the extract stage over the whole frozen web, all of its processes together.

The stage is the deployed one in this process and its worker; only the network and the stores are doubles,
which keep nothing. Memory is PSS, sampled while each page is worked off: what processes share counts once.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from unittest import mock

from functions.extract.archive import Archive, RevisionFile
from functions.extract.finding import StoryFinder
from functions.extract.image_copying import ImageCopying
from functions.extract.page_gate import PageGate
from functions.extract.page_requests import PageRequests
from functions.extract.processing import Processing
from functions.extract.wiring import PARSER
from newswire import aws
from newswire.article_item import ArticleItem
from newswire.article_table import Record
from newswire.clock import instant
from newswire.http_client import Answer, HttpClient
from newswire.known_copies import Enrolment, KnownCopies
from newswire.messages import Hint, Message
from newswire.observability import make_logger
from newswire.stops import NO_STOPS, Stops
from newswire.urls import article_id, clean_link
from newswire.worker import Worker
from tests.support.catalogues import catalogue, source
from tests.support.memory_table import MemoryTable
from tests.support.process_costs import family, pss_bytes

WEB = Path(__file__).resolve().parents[2] / "shared" / "newsweb"
NOW = datetime(2026, 1, 5, tzinfo=UTC)
EVERY = 0.005  # seconds between two samples
FAMILY_EVERY = 20  # samples between two looks at which processes there are
AIM = 350  # megabytes


@dataclass(frozen=True, slots=True)
class Stored:
    """One page of the frozen web."""

    url: str
    file: Path
    content_type: str


def main(arguments: Sequence[str]) -> None:
    """Work off every page and print the highest figures."""
    options = argparse.ArgumentParser(prog="benchmarks extract_memory", description=__doc__)
    options.add_argument("--every", type=int, default=1, help="one page in so many")
    pages = _pages()[:: options.parse_args(arguments).every]
    if not pages:
        print(f"there are no pages at {WEB}")
        return
    peaks: list[tuple[int, str]] = []
    outcomes: Counter[str] = Counter()
    with _stage(pages) as stage:
        for page in pages:
            with _sampled() as samples:
                outcome = stage.handle(_message(page.url), 1)
            outcomes[f"{outcome.what} {outcome.origin or ''} {outcome.reason or ''}".strip()] += 1
            peaks.append((max(samples), page.url))
    print(f"{len(pages)} pages: {dict(outcomes.most_common())}")
    for peak, url in sorted(peaks, reverse=True)[:5]:
        print(f"{peak / 2**20:8.1f} MiB  {url}")
    first, most = peaks[0][0] / 2**20, max(peaks)[0] / 2**20
    print(f"{most:8.1f} MiB at most, {AIM} MB allowed; {first:.1f} MiB at the first page")


def _pages() -> list[Stored]:
    manifest = WEB / "manifest.json"
    if not manifest.is_file():
        return []
    entries = json.loads(manifest.read_text(encoding="utf-8"))["entries"]
    return [
        Stored(entry["url"], WEB / entry["file"], entry["content_type"] or "text/html")
        for entry in entries
        if entry["kind"] == "page"
    ]


def _message(url: str) -> Message:
    link = clean_link(url) or url
    hint = Hint(title="Title", summary="Summary")
    return Message("entry", "kabar", "kabar rss", instant(NOW), article_id(link), link, hint.hash(), hint)


class FrozenWeb:
    """A client that finds the frozen pages, and no robots files."""

    def __init__(self, pages: Iterable[Stored]) -> None:
        self._pages = {clean_link(page.url) or page.url: page for page in pages}

    def get(self, url: str, *_: object, **__: object) -> Answer:
        """Return a page as its server sent it."""
        page = self._pages.get(url)
        if page is None:
            return Answer(404, url, {}, b"")
        return Answer(200, url, {"content-type": page.content_type}, gzip.decompress(page.file.read_bytes()))

    def pause_before(self, *_: object) -> float:
        """Let nobody wait."""
        return 0.0


class NoArchive(Archive):
    """An archive that is empty for ever; what is stored is written out and forgotten."""

    def __init__(self) -> None:
        """Need no store."""

    def resolve(self, ids: Sequence[str]) -> dict[str, Record]:  # noqa: ARG002 - as Archive
        """Know nothing."""
        return {}

    def resolve_beside_stops(self, ids: Sequence[str]) -> tuple[dict[str, Record], Stops]:  # noqa: ARG002 - as above
        """Know nothing."""
        return {}, NO_STOPS

    def store(self, file: RevisionFile) -> None:
        """Forget."""

    def known_copies(self, addresses: Sequence[str]) -> list[KnownCopies]:
        """Know none."""
        return [KnownCopies(one) for one in addresses]

    def commit(
        self,
        item: ArticleItem,
        *,
        expected_version: int | None,
        aliases: Sequence[str] = (),
        enrolment: Enrolment | None = None,
        stops: Stops | None = None,
    ) -> None:
        """Forget."""


@contextmanager
def _stage(pages: Iterable[Stored]) -> Iterator[Processing]:
    """Put the stage together as `functions.extract.wiring` does; the clients are made and not used."""
    with mock.patch.dict(os.environ, {"AWS_DEFAULT_REGION": "ap-southeast-3"}):
        clients = aws.dynamodb_client(), aws.sqs_client(), aws.s3_client()
    sources = catalogue(source(display="full", others="full"))
    with Worker(PARSER) as worker:
        client = cast("HttpClient", FrozenWeb(pages))
        requests = PageRequests(client, worker, MemoryTable(), lambda: NOW, sleep=lambda _: None)
        archive = NoArchive()
        logger = make_logger("benchmark")
        logger.setLevel("CRITICAL")
        gate = PageGate(MemoryTable(), logger, lambda: NOW)
        finder = StoryFinder(archive, requests, worker, gate, sources, lambda: NOW)
        images = ImageCopying(archive, requests, worker, sources, logger)
        yield Processing(archive, finder, images, sources, lambda: NOW)
    del clients


@contextmanager
def _sampled() -> Iterator[list[int]]:
    """Give a list that fills with the bytes that this process and its children hold."""
    samples: list[int] = []
    over = threading.Event()

    def look() -> None:
        known: list[int] = []
        while True:
            if len(samples) % FAMILY_EVERY == 0 or len(known) < 2:
                known = family(os.getpid())
            samples.append(sum(_share(pid) for pid in known))
            if over.wait(EVERY):
                return

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield samples
    finally:
        over.set()
        thread.join()


def _share(pid: int) -> int:
    try:
        return pss_bytes(pid)
    except OSError:
        return 0  # it ended meanwhile
