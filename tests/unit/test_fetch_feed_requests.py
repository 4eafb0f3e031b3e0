"""Conditional GETs of many feeds: hosts side by side, one host's feeds one after the other."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from functions.fetch.feed_requests import DEADLINE, FEED_LIMIT, DueFeed, ask_all
from functions.fetch.feed_state import FeedState, feed_key
from newswire.http_client import Answer, FetchFailed, HttpClient, Limits
from tests.support.catalogues import source


class FakeClient:
    """Answers every request; notes what it was asked and how many requests were under way at once."""

    def __init__(self, meeting: threading.Barrier | None = None, *, alone_for: float = 0.0) -> None:
        self.asked: list[tuple[str, Mapping[str, str], Limits]] = []
        self.meeting = meeting
        self.alone_for = alone_for
        self.failing: dict[str, FetchFailed] = {}
        self.under_way = self.most_at_once = 0

    def get(self, url: str, limits: Limits, headers: Mapping[str, str]) -> Answer:
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        self.asked.append((url, headers, limits))
        if self.meeting is not None:
            self.meeting.wait(5)
        threading.Event().wait(self.alone_for)
        self.under_way -= 1
        if url in self.failing:
            raise self.failing[url]
        return Answer(200, url, {}, b"")

    def urls(self) -> list[str]:
        return [url for url, _, _ in self.asked]


def due(url: str, gap: float = 0.0, **state: Any) -> DueFeed:
    key = feed_key("kabar", url)
    return DueFeed(source(request_gap=timedelta(seconds=gap)), url, FeedState(key, **state))


def ask(
    client: FakeClient, *feeds: DueFeed, starts: int = 99
) -> tuple[list[tuple[str, Answer | FetchFailed]], list[float]]:
    pauses: list[float] = []
    left = iter([True] * starts)
    outcomes = ask_all(feeds, cast("HttpClient", client), lambda: next(left, False), pauses.append)
    return [(feed.url, outcome) for feed, outcome in outcomes], pauses


def test_nothing_due_asks_nothing() -> None:
    client = FakeClient()
    assert ask(client) == ([], [])
    assert client.asked == []


def test_validators_are_sent_back_byte_for_byte() -> None:
    client = FakeClient()
    ask(client, due("https://a.example/1", etag='W/"é "', last_modified="Mon, 2 Jun 2025 8:00:00 +0700"))
    (_, headers, limits) = client.asked[0]
    assert headers["If-None-Match"] == 'W/"é "'
    assert headers["If-Modified-Since"] == "Mon, 2 Jun 2025 8:00:00 +0700"
    assert headers["Accept"].startswith("application/atom+xml, application/rss+xml, application/feed+json")
    assert limits == Limits(FEED_LIMIT, DEADLINE)
    assert (10 * 1024 * 1024, timedelta(seconds=20)) == (FEED_LIMIT, DEADLINE)


def test_a_feed_without_validators_is_asked_without_conditions() -> None:
    client = FakeClient()
    ask(client, due("https://a.example/1"))
    assert set(client.asked[0][1]) == {"Accept"}


def test_the_feeds_of_one_host_are_asked_in_order_with_the_sources_pause_between_them() -> None:
    client = FakeClient()
    feeds = [due(f"https://a.example/{number}", gap=1.5) for number in range(3)]
    _, pauses = ask(client, *feeds)
    assert client.urls() == [feed.url for feed in feeds]
    assert pauses == [1.5, 1.5]


def test_a_single_feed_waits_for_nothing() -> None:
    assert ask(FakeClient(), due("https://a.example/1", gap=9), due("https://b.example/1", gap=9))[1] == []


def test_hosts_are_asked_side_by_side() -> None:
    """Every request waits until all three hosts are being asked."""
    client = FakeClient(threading.Barrier(3))
    outcomes, _ = ask(client, *(due(f"https://{host}.example/1") for host in "abc"))
    assert len(outcomes) == 3


def test_two_feeds_of_one_host_are_never_asked_at_once() -> None:
    client = FakeClient(alone_for=0.02)
    outcomes, _ = ask(client, *(due(f"https://a.example/{number}") for number in range(4)))
    assert len(outcomes) == 4
    assert client.most_at_once == 1


def test_a_failure_is_an_outcome_and_the_hosts_next_feed_is_still_asked() -> None:
    client = FakeClient()
    client.failing["https://a.example/1"] = FetchFailed("timed out")
    outcomes = dict(ask(client, due("https://a.example/1"), due("https://a.example/2"))[0])
    assert isinstance(outcomes["https://a.example/1"], FetchFailed)
    assert isinstance(outcomes["https://a.example/2"], Answer)


def test_what_may_no_longer_start_is_not_asked_and_has_no_outcome() -> None:
    client = FakeClient()
    outcomes, _ = ask(client, *(due(f"https://a.example/{number}") for number in range(5)), starts=2)
    assert [url for url, _ in outcomes] == ["https://a.example/0", "https://a.example/1"]
    assert client.urls() == ["https://a.example/0", "https://a.example/1"]
