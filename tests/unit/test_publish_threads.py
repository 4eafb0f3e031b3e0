"""Storage is asked by several threads: in order, without waiting for each other, with the same result."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.publish import threads
from functions.publish.changes import change_of
from functions.publish.publishing import publish
from functions.publish.run import WORKERS
from newswire import aws
from newswire.bucket import WriteConflict
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

LONG = 10.0  # seconds: for what never waits so long


def side_by_side(step: Callable[[Any], Any], values: Any) -> list[Any]:
    """Do it as a run of two workers does."""
    before = threading.active_count()
    try:
        return threads.side_by_side(2, step, values)
    finally:
        assert threading.active_count() == before


@pytest.mark.parametrize("do", [lambda step, values: threads.concurrently(4, step, values), side_by_side])
def test_results_come_in_the_order_of_the_values(do: Callable[..., list[Any]]) -> None:
    assert do(lambda value: value * 2, list(range(50))) == [value * 2 for value in range(50)]
    assert do(str, []) == []


@pytest.mark.parametrize("do", [lambda step, values: threads.concurrently(2, step, values), side_by_side])
def test_an_error_is_raised_when_all_others_have_ended(do: Callable[..., list[Any]]) -> None:
    ended = []

    def step(value: int) -> None:
        if value == 0:
            raise WriteConflict("first")
        ended.append(value)

    with pytest.raises(WriteConflict, match="first"):
        do(step, list(range(20)))

    assert sorted(ended) == list(range(1, 20))


def test_steps_wait_side_by_side() -> None:
    meeting = threading.Barrier(4, timeout=LONG)

    threads.concurrently(4, lambda _: meeting.wait(), range(4))


def test_parts_that_ask_storage_themselves_never_wait_for_each_other() -> None:
    def part(number: int) -> int:
        return sum(threads.concurrently(2, lambda value: value * number, range(10)))

    assert side_by_side(part, range(100)) == [45 * number for number in range(100)]


def test_a_step_that_asks_for_steps_goes_on_by_itself() -> None:
    def step(value: int) -> list[int]:
        return threads.concurrently(2, lambda other: value + other, range(3))

    assert threads.concurrently(2, step, range(20)) == [[value, value + 1, value + 2] for value in range(20)]


def test_every_call_at_once_has_a_connection() -> None:
    config: Any = aws.s3_client().meta.config

    assert config.max_pool_connections == WORKERS + threads.MOST_PARTS


def test_a_run_of_many_threads_writes_what_a_run_of_one_writes() -> None:
    written = []
    for workers in (1, WORKERS):
        world = World(catalogue(*(source(f"s{number}", category="dunia") for number in range(12))))
        items = [world.add(number, owner=f"s{number % 12}") for number in range(60)]
        run = replace(world.run(), workers=workers)
        assert publish(run, {one.id: change_of(one) for one in items}) == set()
        written.append(world.written())

    assert written[0] == written[1]
