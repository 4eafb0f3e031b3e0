"""A step of the work is done ahead of the next, and nothing is left behind however it ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from functions.fetch.one_ahead import one_ahead


def test_the_work_comes_in_the_order_of_the_items() -> None:
    assert list(one_ahead(iter(range(50)), lambda n: n * n)) == [n * n for n in range(50)]


def test_no_items_are_no_work() -> None:
    assert list(one_ahead(iter([]), str)) == []


def test_what_is_done_does_not_wait_for_the_next_item() -> None:
    may_come = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        may_come.wait(30)
        yield 2

    done = one_ahead(items(), str)
    assert next(done) == "1"
    may_come.set()
    assert list(done) == ["2"]


def test_the_next_is_worked_on_while_the_one_before_is_looked_at() -> None:
    begun = {number: threading.Event() for number in range(3)}

    def work(number: int) -> int:
        begun[number].set()
        return number

    done = one_ahead(iter(range(3)), work)
    assert next(done) == 0
    assert begun[1].wait(30)
    done_rest = list(done)
    assert done_rest == [1, 2]


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()], ids=["error", "interruption"])
def test_what_an_item_or_its_work_raises_is_raised_to_who_takes_the_results(error: BaseException) -> None:
    def items() -> Iterator[int]:
        yield 1
        raise error

    def work(_: int) -> int:
        raise error

    taken = one_ahead(items(), str)
    assert next(taken) == "1"
    for failing in (taken, one_ahead(iter([1]), work)):
        with pytest.raises(type(error)):
            next(failing)


def test_who_stops_early_leaves_no_thread_and_closes_the_items() -> None:
    closed = threading.Event()

    def items() -> Iterator[int]:
        try:
            yield from range(1000)
        finally:
            closed.set()

    before = threading.active_count()
    done = one_ahead(items(), str)
    assert next(done) == "0"
    done.close()
    assert closed.is_set()
    assert threading.active_count() == before
