"""States that are read as they were a moment ago: at half the price, where nobody has written them since."""

from __future__ import annotations

from datetime import timedelta

from functions.fetch.leases import SHOWN_AFTER
from newswire.shards import Shard, ShardFeed
from tests.support.aws_stack import FEED_TABLE
from tests.support.day_records import served
from tests.support.fetch_day import PERIOD, START, Faults, FetchDay
from tests.support.fetch_feeds import Item, rss
from tests.support.fetch_invocations import Invocations, Run
from tests.support.fetch_run import FetchRuns
from tests.support.simulated_feeds import simulated_feeds
from tests.support.simulated_web import Channel
from tests.support.table_reads import TableReads
from tests.support.web_server import Reply

# Nearly as long as a shard has to rest before such reads are made
LAG = SHOWN_AFTER - timedelta(seconds=2)
FEEDS = 20


class Shards:
    """One shard of feeds with an entry every ten minutes, in a table whose cheap reads lag."""

    def __init__(self, lag: timedelta) -> None:
        self.channels = [channel(number) for number in range(FEEDS)]
        self.invocations = Invocations(self.channels, lag, lambda _: None)

    def deliver(self, after: int = 0, dies_at: int | None = None) -> Run:
        """Run as a delivery of the shard does, so many seconds after the start."""
        shard = Shard(0, 1, "", tuple(ShardFeed(one.source, one.url) for one in self.channels))
        return self.invocations.invoke(
            START + after, "shard", lambda fetch: fetch.runs.shard(shard), None, dies_at
        )

    def versions(self) -> dict[str, int]:
        """Return the versions of all states."""
        items = self.invocations.table.items
        return {pk: item["version"] for pk, item in items.items() if pk.startswith("feed#")}


def channel(number: int) -> Channel:
    host = f"d{number}.example"
    url = f"https://www.{host}/rss"
    return Channel(
        number=number, source=f"s{number}", url=url, domain=host, rhythm=600, origin=START - 400 * 600
    )


def test_a_shard_that_rested_since_its_last_poll_is_read_at_half_the_price() -> None:
    shards = Shards(LAG)
    assert shards.deliver().calls["BatchGetItem"] == 1, "of a shard without a lease nothing is known"
    later = shards.deliver(PERIOD)
    assert (later.calls["BatchGetItem"], later.calls["peek"], later.totals.feeds_polled) == (0, 1, FEEDS)
    assert set(shards.versions().values()) == {2}


def test_a_shard_that_is_delivered_again_when_it_is_done_is_read_as_it_is_and_nobody_is_asked_twice() -> None:
    shards = Shards(LAG)
    shards.deliver()
    first = shards.deliver(PERIOD)
    again = shards.deliver(int(first.ended) - START + 1)
    assert (again.calls["BatchGetItem"], again.totals.feeds_polled) == (1, 0)


def test_who_follows_a_run_that_was_killed_asks_only_what_that_has_not_remembered() -> None:
    shards = Shards(LAG)
    shards.deliver()
    assert shards.deliver(PERIOD, dies_at=8).killed
    next_one = shards.deliver(PERIOD + 300)
    assert (next_one.calls["BatchGetItem"], next_one.totals.feeds_polled) == (1, FEEDS - 7)
    assert set(shards.versions().values()) == {2}


def test_a_state_that_is_stale_all_the_same_is_asked_once_more_and_overwrites_nothing() -> None:
    """DynamoDB promises no time: where it lags for longer than a shard rests, a poll is made in vain."""
    shards = Shards(timedelta(hours=1))
    shards.deliver()
    blind = shards.deliver(PERIOD)
    assert (blind.totals.feeds_polled, blind.totals.failures) == (FEEDS, {})
    assert set(shards.versions().values()) == {1}, "the state that is newer stays"
    assert set(shards.invocations.sent.values()) == {1, 2}, "to extract they are one article"
    assert shards.deliver(3 * 3600).totals.feeds_polled == FEEDS
    assert set(shards.versions().values()) == {2}


def test_a_day_of_stale_states_repeats_and_loses_nothing() -> None:
    day = FetchDay(simulated_feeds(60, START, seed=11), Faults(lag=timedelta(minutes=20))).live()
    assert served(day, only_remembered=True) - day.invocations.sent.keys() == set()
    assert day.invocations.sent.keys() - served(day) == set()
    assert max(day.invocations.sent.values()) > 1, "no state was stale"


def test_states_and_back_offs_of_a_rested_shard_are_one_read_that_need_not_be_consistent(
    fetch: FetchRuns,
) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]))
    reads = TableReads(fetch.stack.dynamodb)
    for after in (timedelta(0), timedelta(hours=2)):
        assert fetch.poll(after=after).feeds_polled == 1
    kinds = ["domain", "feed"]
    assert [read for read in reads.of(FEED_TABLE) if read[0] == kinds] == [(kinds, True), (kinds, False)]
