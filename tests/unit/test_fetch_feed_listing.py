"""Which feeds were ever asked and when each is due, as fetch's plan has it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from functions.fetch.feed_memory import FeedMemory
from functions.fetch.feed_state import FeedState
from newswire.backoff import Backoffs
from newswire.bucket import Bucket
from newswire.clock import instant
from newswire.feed_keys import feed_key, parent_tag
from tests.support.fetch_feeds import NOW
from tests.support.memory_table import MemoryTable

FEED, INDEX, CHILD = (f"https://kabar.example/{name}" for name in ("rss", "index.xml", "1.xml"))
KEY, INDEX_KEY = feed_key("kabar", FEED), feed_key("kabar", INDEX)
CHILD_KEY = feed_key("kabar", CHILD, parent_tag(INDEX))


def memory(table: MemoryTable, *states: FeedState) -> FeedMemory:
    """Return a memory of these states."""
    found = FeedMemory(table, cast(Bucket, None), Backoffs(table))
    for state in states:
        found.save(state)
    return found


def state(key: str, **more: Any) -> FeedState:
    return FeedState(key, next_due=NOW, **more)


def test_a_listing_has_what_was_asked_of_the_catalogue_and_what_that_lists() -> None:
    known = memory(MemoryTable(), state(KEY), state(INDEX_KEY, children=(CHILD,)), state(CHILD_KEY))
    stamp = instant(NOW)
    asked = [KEY, INDEX_KEY, feed_key("kabar", "https://kabar.example/new")]
    assert known.listing(asked) == {KEY: stamp, INDEX_KEY: stamp, CHILD_KEY: stamp}


def test_what_a_feed_of_the_catalogue_does_not_list_any_more_is_in_no_listing() -> None:
    known = memory(MemoryTable(), state(INDEX_KEY), state(CHILD_KEY))
    assert known.listing([INDEX_KEY]) == {INDEX_KEY: instant(NOW)}


@pytest.mark.parametrize("children", [7, "text", [None], {"a": 1}])
def test_a_damaged_list_keeps_no_feed_out_of_the_listing(children: object) -> None:
    table = MemoryTable()
    table.put_unconditionally({"pk": f"feed#{INDEX_KEY}", "next_due": "x", "children": children})
    assert memory(table, state(KEY)).listing([INDEX_KEY, KEY]) == {INDEX_KEY: "x", KEY: instant(NOW)}


def test_a_listing_of_thousands_costs_one_read_of_each_state_and_no_query() -> None:
    table = MemoryTable()
    keys = [feed_key("kabar", f"https://kabar.example/{number}") for number in range(1000)]
    known = memory(table, *map(state, keys))
    table.calls.clear()
    assert len(known.listing(keys)) == 1000
    assert table.calls == {"peek": 10}


def test_a_listing_may_lag_behind_the_states() -> None:
    table = MemoryTable(lag=timedelta(seconds=1))
    table.now = datetime(2025, 6, 2, tzinfo=UTC)
    known = memory(table, state(KEY))
    assert (known.listing([KEY]), known.states([KEY])[KEY].version) == ({}, 1)


def test_a_state_has_what_the_release_before_finds_listed_documents_by_after_a_rollback() -> None:
    item = state(CHILD_KEY).to_item()
    assert (item["due"], item["next_due"]) == ("feed", instant(NOW))
