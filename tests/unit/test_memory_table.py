"""The double of the table that simulated days run on: it does what DynamoDB, as moto has it, does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from newswire.tables import ConditionFailed, Table
from tests.support.aws_stack import FEED_TABLE, Stack
from tests.support.memory_table import MemoryTable

FREE = "attribute_not_exists(pk) OR ends <= :now"
FEED = {"pk": "feed#a", "version": 1, "due": "feed", "next_due": "2025-06-02"}
LEASE = {"pk": "shard#0/1", "holder": "me", "ends": "2025-06-02T09"}

Step = Callable[[Table], Any]
_LISTING: dict[str, Any] = {
    "IndexName": "by-due",
    "KeyConditionExpression": "due = :due",
    "ExpressionAttributeValues": {":due": {"S": "feed"}},
}

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
    "a listing in the order of the sort key, of what has both keys": [
        lambda table: table.put_unconditionally({**FEED, "pk": "feed#late", "next_due": "2025-07"}),
        lambda table: table.put_unconditionally(FEED),
        lambda table: table.put_unconditionally({**FEED, "pk": "feed#early", "next_due": "2025-05"}),
        lambda table: table.put_unconditionally({"pk": "feed#none", "due": "feed"}),
        lambda table: table.put_unconditionally({**FEED, "pk": "feed#other", "due": "other"}),
        lambda table: table.put_unconditionally(LEASE),
    ],
    "a listing after an item has left it": [
        lambda table: table.put_unconditionally(FEED),
        lambda table: table.put_unconditionally({"pk": "feed#a"}),
    ],
    "a read of a key twice and of none": [
        lambda table: table.put(FEED, expected_version=None),
        lambda table: table.get_many(["feed#a", "feed#b", "feed#a"]),
        lambda table: table.get_many([]),
    ],
}


def outcomes(table: Table, steps: list[Step]) -> list[Any]:
    """Return what every step answered, and the listing and the items after it."""
    seen: list[Any] = []
    for step in steps:
        try:
            seen.append(step(table))
        except ConditionFailed:
            seen.append("condition failed")
        seen.append(list(table.query(page=2, **_LISTING)))
        seen.append(table.get_many(["feed#a", "shard#0/1", "feed#none"]))
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
    assert len(list(table.query(page=100, **_LISTING))) == 201
    assert table.calls == {"PutItem feed": 201, "BatchGetItem": 3, "Query": 3}
    assert table.keys_read == 201
