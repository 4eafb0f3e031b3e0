"""Conditional GETs of many feeds: hosts side by side, the feeds of one host one after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from functions.fetch.due_feeds import DueFeed
from functions.fetch.large_documents import LargeDocuments
from newswire.backoff import BUSY, Backoffs
from newswire.http_body import Large
from newswire.http_client import Answer, FetchFailed, HttpClient, Limits
from newswire.stops import REFUSED
from newswire.urls import host_of

FEED_LIMIT = 10 * 1024 * 1024
DEADLINE = timedelta(seconds=20)
# For memory, not speed: each may hold a document just below a large one beside the parser.
HOSTS_AT_ONCE = 24
WAITING = "domain asked to wait"
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request: an answer or a failure, ``asked`` when, ``answered`` when.

    ``unnoted`` is why others could not be told what the server asked for.
    """

    feed: DueFeed
    result: Answer | FetchFailed
    asked: datetime
    answered: datetime
    unnoted: Exception | None = None


class FeedRequests:
    """Asks for feeds with one client, and leaves alone who asked for it.

    ``may_start`` is asked before each request; what it refuses is not asked and stays due, and so does
    every further feed of a domain that answers 429 or 503. What ``is_stopped``, where a feed has moved to,
    say, or where it redirects to, is not asked, and the feed has failed. ``large`` has the places of large
    documents: each is held until its outcome was taken.
    """

    def __init__(
        self,
        client: HttpClient,
        backoffs: Backoffs,
        clock: Callable[[], datetime],
        may_start: Callable[[], bool],
        is_stopped: Callable[[str], bool] = lambda _: False,
        large: LargeDocuments | None = None,
    ) -> None:
        self._client = client
        self._backoffs = backoffs
        self._clock = clock
        self._may_start = may_start
        self._large = large
        self._is_stopped = is_stopped

    def ask_all(self, feeds: Iterable[DueFeed]) -> list[Outcome]:
        """Return the outcome of every feed that was asked, in the order of the answers."""
        outcomes: list[Outcome] = []
        self.ask_each(feeds, outcomes.append)
        return outcomes

    def ask_each(self, feeds: Iterable[DueFeed], take: Callable[[Outcome], None]) -> None:
        """Ask all feeds, and give ``take`` the outcome of each that was asked, as it arrives.

        The threads that ask call it, several at once, and a host's next feed is asked when it returns.
        It must not raise: then nothing more is asked, and the error is raised here.
        """
        hosts: dict[str, list[DueFeed]] = defaultdict(list)
        for feed in feeds:
            hosts[host_of(feed.address)].append(feed)
        if not hosts:
            return

        over = Event()

        def ask_host(group: list[DueFeed]) -> None:
            try:
                for feed in group:
                    if not over.is_set() and self._may_ask(feed):
                        with self._large.watched() if self._large else nullcontext() as large:
                            take(self._ask(feed, large))
            except BaseException:
                over.set()
                raise

        with ThreadPoolExecutor(min(HOSTS_AT_ONCE, len(hosts)), thread_name_prefix="feed") as pool:
            try:
                tasks = [pool.submit(ask_host, group) for group in hosts.values()]
                wait(tasks)
            finally:
                over.set()
        for task in tasks:
            task.result()

    def _may_ask(self, feed: DueFeed) -> bool:
        return self._backoffs.active(feed.address, self._clock()) is None and self._may_start()

    def _ask(self, feed: DueFeed, large: Large | None) -> Outcome:
        headers = {"Accept": _ACCEPT}
        if feed.state.etag is not None:
            headers["If-None-Match"] = feed.state.etag
        if feed.state.last_modified is not None:
            headers["If-Modified-Since"] = feed.state.last_modified
        asked = _after(feed.state.polled, self._clock())
        result: Answer | FetchFailed
        try:
            self._check_stop(feed.address)
            result = self._client.get(
                feed.address,
                Limits(FEED_LIMIT, DEADLINE, large=large),
                headers,
                gap=feed.source.request_gap,
                before_hop=self._check_hop,
            )
        except FetchFailed as failure:
            result = failure
        except Exception as error:  # noqa: BLE001 - of whatever kind, it is this feed's alone and is counted
            result = FetchFailed("internal error", f"{type(error).__name__}: {error}")
        answered = max(self._clock(), asked)
        unnoted = self._note(result, answered) if isinstance(result, Answer) else None
        return Outcome(feed, result, asked, answered, unnoted)

    def _check_hop(self, url: str) -> None:
        """Leave alone, by redirects too, who asked for it: this run, or another one."""
        self._check_stop(url)
        self._backoffs.look_up(url)
        if self._backoffs.active(url, self._clock()):
            raise FetchFailed(WAITING, f"a redirect leads to {host_of(url)}")

    def _check_stop(self, url: str) -> None:
        if self._is_stopped(url):
            raise FetchFailed(REFUSED, f"an address of {host_of(url)}")

    def _note(self, answer: Answer, now: datetime) -> Exception | None:
        """Tell all who ask this domain, before its next feed is asked; the answer counts either way."""
        try:
            if answer.status in BUSY:
                self._backoffs.refused(answer.url, answer.status, answer.headers, now)
            else:
                self._backoffs.answered(answer.url, now)
        except Exception as error:  # noqa: BLE001 - whatever the table's trouble, it is counted and told
            return error
        return None


def _after(last: datetime | None, now: datetime) -> datetime:
    """Return ``now``, later than the last poll: extract orders what a feed said by when it was asked.

    A clock that is behind that of the invocation before would have it take an edit for what it knows.
    """
    return now if last is None else max(now, last + timedelta(milliseconds=1))
