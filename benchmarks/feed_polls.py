"""Polls of the frozen web's feeds that are answered by 200: fetch from the body on, without network and AWS.

That is the stage's own settling: the hash of the body, the worker with its pipe, the comparison with what
was seen, the sanitising of what is sent, the new state. It ends there: the queue takes everything and
keeps nothing.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from benchmarks.newsweb import MATERIALS, NoMaterials
from functions.fetch.document_reading import DocumentReader
from functions.fetch.due_feeds import DueFeed
from functions.fetch.enqueueing import Carrier, Enqueuer
from functions.fetch.feed_entry import FeedEntry
from functions.fetch.feed_memory import FeedMemory
from functions.fetch.feed_requests import Outcome
from functions.fetch.feed_state import FeedState
from functions.fetch.polling import Send
from functions.fetch.settling import Settler
from functions.fetch.totals import Totals
from newswire.backoff import Backoffs
from newswire.bucket import Bucket
from newswire.feed_keys import feed_key
from newswire.http_client import Answer
from newswire.observability import make_logger
from newswire.sources import Source
from newswire.sources_file import load_catalogue
from newswire.tables import Table
from newswire.worker import Worker

NOW = datetime(2030, 1, 1, tzinfo=UTC)  # after every entry
TIMEZONE = "Asia/Jakarta"
_SOURCES = """\
portal: {name: Frozen Web News, url: "https://news.example", tagline: Every feed, language: en,
  timezone: Asia/Jakarta, contact: desk@news.example}
categories: {news: News}
defaults: {backfill: all}
sources:
  - {id: en, name: English, homepage: https://en.example, feeds: [https://en.example/rss], category: news}
"""
_NEWEST = 10  # one entry in so many is new
_ITEM = re.compile(rb"<(item|entry)[\s>].*?</\1\s*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of the frozen web, gzipped in `file`."""

    file: Path
    url: str
    content_type: str | None

    def body(self) -> bytes:
        """Return the bytes that the publisher sent."""
        return gzip.decompress(self.file.read_bytes())


def frozen_feeds(folder: Path = MATERIALS) -> list[Feed]:
    """Return all feeds of the frozen web. Raise :class:`NoMaterials` where the folder has none."""
    try:
        entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["entries"]
    except OSError:
        raise NoMaterials(f"the frozen web is not in {folder}") from None
    return [
        Feed(folder / entry["file"], entry["url"], entry["content_type"])
        for entry in entries
        if entry["kind"] == "feed"
    ]


def before_the_newest(body: bytes) -> bytes:
    """Return a feed as it was before its first tenth, one entry at least, was in it.

    Where no entry ends as it begins (UTF-16), the whole document is returned.
    """
    items = [found.span() for found in _ITEM.finditer(body)]
    if not items:
        return body
    newest = items[: -(-len(items) // _NEWEST)]
    return body[: newest[0][0]] + body[newest[-1][1] :]


class Polls:
    """Settles polls of some feeds, from a state that can be settled from again."""

    def __init__(self, worker: Worker) -> None:
        self.sent = 0
        logger = make_logger("benchmark")
        logger.setLevel("CRITICAL")
        bucket = mock.create_autospec(Bucket, instance=True)
        memory = FeedMemory(mock.create_autospec(Table, instance=True), bucket, _no_backoffs())
        self.totals = Totals()
        reader = DocumentReader(worker, logger)
        self._settler = Settler(memory, _Taking(self), reader, logger, self.totals, TIMEZONE)
        self._source: Source = load_catalogue(_SOURCES).sources[0]

    def first(self, feed: Feed) -> FeedState:
        """Return the state of a feed that was never asked."""
        return FeedState(feed_key(self._source.id, feed.url))

    def poll(self, feed: Feed, body: bytes, state: FeedState) -> FeedState:
        """Return the state after an answer; a failed feed counts in `totals`."""
        headers = {} if feed.content_type is None else {"content-type": feed.content_type}
        due = DueFeed(self._owner(feed), feed.url, state)
        now = NOW + timedelta(hours=state.version)
        outcome = Outcome(due, Answer(200, feed.url, headers, body), now, now)
        settled = self._settler.settle(outcome)
        return settled if isinstance(settled, FeedState) else settled.state

    def _owner(self, feed: Feed) -> Source:
        """Return a source whose home is where the feed is: guids of links elsewhere count for less."""
        parts = urlsplit(feed.url)
        return replace(self._source, homepage=f"{parts.scheme}://{parts.netloc}/")


class _Taking(Enqueuer):
    """Takes every entry and keeps none: messages are made where the queue begins."""

    def __init__(self, polls: Polls) -> None:
        self._polls = polls

    def send(
        self,
        sends: Sequence[Send],
        entries: Sequence[FeedEntry],
        carrier: Carrier,  # noqa: ARG002 - as Enqueuer's
    ) -> list[tuple[str, str]]:
        self._polls.sent += len(sends)
        if len(entries) != len(sends):
            raise RuntimeError(f"{len(sends)} entries became {len(entries)}")
        return []


def _no_backoffs() -> Backoffs:
    backoffs: Backoffs = mock.create_autospec(Backoffs, instance=True)
    return backoffs


def usual(polls: Polls, feeds: Mapping[Feed, bytes]) -> Callable[[], None]:
    """Return what polls all feeds once more, a tenth of each being new since the poll before."""
    states = {
        feed: polls.poll(feed, before_the_newest(body), polls.first(feed)) for feed, body in feeds.items()
    }
    return lambda: _all(polls, feeds, states)


def first_sight(polls: Polls, feeds: Mapping[Feed, bytes]) -> Callable[[], None]:
    """Return what polls all feeds as if they had never been asked."""
    return lambda: _all(polls, feeds, {feed: polls.first(feed) for feed in feeds})


def _all(polls: Polls, feeds: Mapping[Feed, bytes], states: Mapping[Feed, Any]) -> None:
    for feed, body in feeds.items():
        polls.poll(feed, body, states[feed])
