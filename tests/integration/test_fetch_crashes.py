"""Fetch sends before it remembers: killed, overtaken or without its memory, it loses nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.fetch.feed_state import FeedState
from tests.support.fetch_feeds import NOW, QUARTER, Item, rss
from tests.support.fetch_run import FetchRuns, at
from tests.support.web_server import Reply


class Crash(BaseException):
    """The end of the process."""


def crash(_: FeedState) -> None:
    raise Crash


def test_an_error_of_our_own_costs_one_feed_and_is_counted(fetch: FetchRuns) -> None:
    fetch.web.replies |= {"/satu": Reply(rss([Item(1)])), "/dua": Reply(rss([Item(2)]))}

    def break_down(state: FeedState) -> None:
        if state.key.endswith("/satu"):
            raise RuntimeError("nobody thought of this")

    totals = fetch.poll(fetch.source("/satu", "/dua"), before_save=break_down)
    assert dict(totals.failures) == {"internal error": 1}
    assert fetch.state("/dua")["version"] == 1
    assert len(fetch.log("what was learned of a feed could not be kept")) == 1


def test_a_crash_after_send_repeats_but_never_loses(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1), Item(2)]), etag='"v1"')
    with pytest.raises(Crash):
        fetch.poll(before_save=crash)
    assert list(fetch.stack.items()) == ["shard#0/1"]
    lost = fetch.messages()
    fetch.poll(after=QUARTER)
    repeated = fetch.messages()
    assert [message.body["hint"] for message in repeated] == [message.body["hint"] for message in lost]
    assert {message.body["polled"] for message in repeated} == {at(NOW + QUARTER)}
    assert fetch.poll(after=2 * QUARTER).not_modified == 1


def test_a_crash_in_a_later_run_loses_no_change(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]))
    fetch.poll()
    fetch.messages()
    before = fetch.state()
    fetch.web.replies["/rss"] = Reply(rss([Item(2), Item(1, "Disunting")]))
    with pytest.raises(Crash):
        fetch.poll(after=timedelta(hours=2), before_save=crash)
    assert fetch.state() == before
    fetch.messages()
    assert fetch.poll(after=timedelta(hours=3)).sent == 2


def test_of_two_runs_that_race_the_loser_changes_nothing(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]))

    def rival(_: FeedState) -> None:
        fetch.end_leases()
        fetch.poll(after=timedelta(minutes=1))

    totals = fetch.poll(before_save=rival)
    state = fetch.state()
    assert (state["version"], state["polled"]) == (1, at(NOW + timedelta(minutes=1)))
    assert totals.failures == {}
    assert [record["feed"] for record in fetch.log("feed was polled by another run")] == [
        f"kabar {fetch.web.url('/rss')}"
    ]
    assert set(fetch.urls()) == {"1"}
    assert fetch.poll(after=timedelta(hours=2)).not_modified == 1


def test_the_loser_of_a_race_for_a_known_feed_changes_nothing_either(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]))
    fetch.poll()

    def rival(_: FeedState) -> None:
        fetch.end_leases()
        fetch.poll(after=timedelta(hours=3))

    fetch.poll(after=timedelta(hours=2), before_save=rival)
    state = fetch.state()
    assert (state["version"], state["polled"]) == (2, at(NOW + timedelta(hours=3)))


def test_a_lost_memory_object_is_a_first_sight(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1), Item(2, age=100)]))
    fetch.poll()
    fetch.messages()
    key = {"pk": {"S": fetch.state()["pk"]}}
    fetch.stack.dynamodb.update_item(
        TableName="newswire-feeds",
        Key=key,
        UpdateExpression="REMOVE seen, body_hash SET seen_key = :key",
        ExpressionAttributeValues={":key": {"S": "feeds/gone.seen"}},
    )
    fetch.poll(after=timedelta(hours=24))
    assert fetch.urls() == ["1"]
