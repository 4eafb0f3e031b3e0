"""Leases on shards: one invocation polls a shard at a time, no dead one keeps it, and the next knows when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from functions.fetch.leases import SHOWN_AFTER, Claim, Leases
from newswire.clock import instant
from newswire.observability import make_logger
from tests.support.fetch_feeds import NOW
from tests.support.memory_table import MemoryTable

LOGGER = make_logger("test")
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def table() -> MemoryTable:
    return MemoryTable()


def leases(table: MemoryTable, holder: str, given_back: datetime = NOW) -> Leases:
    return Leases(table, holder, lambda: given_back, LOGGER)


def claim(table: MemoryTable, now: datetime = NOW, number: int = 3, of: int = 25) -> Claim:
    """Return what somebody else would get."""
    with leases(table, "other", now).held(number, of, now, now + timedelta(minutes=5)) as claimed:
        return claimed


def is_free(table: MemoryTable, now: datetime = NOW, number: int = 3, of: int = 25) -> bool:
    """Return whether somebody else would get the lease."""
    return claim(table, now, number, of).is_held


def test_a_lease_names_its_shard_its_holder_and_its_end(table: MemoryTable) -> None:
    with leases(table, "me").held(3, 25, NOW, LATER) as claimed:
        assert claimed.is_held
        assert table.items == {
            "shard#3/25": {
                "pk": "shard#3/25",
                "holder": "me",
                "ends": instant(LATER),
                "expires": int((LATER + timedelta(days=1)).timestamp()),
            }
        }


def test_a_lease_that_is_held_is_nobody_elses(table: MemoryTable) -> None:
    with leases(table, "me").held(3, 25, NOW, LATER):
        assert not is_free(table)
        assert not is_free(table, LATER - timedelta(milliseconds=1))
        assert table.items["shard#3/25"]["holder"] == "me", "who was refused removes nothing"


def test_leases_of_other_shards_and_of_other_plans_are_free(table: MemoryTable) -> None:
    with leases(table, "me").held(3, 25, NOW, LATER):
        assert is_free(table, number=4)
        assert is_free(table, of=26)


def test_the_end_of_the_block_gives_the_lease_back_also_by_an_error(table: MemoryTable) -> None:
    with leases(table, "me").held(3, 25, NOW, LATER):
        pass
    assert is_free(table)
    with pytest.raises(ValueError, match="broken"), leases(table, "me").held(3, 25, NOW, LATER):
        raise ValueError("broken")
    assert is_free(table)


def test_a_lease_that_was_given_back_is_free_by_a_clock_that_is_behind(table: MemoryTable) -> None:
    with leases(table, "me").held(3, 25, NOW, LATER):
        pass
    assert claim(table, NOW - timedelta(minutes=10)) == Claim(is_held=True, is_settled=False)


def test_the_lease_of_a_holder_that_died_is_free_when_its_time_is_over(table: MemoryTable) -> None:
    dead = leases(table, "dead").held(3, 25, NOW, LATER)
    assert dead.__enter__().is_held
    assert not is_free(table)
    assert is_free(table, LATER)


def test_a_holder_that_lasts_longer_than_its_lease_leaves_the_next_ones_alone(table: MemoryTable) -> None:
    with leases(table, "slow").held(3, 25, NOW, LATER):
        next_one = leases(table, "next").held(3, 25, LATER, LATER + timedelta(minutes=5))
        assert next_one.__enter__().is_held
    assert table.items["shard#3/25"]["holder"] == "next"


def test_who_takes_a_lease_learns_whether_every_read_shows_what_the_holder_before_wrote(
    table: MemoryTable,
) -> None:
    with leases(table, "me", given_back=LATER).held(3, 25, NOW, LATER + timedelta(minutes=1)):
        pass
    assert claim(table, LATER + SHOWN_AFTER - timedelta(milliseconds=1)) == Claim(is_held=True)
    again = LATER + 2 * SHOWN_AFTER
    assert claim(table, again) == Claim(is_held=True, is_settled=True)
    assert claim(table, again) == Claim(is_held=True), "that one was done a moment ago"


def test_where_no_lease_is_left_nothing_is_known_of_a_holder_before(table: MemoryTable) -> None:
    assert claim(table) == Claim(is_held=True)


def test_who_takes_the_lease_of_a_holder_that_died_takes_it_for_one_of_a_moment_ago(
    table: MemoryTable,
) -> None:
    dead = leases(table, "dead").held(3, 25, NOW, LATER)
    assert dead.__enter__().is_held
    assert claim(table, LATER) == Claim(is_held=True)
