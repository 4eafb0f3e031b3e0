"""Shards of feeds that are due: planned by the schedule, delivered by FetchQueue, polled once."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from functions.fetch import app, feed_requests
from functions.fetch.sharding import MESSAGE_SIZE, RUN_SIZE, SHARD_SIZE
from functions.fetch.wiring import Fetch
from newswire.clock import instant
from newswire.shards import Shard, ShardFeed
from tests.support.aws_stack import Stack
from tests.support.catalogues import PORTAL
from tests.support.day_records import polls
from tests.support.fetch_day import PERIOD, START
from tests.support.fetch_doubles import Interference
from tests.support.fetch_feeds import NOW, Item, rss
from tests.support.fetch_invocations import Invocations, Run
from tests.support.fetch_run import HOSTS, FetchRuns
from tests.support.lambda_context import FakeLambdaContext
from tests.support.simulated_web import Channel
from tests.support.web_server import Reply, WebServer

EVENT = json.loads(
    (Path(__file__).parents[2] / "events" / "fetch-sqs-shard.json").read_text(encoding="utf-8")
)


def channels(count: int, per_domain: int = 1) -> list[Channel]:
    """Return feeds with an entry every ten minutes."""
    return [
        Channel(
            number=number,
            source=f"s{number // per_domain}",
            url=f"https://www.d{number // per_domain}.example/{number}",
            domain=f"d{number // per_domain}.example",
            rhythm=600,
            origin=START - 400 * 600,
        )
        for number in range(count)
    ]


class Fetching:
    """Invocations, and the shards that they have sent."""

    def __init__(self, feeds: list[Channel]) -> None:
        self.shards: list[Shard] = []
        self.invocations = Invocations(
            feeds, timedelta(0), lambda body: self.shards.append(Shard.from_json(body))
        )

    def schedule(self, after: int = 0, other: Interference | None = None, dies_at: int | None = None) -> Run:
        """Run as the schedule does."""
        return self.invocations.invoke(START + after, "schedule", _scheduled, other, dies_at)

    def deliver(self, shard: Shard, after: int = 0, dies_at: int | None = None) -> Run:
        """Run as a delivery does."""
        return self.invocations.invoke(
            START + after, "shard", lambda fetch: fetch.runs.shard(shard), None, dies_at
        )


def _scheduled(fetch: Fetch) -> None:
    fetch.runs.scheduled()


def test_what_one_run_can_take_is_polled_by_the_scheduled_run_itself() -> None:
    fetching = Fetching(channels(SHARD_SIZE + 1))
    run = fetching.schedule()
    assert (run.totals.feeds_polled, run.totals.shards, fetching.shards) == (SHARD_SIZE + 1, 0, [])


def test_what_is_more_is_sent_as_shards_and_each_feed_is_in_one() -> None:
    feeds = channels(RUN_SIZE + 100)
    fetching = Fetching(feeds)
    run = fetching.schedule()
    assert (run.totals.feeds_polled, run.totals.shards) == (0, 2)
    assert [(shard.of, shard.planned) for shard in fetching.shards] == [(2, "2025-06-02T00:00:00.000Z")] * 2
    named = [feed for shard in fetching.shards for feed in shard.feeds]
    assert sorted(named, key=str) == sorted((ShardFeed(one.source, one.url) for one in feeds), key=str)
    assert sum(fetching.deliver(shard).totals.feeds_polled for shard in fetching.shards) == len(feeds)


def test_a_message_has_so_many_feeds_and_the_longest_due_come_first() -> None:
    feeds = channels(MESSAGE_SIZE + 100, per_domain=MESSAGE_SIZE + 100)
    fetching = Fetching(feeds)
    rounds = []
    for tick in (0, 1):
        fetching.schedule(tick * PERIOD)
        (shard,) = fetching.shards
        fetching.shards.clear()
        rounds.append({feed.url for feed in shard.feeds})
        assert fetching.deliver(shard, tick * PERIOD + 1).totals.feeds_polled == MESSAGE_SIZE
    assert [len(urls) for urls in rounds] == [MESSAGE_SIZE] * 2
    assert rounds[0] | rounds[1] == {feed.url for feed in feeds}


def test_a_domain_with_twice_the_feeds_that_a_message_takes_starves_none() -> None:
    """Each is asked at every second schedule: the rest of one message leads the next."""
    fetching = Fetching(channels(2 * MESSAGE_SIZE, per_domain=2 * MESSAGE_SIZE))
    for tick in range(8):
        fetching.schedule(tick * PERIOD)
        fetching.deliver(fetching.shards.pop(), tick * PERIOD + 1)
    times = [len(saves) for saves in fetching.invocations.due.values()]
    assert (len(times), set(times)) == (2 * MESSAGE_SIZE, {4})


def test_a_run_that_has_time_for_half_of_what_is_due_starves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """One thread asks: time is counted in requests here, and others would spend that of a slow one."""
    monkeypatch.setattr(feed_requests, "HOSTS_AT_ONCE", 1)
    fetching = Fetching(channels(SHARD_SIZE))
    fetching.invocations.most_requests = SHARD_SIZE // 2
    runs = [fetching.schedule(tick * PERIOD) for tick in range(8)]
    assert [run.totals.feeds_polled for run in runs] == [SHARD_SIZE // 2] * 8
    saves = fetching.invocations.due.values()
    gaps = {later - before for one in saves for (before, _), (later, _) in pairwise(one)}
    assert (len(saves), {len(one) for one in saves}, gaps) == (SHARD_SIZE, {4}, {2 * PERIOD})


def test_a_second_delivery_polls_nothing_while_the_first_is_at_work_and_when_it_is_done() -> None:
    fetching = Fetching(channels(RUN_SIZE + 100))
    fetching.schedule()
    shard = fetching.shards[0]
    first = fetching.deliver(shard, 1)
    assert first.totals.feeds_polled == len(shard.feeds)
    during = fetching.deliver(shard, 2)
    assert during.moment < first.ended
    assert (during.totals.feeds_polled, during.totals.busy_shards) == (0, 1)
    later = fetching.deliver(shard, int(first.ended) + 1 - START)
    assert (later.totals.feeds_polled, later.totals.busy_shards) == (0, 0)


def test_the_shard_of_a_run_that_died_is_polled_when_its_lease_is_over() -> None:
    fetching = Fetching(channels(RUN_SIZE + 100))
    fetching.schedule()
    shard = fetching.shards[0]
    dead = fetching.deliver(shard, 1, dies_at=20)
    assert dead.killed
    assert fetching.deliver(shard, 300).totals.busy_shards == 1
    rest = fetching.deliver(shard, 301)
    remembered = len(shard.feeds) - rest.totals.feeds_polled
    assert 0 < remembered < 20
    states = {key for key, item in fetching.invocations.table.items.items() if key.startswith("feed#")}
    assert len(states) == len(shard.feeds)


@pytest.mark.parametrize("call", range(1, 12))
def test_two_schedules_at_once_ask_no_feed_twice_wherever_they_meet(call: int) -> None:
    """Before the listing, at every lease, at the read of states, at requests and at saves."""
    fetching = Fetching(channels(RUN_SIZE - 10))

    def another_schedule() -> None:
        fetching.schedule()

    fetching.schedule(other=Interference(call, another_schedule))
    assert len(fetching.invocations.runs) == 2
    assert sum(run.totals.feeds_polled for run in fetching.invocations.runs) == RUN_SIZE - 10
    assert {len(requests) for requests in polls(fetching.invocations).values()} == {1}
    assert set(fetching.invocations.sent.values()) == {1}
    assert fetching.invocations.web.collisions == {}


def test_two_runs_in_threads_ask_no_feed_twice() -> None:
    fetching = Fetching(channels(RUN_SIZE - 10, per_domain=5))
    start = threading.Barrier(2)

    def run() -> None:
        start.wait(10)
        fetching.schedule()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {len(requests) for requests in polls(fetching.invocations).values()} == {1}
    assert set(fetching.invocations.sent.values()) == {1}
    assert fetching.invocations.web.collisions == {}


@pytest.mark.parametrize("call", range(1, 12, 2))
def test_two_schedules_whose_clocks_differ_by_more_than_a_lease_lasts_remember_each_feed_once(
    call: int,
) -> None:
    """The lease of the one that is behind is over for the other; the states decide who of them has polled."""
    fetching = Fetching(channels(RUN_SIZE - 10))

    def ahead() -> None:
        fetching.schedule(600)

    fetching.schedule(other=Interference(call, ahead))
    assert set(fetching.invocations.sent.values()) <= {1, 2}, "what is sent twice is one article to extract"
    assert {len(saves) for saves in fetching.invocations.due.values()} == {1}
    assert len(fetching.invocations.due) == RUN_SIZE - 10
    assert fetching.schedule(1500).totals.failures == {}


def test_a_feed_that_has_gone_from_the_catalogue_meanwhile_is_not_asked(fetch: FetchRuns) -> None:
    for path in ("/satu", "/dua"):
        fetch.web.replies[path] = Reply(rss([Item(1)]))
    feeds = tuple(ShardFeed("kabar", fetch.web.url(path)) for path in ("/satu", "/dua"))
    totals = fetch.poll_shard(Shard(0, 1, instant(NOW), feeds), fetch.source("/dua"))
    assert (totals.feeds_polled, fetch.web.paths()) == (1, ["/dua"])


@pytest.fixture
def deployed(stack: Stack, web: WebServer, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return the sample event with the feeds of a loopback server, and make the function find them."""
    loopback = ",".join(sorted(web.loopback(*HOSTS)))
    for name, value in stack.environment(LOOPBACK_ALLOWED=loopback).items():
        monkeypatch.setenv(name, value)
    (record,) = EVENT["Records"]
    shard = Shard.from_json(record["body"])
    urls = [web.url("/rss", host) for host in HOSTS]
    rows = "".join(
        f"  - {{id: {feed.source}, name: Kabar, homepage: 'https://{feed.source}.example',"
        f" category: nasional, request_gap: 0s, feeds: ['{url}']}}\n"
        for feed, url in zip(shard.feeds, urls, strict=False)
    )
    stack.put_object("config/sources.yaml", f"{PORTAL}\nsources:\n{rows}".encode())
    feeds = tuple(replace(feed, url=url) for feed, url in zip(shard.feeds, urls, strict=False))
    for host in HOSTS:
        web.replies[f"{host}/rss"] = Reply(rss([Item(1)]))
    return {"Records": [{**record, "body": replace(shard, feeds=feeds).to_json()}]}


def test_the_sample_event_polls_its_feeds_and_a_second_one_nothing(
    deployed: dict[str, Any], stack: Stack, web: WebServer, lambda_context: FakeLambdaContext
) -> None:
    assert app.lambda_handler(deployed, lambda_context) == {"batchItemFailures": []}
    assert len(web.asked) == len(Shard.from_json(deployed["Records"][0]["body"]).feeds) == 2
    assert app.lambda_handler(deployed, lambda_context) == {"batchItemFailures": []}
    assert len(web.asked) == 2
    ends = [item["ends"] for pk, item in stack.items().items() if pk.startswith("shard#")]
    assert [end <= instant(datetime.now(UTC)) for end in ends] == [True], "the lease was given back"


def test_a_shard_that_nobody_can_read_is_buried_with_the_reason(
    deployed: dict[str, Any], stack: Stack, web: WebServer, lambda_context: FakeLambdaContext
) -> None:
    (record,) = deployed["Records"]
    event = {"Records": [{**record, "body": '{"schema": "newswire/shard/9"}'}]}
    assert app.lambda_handler(event, lambda_context) == {"batchItemFailures": []}
    (dead,) = stack.drain(stack.fetch_dead_letter_queue_url)
    assert dead.raw == '{"schema": "newswire/shard/9"}'
    assert dead.attributes["reason"] == "shard schema is 'newswire/shard/9'; 'newswire/shard/1' is allowed"
    assert web.asked == []


def test_a_shard_that_could_not_be_worked_off_comes_back(
    deployed: dict[str, Any], stack: Stack, lambda_context: FakeLambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEED_TABLE", "elsewhere")
    identifier = deployed["Records"][0]["messageId"]
    assert app.lambda_handler(deployed, lambda_context) == {
        "batchItemFailures": [{"itemIdentifier": identifier}]
    }
    assert stack.drain(stack.fetch_dead_letter_queue_url) == [], (
        "that is the queue's to do, at the third time"
    )
