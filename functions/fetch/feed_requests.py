"""Conditional GETs of many feeds: hosts side by side, the feeds of one host one after the other."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import timedelta

from functions.fetch.feed_state import FeedState
from newswire.http_client import Answer, FetchFailed, HttpClient, Limits
from newswire.sources import Source
from newswire.urls import host_of

FEED_LIMIT = 10 * 1024 * 1024
DEADLINE = timedelta(seconds=20)
HOSTS_AT_ONCE = 24
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
    with ThreadPoolExecutor(min(HOSTS_AT_ONCE, len(hosts)), thread_name_prefix="feed") as pool:
        pending: list[Future[list[Outcome]]] = [
            pool.submit(_ask_host, group, client, may_start, sleep) for group in hosts.values()
        ]
        for future in as_completed(pending):
            yield from future.result()


def _ask_host(
    feeds: list[DueFeed], client: HttpClient, may_start: Callable[[], bool], sleep: Callable[[float], None]
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for index, feed in enumerate(feeds):
        if not may_start():
            break
        if index and (gap := feed.source.request_gap.total_seconds()):
            sleep(gap)
        outcomes.append((feed, _ask(feed, client)))
    return outcomes


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
