"""Feeds of publishers that said stop: none is asked, whatever leads there, and that is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newswire.article_table import ArticleTable
from newswire.shards import Shard, ShardFeed
from newswire.stops import REFUSED, Stop, Stops, host_order, source_order
from newswire.tables import Table
from tests.support.aws_stack import ARTICLE_TABLE
from tests.support.fetch_feeds import Item, rss
from tests.support.fetch_run import FetchRuns
from tests.support.web_server import Reply

HOUR = timedelta(hours=1)


def articles(fetch: FetchRuns) -> ArticleTable:
    return ArticleTable(Table(fetch.stack.dynamodb, ARTICLE_TABLE))


def note(fetch: FetchRuns, *orders: str) -> None:
    """Note that these said stop, and nobody else."""
    table = articles(fetch)
    stop = Stop("2026-01-05T01:00:00.000Z", "Surat direksi")
    table.put_stops(Stops(table.stops().version + 1, dict.fromkeys(orders, stop)))


@pytest.mark.parametrize("order", [source_order("kabar"), host_order("kabar.example")])
def test_feeds_of_a_source_that_said_stop_are_not_asked_and_counted(fetch: FetchRuns, order: str) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]))
    note(fetch, order)
    totals = fetch.poll()
    assert (totals.stopped, totals.feeds_polled, fetch.web.paths()) == (1, 0, [])
    assert fetch.messages() == []


def test_its_state_and_the_log_say_so_once_and_its_memory_stays(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]), etag='"v1"')
    fetch.poll()
    before = fetch.state()
    note(fetch, source_order("kabar"))
    assert fetch.poll(after=HOUR).transitions == {"stopped": 1}
    assert fetch.poll(after=2 * HOUR).transitions == {}
    state = fetch.state()
    assert (state["health"], state["reason"]) == ("stopped", REFUSED)
    assert {name: state[name] for name in ("etag", "seen", "next_due")} == {
        name: before[name] for name in ("etag", "seen", "next_due")
    }
    (line,) = fetch.log("feed is stopped and is not asked")
    assert (line["source"], line["transition"], line["before"]) == ("kabar", "stopped", "ok")


def test_a_feed_is_asked_again_when_the_stop_is_lifted(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]), etag='"v1"')
    fetch.poll()
    note(fetch, source_order("kabar"))
    fetch.poll(after=HOUR)
    note(fetch)
    fetch.web.replies["/rss"] = Reply(rss([Item(1), Item(2)]), etag='"v2"')
    fetch.messages()
    totals = fetch.poll(after=26 * HOUR)
    assert (totals.stopped, totals.sent, totals.transitions["recovered"]) == (0, 1, 1)
    assert "health" not in fetch.state()


def test_a_feed_at_a_host_that_said_stop_is_left_out_and_the_source_has_its_others(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]))
    stopped = fetch.web.url("/lain", "satu.localhost")
    source = fetch.source(feeds=(fetch.web.url("/rss"), stopped))
    note(fetch, host_order("satu.localhost"))
    totals = fetch.poll(source)
    assert (totals.stopped, totals.feeds_polled, fetch.web.paths()) == (1, 1, ["/rss"])


def test_a_redirect_to_a_host_that_said_stop_is_not_followed(fetch: FetchRuns) -> None:
    target = fetch.web.url("/lain", "satu.localhost")
    fetch.web.replies["/rss"] = Reply(status=302, headers={"Location": target})
    note(fetch, host_order("satu.localhost"))
    totals = fetch.poll()
    assert totals.failures == {REFUSED: 1}
    assert [asked.host for asked in fetch.web.asked] == ["localhost"]


def test_a_shard_that_was_planned_before_asks_nothing_of_it(fetch: FetchRuns) -> None:
    note(fetch, source_order("kabar"))
    planned = Shard(0, 1, "2026-01-05T01:00:00.000Z", (ShardFeed("kabar", fetch.web.url("/rss"), None),))
    totals = fetch.poll_shard(planned)
    assert (totals.feeds_polled, fetch.web.paths()) == (0, [])
