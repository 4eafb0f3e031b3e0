"""The double of the table that simulated days run on: it does what DynamoDB, as moto has it, does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newswire.tables import ConditionFailed, Table
from tests.support.aws_stack import FEED_TABLE, Stack
from tests.support.memory_table import MemoryTable

FREE = "attribute_not_exists(pk) OR ends <= :now"
FEED = {"pk": "feed#a", "version": 1, "children": ["b"], "next_due": "2025-06-02"}
LEASE = {"pk": "shard#0/1", "holder": "me", "ends": "2025-06-02T09"}

Step = Callable[[Table], Any]
_KEYS = ("feed#a", "shard#0/1", "feed#none")

STEPS: dict[str, list[Step]] = {
    "a first write, and a second that takes it for the first": [
        lambda table: table.put(FEED, expected_version=None),
        lambda table: table.put(FEED, expected_version=None),
    ],
    "a write of the version that was read": [
        lambda table: table.put(FEED, expected_version=None),
        lambda table: table.put({**FEED, "version": 2}, expected_version=1),
        lambda table: table.put({**FEED, "version": 2, "note": "late"}, expected_version=1),
    ],
    "a write of a version of what is not there": [lambda table: table.put(FEED, expected_version=3)],
    "a lease of what is free, held, and over": [
        lambda table: table.put_where(LEASE, FREE, {":now": "2025-06-02T08"}),
        lambda table: table.put_where({**LEASE, "holder": "other"}, FREE, {":now": "2025-06-02T08"}),
        lambda table: table.put_where({**LEASE, "holder": "third"}, FREE, {":now": "2025-06-02T09"}),
    ],
    "a lease that is given back and taken again": [
        lambda table: table.put_where(LEASE, FREE, {":now": "2025-06-02T08"}),
        lambda table: table.put_where(LEASE | {"ends": "2025"}, "holder = :holder", {":holder": "other"}),
        lambda table: table.put_where(LEASE | {"ends": "2025"}, "holder = :holder", {":holder": "me"}),
        lambda table: table.put_where({**LEASE, "holder": "other"}, FREE, {":now": "2025-06-02T08"}),
    ],
    "a condition on an attribute that the item lacks": [
        lambda table: table.put(FEED, expected_version=None),
        lambda table: table.put_where(FEED, FREE, {":now": "2025-06-02T09"}),
        lambda table: table.delete_where("feed#a", "holder = :holder", {":holder": "me"}),
    ],
    "a removal by its holder and by another": [
        lambda table: table.put_where(LEASE, FREE, {":now": "2025-06-02T08"}),
        lambda table: table.delete_where("shard#0/1", "holder = :holder", {":holder": "other"}),
        lambda table: table.delete_where("shard#0/1", "holder = :holder", {":holder": "me"}),
        lambda table: table.delete_where("shard#0/1", "holder = :holder", {":holder": "me"}),
    ],
    "a removal of what is there, and of what is not": [
        lambda table: table.put(FEED, expected_version=None),
        lambda table: table.delete("feed#a"),
        lambda table: table.delete("feed#a"),
    ],
    "a peek at items that have all, some and none of the attributes, and after one has lost them": [
        lambda table: table.put_unconditionally(FEED),
        lambda table: table.put_unconditionally({"pk": "feed#none", "version": 3, "next_due": "2025-05"}),
        lambda table: table.put_unconditionally(LEASE),
        lambda table: table.put_unconditionally({"pk": "feed#a"}),
    ],
    "a read of a key twice and of none": [
        lambda table: table.put(FEED, expected_version=None),
        lambda table: table.get_many(["feed#a", "feed#b", "feed#a"]),
        lambda table: table.get_many([]),
    ],
}


def outcomes(table: Table, steps: list[Step]) -> list[Any]:
    """Return what every step answered, and the items after it, read and looked at."""
    seen: list[Any] = []
    for step in steps:
        try:
            seen.append(step(table))
        except ConditionFailed:
            seen.append("condition failed")
        seen.append(table.get_many(_KEYS))
        seen.append(table.peek_many(_KEYS))
        seen.append(table.peek_many(_KEYS, ("next_due", "children")))
    return seen


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
def test_the_double_answers_as_the_table_does(steps: list[Step], stack: Stack) -> None:
    assert outcomes(MemoryTable(), steps) == outcomes(Table(stack.dynamodb, FEED_TABLE), steps)


def test_the_double_hands_out_no_item_that_later_writes_change() -> None:
    table = MemoryTable()
    table.put(FEED, expected_version=None)
    found = table.get_many(["feed#a"])
    found["feed#a"]["version"] = 7
    assert table.get_many(["feed#a"]) == {"feed#a": FEED}


def test_the_double_counts_requests_as_dynamodb_bills_them() -> None:
    table = MemoryTable()
    for number in range(201):
        table.put_unconditionally({**FEED, "pk": f"feed#{number}"})
    table.get_many(f"feed#{number}" for number in range(201))
    table.peek_many(f"feed#{number}" for number in range(101))
    table.peek_many(["feed#0"], ["version"])
    assert table.calls == {"PutItem feed": 201, "BatchGetItem": 3, "peek": 3}
    assert table.keys_read == 201 + 101


def test_the_double_shows_a_peek_what_was_there_before_the_lag() -> None:
    table = MemoryTable(lag=timedelta(seconds=5))
    table.now = datetime(2025, 6, 2, tzinfo=UTC)
    table.put(FEED, expected_version=None)
    assert (table.peek_many(["feed#a"]), table.get_many(["feed#a"])) == ({}, {"feed#a": FEED})
    table.now += timedelta(seconds=5)
    table.delete("feed#a")
    assert (table.peek_many(["feed#a"]), table.get_many(["feed#a"])) == ({"feed#a": FEED}, {})
