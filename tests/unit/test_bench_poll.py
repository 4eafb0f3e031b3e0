"""The row of polls: what its publishers answer, what stands in for AWS, and how figures become bars."""

from __future__ import annotations

import gzip

import pytest

from benchmarks.aws_stand_ins import DynamoStandIn, QueueStandIn
from benchmarks.bench import poll
from benchmarks.bench.poll import Measured, as_row
from benchmarks.feed_hosts import ENTRIES, Hosts, etag, feed, newest
from benchmarks.poll_side import Polled, Task, hosts
from functions.fetch.feed_documents import parse
from newswire.queue import Outgoing, Queue
from newswire.tables import ConditionFailed, Table

HOST = "www.host-0.example"
QUESTION = f"GET /rss HTTP/1.1\r\nHost: {HOST}:4430\r\n%s\r\n"


def test_every_feed_has_one_entry_more_in_the_next_generation() -> None:
    before, after = ({one.url for one in parse(feed(HOST, n), None, HOST, "UTC").entries} for n in (0, 1))
    assert len(before) == len(after) == ENTRIES
    assert after - before == {f"https://{HOST}/berita/{ENTRIES}"}
    assert newest(1) > newest(0)


def test_a_host_answers_304_to_the_etag_of_now_and_the_whole_feed_to_any_other() -> None:
    publishers = Hosts((HOST,))
    publishers.grow(3)
    same = publishers.answer((QUESTION % f"If-None-Match: {etag(3)}\r\n").encode())
    assert same.startswith(b"HTTP/1.1 304 ")
    for condition in ("", f"if-none-match: {etag(2)}\r\n"):
        head, _, body = publishers.answer((QUESTION % condition).encode()).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ")
        assert gzip.decompress(body) == feed(HOST, 3)


def test_a_task_asks_as_many_hosts_as_there_are_feeds() -> None:
    task = Task.of(["4430", "2", "24"])
    assert task == Task(("https://www.host-0.example:4430/rss", "https://www.host-1.example:4430/rss"), 24)
    assert len(set(hosts(500))) == 500


def test_the_table_in_memory_keeps_the_conditions_of_states_and_leases() -> None:
    table = Table(DynamoStandIn().client, "feeds")
    table.put({"pk": "feed#a", "version": 1}, expected_version=None)
    table.put({"pk": "feed#a", "version": 2}, expected_version=1)
    with pytest.raises(ConditionFailed):
        table.put({"pk": "feed#a", "version": 2}, expected_version=1)
    free = "attribute_not_exists(pk) OR ends <= :now"
    table.put_where({"pk": "shard#0/1", "ends": "3", "holder": "a"}, free, {":now": "2"})
    with pytest.raises(ConditionFailed):
        table.put_where({"pk": "shard#0/1", "ends": "4", "holder": "b"}, free, {":now": "2"})
    table.delete_where("shard#0/1", "holder = :holder", {":holder": "a"})
    assert list(table.get_many(["shard#0/1", "feed#a"])) == ["feed#a"]


def test_the_queue_in_memory_takes_and_counts_every_message() -> None:
    queue = QueueStandIn()
    assert (
        Queue(queue.client, "articles").send([Outgoing("{}", "a", str(number)) for number in range(12)]) == []
    )
    assert queue.sent == 12


def test_the_bars_are_those_of_a_first_sight_of_one_new_entry_and_of_none() -> None:
    results = {
        (name, phase): [Measured(Polled(wall, cpu, {}), wall / 4)] * 3
        for phase in poll.PHASES
        for name, wall, cpu in (("newswire", 1.1, 1.2), ("asyncio", 1.0, 1.0), ("urllib3", 1.0, 1.5))
    }
    row = as_row(results)
    assert [(bar.what, round(bar.value, 2), bar.met) for bar in row.bars] == [
        ("200, first sight: CPU over asyncio", 1.2, True),
        ("200, first sight: wall over urllib3", 1.1, True),
        ("200, one new entry: CPU over asyncio", 1.2, True),
        ("200, one new entry: wall over urllib3", 1.1, True),
        ("304: CPU over asyncio", 1.2, True),
        ("304: wall over urllib3", 1.1, True),
    ]
    assert row.tables[2].rows[0] == ("newswire", "1.10", "1.10", "1.20", "1.20", "25%")
