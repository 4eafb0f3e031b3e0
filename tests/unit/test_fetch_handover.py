"""Results go from many threads to one: as they come, few at a time, and nobody is left waiting."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from functions.fetch.handover import READ_AHEAD, Handover


def give(handover: Handover[int], numbers: range, *, is_large: bool) -> None:
    for number in numbers:
        handover.give(partial(int, number), is_large=is_large)
    handover.done()


def test_the_results_of_all_givers_are_taken() -> None:
    handover: Handover[int] = Handover(3)
    with ThreadPoolExecutor(3) as pool:
        for start in (0, 100, 200):
            pool.submit(give, handover, range(start, start + 50), is_large=start > 0)
        assert sorted(handover.taken()) == [*range(50), *range(100, 150), *range(200, 250)]


def test_no_givers_are_no_results() -> None:
    assert list(Handover[int](0).taken()) == []


def test_no_more_large_results_are_made_ahead_than_there_is_room_for() -> None:
    handover: Handover[int] = Handover(1)
    made: list[int] = []
    enough = threading.Event()

    def make(number: int) -> int:
        made.append(number)
        if len(made) == READ_AHEAD:
            enough.set()
        return number

    def run() -> None:
        for number in range(10):
            handover.give(partial(make, number), is_large=True)
        handover.done()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run)
        assert enough.wait(30)
        assert len(made) == READ_AHEAD
        assert list(handover.taken()) == made == list(range(10))


def test_who_stops_early_makes_nothing_more_and_leaves_no_giver_waiting() -> None:
    handover: Handover[int] = Handover(4)
    with ThreadPoolExecutor(4) as pool:
        givers = [pool.submit(give, handover, range(100), is_large=index < 3) for index in range(4)]
        taken = handover.taken()
        assert next(taken) == 0
        taken.close()
        assert handover.has_ended()
    assert all(giver.exception() is None for giver in givers)
