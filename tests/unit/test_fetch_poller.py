"""Feeds are worked off by the threads that ask: side by side, and of documents few at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, cast
from unittest import mock

import pytest

from functions.fetch.due_feeds import DueFeed, KnownFeed
from functions.fetch.feed_memory import FeedMemory
from functions.fetch.feed_requests import FeedRequests, Outcome
from functions.fetch.feed_state import FeedState
from functions.fetch.poller import DOCUMENTS_AT_ONCE, Poller
from functions.fetch.settling import Settler
from functions.fetch.totals import Totals
from newswire.backoff import Backoffs
from newswire.http_client import Answer
from newswire.observability import Logger
from newswire.worker import WorkerLimits
from tests.support.catalogues import source
from tests.support.fetch_feeds import NOW

THREADS = 8


class Requests:
    """Has every feed answer at once, each on a thread of its own."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def ask_each(self, feeds: list[DueFeed], take: Callable[[Outcome], None]) -> None:
        answers = [Outcome(feed, Answer(200, feed.url, {}, self._body), NOW, NOW) for feed in feeds]
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(take, answers))


class Working:
    """Notes how many outcomes are worked off at once; each waits for others, as long as ``company`` says."""

    def __init__(self, company: threading.Barrier | None = None) -> None:
        self._company = company
        self._lock = threading.Lock()
        self._now = self.most = 0

    def settle(self, outcome: Outcome) -> FeedState:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        if self._company is None:
            threading.Event().wait(0.002)
        else:
            self._company.wait(30)
        with self._lock:
            self._now -= 1
        return outcome.feed.state


class Hanging(Working):
    """Takes as long for each document as a parser is given, of a run that has ``left``."""

    left = timedelta(seconds=90)

    def settle(self, outcome: Outcome) -> FeedState:
        with self._lock:
            self.left -= timedelta(seconds=WorkerLimits().wall_seconds)
        return outcome.feed.state


def poller(
    body: bytes, settler: Working, memory: Any, time_left: Callable[[], timedelta] = lambda: timedelta.max
) -> tuple[Poller, Totals]:
    totals = Totals()
    backoffs = mock.create_autospec(Backoffs, instance=True)
    backoffs.active.return_value = None
    memory.states.side_effect = lambda keys, _, **__: {key: FeedState(key) for key in keys}
    made = Poller(
        memory,
        cast("FeedRequests", Requests(body)),
        cast("Settler", settler),
        backoffs,
        Logger(service="poller"),
        totals,
        time_left,
    )
    return made, totals


def feeds(number: int) -> list[KnownFeed]:
    return [KnownFeed(source(), f"https://kabar.example/{place}") for place in range(number)]


@pytest.fixture
def memory() -> Any:
    return mock.create_autospec(FeedMemory, instance=True)


def test_no_more_documents_are_worked_off_at_once_than_there_is_memory_for(memory: Any) -> None:
    settler = Working()
    poller(b"<rss/>", settler, memory)[0].poll(feeds(40), NOW)
    assert 1 < settler.most <= DOCUMENTS_AT_ONCE


def test_documents_that_hang_at_the_end_of_a_run_do_not_outlast_it(memory: Any) -> None:
    """Those that were asked for in its last moments and cannot be worked off any more stay due."""
    settler = Hanging()
    made, totals = poller(b"<rss/>", settler, memory, lambda: settler.left)
    made.poll(feeds(40), NOW)
    assert settler.left >= timedelta(0)
    assert totals.feeds_polled + totals.waiting == 40
    assert totals.feeds_polled == len(memory.save.call_args_list)
    assert totals.failures == {}


def test_what_has_no_document_waits_for_none(memory: Any) -> None:
    settler = Working(threading.Barrier(THREADS))
    poller(b"", settler, memory)[0].poll(feeds(THREADS), NOW)
    assert settler.most == THREADS


def test_all_threads_count_and_every_state_is_written(memory: Any) -> None:
    made, totals = poller(b"", Working(), memory)
    made.poll(feeds(200), NOW)
    assert (totals.feeds_polled, totals.waiting) == (200, 0)
    written = {one.args[0].key for one in memory.save.call_args_list}
    assert len(written) == 200


def test_a_state_that_cannot_be_kept_is_its_feeds_alone(memory: Any) -> None:
    made, totals = poller(b"", Working(), memory)
    memory.save.side_effect = lambda state: 1 / 0 if state.key.endswith("/7") else None
    made.poll(feeds(20), NOW)
    assert (totals.feeds_polled, totals.failures) == (20, {"internal error": 1})
