"""Conditional GETs of many feeds: hosts side by side, the feeds of one host one after the other."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from queue import Queue
from threading import Event

from functions.fetch.feed_state import FeedState
from newswire.http_client import Answer, FetchFailed, HttpClient, Limits
from newswire.sources import Source
from newswire.urls import host_of

FEED_LIMIT = 10 * 1024 * 1024
DEADLINE = timedelta(seconds=20)
HOSTS_AT_ONCE = 24
WAITING_DOCUMENTS = 8
_BUSY = {429, 503}
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)


@dataclass(frozen=True, slots=True)
class DueFeed:
    """A feed to be asked: its source, its configured URL and what is remembered of it."""

    source: Source
    url: str
    state: FeedState


Outcome = tuple[DueFeed, Answer | FetchFailed]


def ask_all(
    feeds: Iterable[DueFeed],
    client: HttpClient,
    may_start: Callable[[], bool],
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Outcome]:
    """Yield every feed with its answer or failure as it arrives.

    ``may_start`` is asked before each request; what it refuses is not asked and stays due.
    """
    hosts: dict[str, list[DueFeed]] = defaultdict(list)
    for feed in feeds:
        hosts[host_of(feed.url)].append(feed)
    if not hosts:
        return
    # Bounded: documents wait for the one parser on their servers, not in our memory.
    outcomes: Queue[Outcome | None] = Queue(maxsize=WAITING_DOCUMENTS)
    ended = Event()

    def ask_host(group: list[DueFeed]) -> None:
        try:
            for outcome in _ask_host(group, client, lambda: not ended.is_set() and may_start(), sleep):
                outcomes.put(outcome)
        finally:
            outcomes.put(None)

    with ThreadPoolExecutor(min(HOSTS_AT_ONCE, len(hosts)), thread_name_prefix="feed") as pool:
        for group in hosts.values():
            pool.submit(ask_host, group)
        working = len(hosts)
        try:
            while working:
                outcome = outcomes.get()
                if outcome is None:
                    working -= 1
                else:
                    yield outcome
        finally:
            ended.set()
            while working:  # so that no thread waits for a place for ever
                working -= outcomes.get() is None


def _ask_host(
    feeds: list[DueFeed],
    client: HttpClient,
    may_start: Callable[[], bool],
    sleep: Callable[[float], None],
) -> Iterator[Outcome]:
    for index, feed in enumerate(feeds):
        if index and (gap := feed.source.request_gap.total_seconds()):
            sleep(gap)
        if not may_start():
            return
        answer = _ask(feed, client)
        yield feed, answer
        if isinstance(answer, Answer) and answer.status in _BUSY:
            return  # the host wants to be left alone: its other feeds stay due


def _ask(feed: DueFeed, client: HttpClient) -> Answer | FetchFailed:
    headers = {"Accept": _ACCEPT}
    if feed.state.etag is not None:
        headers["If-None-Match"] = feed.state.etag
    if feed.state.last_modified is not None:
        headers["If-Modified-Since"] = feed.state.last_modified
    try:
        return client.get(feed.url, Limits(FEED_LIMIT, DEADLINE), headers)
    except FetchFailed as failure:
        return failure
