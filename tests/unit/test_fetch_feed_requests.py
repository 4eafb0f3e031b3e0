"""Conditional GETs of many feeds: hosts side by side, one host's feeds one after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, cast

import pytest

from functions.fetch.due_feeds import DueFeed
from functions.fetch.feed_requests import DEADLINE, FEED_LIMIT, HOSTS_AT_ONCE, FeedRequests, Outcome
from functions.fetch.feed_state import FeedState
from newswire.backoff import Backoffs
from newswire.feed_keys import feed_key
from newswire.http_client import Answer, FetchFailed, HttpClient, Limits
from newswire.tables import Table
from tests.support.catalogues import source
from tests.support.fetch_feeds import NOW


class FakeClient:
    """Answers every request; notes what it was asked and how many requests were under way at once."""

    def __init__(self, meeting: threading.Barrier | None = None, *, alone_for: float = 0.0) -> None:
        self.asked: list[tuple[str, Mapping[str, str], Limits]] = []
        self.gaps: list[timedelta] = []
        self.meeting = meeting
        self.alone_for = alone_for
        self.hops: list[str] = []
        self.answers: dict[str, Answer | Exception] = {}
        self.under_way = self.most_at_once = 0

    def get(
        self,
        url: str,
        limits: Limits,
        headers: Mapping[str, str],
        *,
        gap: timedelta,
        before_hop: Callable[[str], None],
    ) -> Answer:
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        self.asked.append((url, headers, limits))
        self.gaps.append(gap)
        for hop in self.hops:
            before_hop(hop)
        if self.meeting is not None:
            self.meeting.wait(5)
        threading.Event().wait(self.alone_for)
        self.under_way -= 1
        answer = self.answers.get(url, Answer(200, url, {}, b""))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def urls(self) -> list[str]:
        return [url for url, _, _ in self.asked]


class NoTable:
    """A table that keeps nothing: what one run knows is enough here."""

    def put_where(self, *_: object) -> None:
        """Accept every back-off."""

    def get_many(self, _: object) -> dict[str, dict[str, Any]]:
        """Know of none."""
        return {}


def due(url: str, gap: float = 0.0, **state: Any) -> DueFeed:
    key = feed_key("kabar", url)
    return DueFeed(source(request_gap=timedelta(seconds=gap)), url, FeedState(key, **state))


def asking(client: FakeClient, may_start: Callable[[], bool] = lambda: True) -> FeedRequests:
    return FeedRequests(
        cast("HttpClient", client), Backoffs(cast("Table", NoTable())), lambda: NOW, may_start
    )


def ask(client: FakeClient, *feeds: DueFeed, starts: int = 99) -> list[tuple[str, Answer | FetchFailed]]:
    left = iter([True] * starts)
    outcomes = asking(client, lambda: next(left, False)).ask_all(feeds)
    return [(outcome.feed.url, outcome.result) for outcome in outcomes]


def test_nothing_due_asks_nothing() -> None:
    client = FakeClient()
    assert ask(client) == []
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


def test_the_feeds_of_one_host_are_asked_in_order_with_the_sources_gap() -> None:
    client = FakeClient()
    feeds = [due(f"https://a.example/{number}", gap=1.5) for number in range(3)]
    ask(client, *feeds)
    assert client.urls() == [feed.url for feed in feeds]
    assert client.gaps == [timedelta(seconds=1.5)] * 3


def test_a_feed_that_has_moved_for_good_is_asked_where_it_is() -> None:
    client = FakeClient()
    ask(client, due("https://a.example/1", moved_to="https://b.example/1"))
    assert client.urls() == ["https://b.example/1"]


def test_hosts_are_asked_side_by_side() -> None:
    """Every request waits until all three hosts are being asked."""
    client = FakeClient(threading.Barrier(3))
    assert len(ask(client, *(due(f"https://{host}.example/1") for host in "abc"))) == 3


def test_two_feeds_of_one_host_are_never_asked_at_once() -> None:
    client = FakeClient(alone_for=0.02)
    assert len(ask(client, *(due(f"https://a.example/{number}") for number in range(4)))) == 4
    assert client.most_at_once == 1


def test_a_failure_is_an_outcome_and_the_hosts_next_feed_is_still_asked() -> None:
    client = FakeClient()
    client.answers["https://a.example/1"] = FetchFailed("timed out")
    client.answers["https://a.example/2"] = LookupError("nobody thought of this")
    outcomes = dict(ask(client, *(due(f"https://a.example/{number}") for number in (1, 2, 3))))
    failures = [one.reason for one in outcomes.values() if isinstance(one, FetchFailed)]
    assert failures == ["timed out", "internal error"]
    assert isinstance(outcomes["https://a.example/3"], Answer)


@pytest.mark.parametrize("status", [429, 503])
def test_a_domain_that_asks_to_be_left_alone_is_asked_for_no_further_feed(status: int) -> None:
    client = FakeClient()
    client.answers["https://a.example/1"] = Answer(status, "https://a.example/1", {}, b"")
    urls = ["https://a.example/1", "https://a.example/2", "https://a.example/3", "https://b.example/1"]
    outcomes = dict(ask(client, *map(due, urls)))
    assert outcomes.keys() == {urls[0], urls[3]}


def test_the_domain_that_refused_is_where_a_redirect_ended() -> None:
    client = FakeClient()
    client.answers["https://a.example/1"] = Answer(429, "https://b.example/1", {}, b"")
    outcomes = dict(ask(client, due("https://a.example/1"), due("https://a.example/2")))
    assert outcomes.keys() == {"https://a.example/1", "https://a.example/2"}


def test_no_redirect_leads_to_a_domain_that_asks_to_be_left_alone() -> None:
    client = FakeClient()
    client.answers["https://b.example/1"] = Answer(503, "https://b.example/1", {}, b"")
    requests = asking(client)
    requests.ask_all([due("https://b.example/1")])
    client.hops = ["https://www.b.example/moved"]
    (outcome,) = requests.ask_all([due("https://a.example/1")])
    assert isinstance(outcome.result, FetchFailed)
    assert str(outcome.result) == "domain asked to wait: a redirect leads to www.b.example"


def test_what_may_no_longer_start_is_not_asked_and_has_no_outcome() -> None:
    client = FakeClient()
    outcomes = ask(client, *(due(f"https://a.example/{number}") for number in range(5)), starts=2)
    assert [url for url, _ in outcomes] == ["https://a.example/0", "https://a.example/1"]
    assert client.urls() == ["https://a.example/0", "https://a.example/1"]


class BrokenTable:
    """A table that takes nothing."""

    def put_where(self, *_: object) -> None:
        """Fail as DynamoDB does that throttles."""
        raise OSError("throttled")


def test_an_answer_counts_though_the_back_off_could_not_be_stored() -> None:
    """Its Retry-After is then at least this feed's own, and the run's."""
    client = FakeClient()
    refusal = Answer(429, "https://a.example/1", {"retry-after": "7200"}, b"")
    client.answers["https://a.example/1"] = refusal
    requests = FeedRequests(
        cast("HttpClient", client), Backoffs(cast("Table", BrokenTable())), lambda: NOW, lambda: True
    )
    outcomes = requests.ask_all([due("https://a.example/1"), due("https://a.example/2")])
    assert [(outcome.feed.url, outcome.result) for outcome in outcomes] == [("https://a.example/1", refusal)]


def test_an_error_of_who_takes_the_outcomes_ends_the_run_loudly() -> None:
    client, taken = FakeClient(), list[str]()

    def take(outcome: Outcome) -> None:
        taken.append(outcome.feed.url)
        raise LookupError("nobody thought of this")

    with pytest.raises(LookupError, match="nobody thought of this"):
        asking(client).ask_each([due(f"https://{number}.example/1") for number in range(500)], take)
    assert 0 < len(taken) <= HOSTS_AT_ONCE


def test_an_error_before_a_feed_is_asked_ends_the_run_loudly() -> None:
    def may_start() -> bool:
        raise LookupError("no time is known")

    with pytest.raises(LookupError, match="no time is known"):
        asking(FakeClient(), may_start).ask_all([due("https://a.example/1")])
