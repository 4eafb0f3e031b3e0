"""One request at a time for each host, and a gap between two of them, whoever asks."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from newswire.fetch_failure import FetchFailed
from newswire.host_turns import HostTurns


class Time:
    """A clock that only its own sleep moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def turns(time: Time) -> HostTurns:
    return HostTurns(remembered=3, clock=time.clock, sleep=time.sleep)


def test_the_first_request_to_a_host_waits_for_nothing(turns: HostTurns, time: Time) -> None:
    with turns.turn("kabar.example", 1.0, 30.0) as waited:
        assert waited == 0
    assert time.slept == []


def test_the_gap_is_counted_from_the_end_of_the_request_before(turns: HostTurns, time: Time) -> None:
    with turns.turn("kabar.example", 1.0, 30.0):
        time.now += 10
    time.now += 0.25
    with turns.turn("kabar.example", 1.0, 30.0) as waited:
        assert waited == 0
    assert time.slept == [0.75]
    time.now += 1
    with turns.turn("kabar.example", 1.0, 30.0):
        pass
    assert time.slept == [0.75]


def test_hosts_do_not_wait_for_each_other(turns: HostTurns, time: Time) -> None:
    with turns.turn("kabar.example", 1.0, 30.0), turns.turn("warta.example", 1.0, 30.0):
        pass
    assert time.slept == []


def test_a_request_that_failed_counts_as_one(turns: HostTurns, time: Time) -> None:
    with suppress(OSError), turns.turn("kabar.example", 1.0, 30.0):
        raise OSError
    with turns.turn("kabar.example", 1.0, 30.0):
        pass
    assert time.slept == [1.0]


def test_a_gap_longer_than_the_patience_is_kept_and_makes_no_host_busy(turns: HostTurns, time: Time) -> None:
    for _ in range(2):
        with turns.turn("kabar.example", 60.0, 30.0):
            pass
    assert time.slept == [60.0]


def test_a_host_that_is_held_is_busy_when_the_patience_ends(turns: HostTurns) -> None:
    with turns.turn("kabar.example", 0.0, 0.0), pytest.raises(FetchFailed) as raised:  # noqa: SIM117
        with turns.turn("kabar.example", 0.0, 0.01):
            pytest.fail("two turns at once")
    assert raised.value.reason == "host busy"
    with turns.turn("kabar.example", 0.0, 0.01):
        pass


def test_who_cannot_have_the_gap_in_time_leaves_without_waiting_for_it() -> None:
    """The other request took all of the patience: its end is known, and so is that the gap will not fit."""
    time = Time()
    turns = HostTurns(clock=time.clock, sleep=time.sleep)
    held = threading.Event()

    def first() -> None:
        with turns.turn("kabar.example", 5.0, 30.0):
            held.set()
            while turns._places["kabar.example"].users < 2:
                threading.Event().wait(0.001)
            time.now += 32

    def second() -> str:
        held.wait(10)
        with pytest.raises(FetchFailed) as raised, turns.turn("kabar.example", 5.0, 30.0):
            pytest.fail("the turn came too late")
        return raised.value.reason

    with ThreadPoolExecutor(2) as pool:
        pool.submit(first)
        assert pool.submit(second).result() == "host busy"
    assert time.slept == []
    with turns.turn("kabar.example", 5.0, 30.0):
        pass
    assert time.slept == [5.0]


def test_many_threads_at_few_hosts_never_meet_at_one() -> None:
    turns = HostTurns()
    under_way = dict.fromkeys(("a.example", "b.example", "c.example"), 0)
    met: list[str] = []
    asked: list[str] = []

    def ask(number: int) -> None:
        host = list(under_way)[number % 3]
        with turns.turn(host, 0.0, 30.0):
            under_way[host] += 1
            if under_way[host] > 1:
                met.append(host)
            asked.append(host)
            threading.Event().wait(0.0005)  # lets the others run
            under_way[host] -= 1

    with ThreadPoolExecutor(64) as pool:
        list(pool.map(ask, range(300)))
    assert (met, len(asked)) == ([], 300)
    assert turns._places == {}


def test_only_the_latest_hosts_are_remembered(turns: HostTurns, time: Time) -> None:
    for host in ("a", "b", "a", "c", "d"):
        with turns.turn(host, 0.0, 30.0):
            pass
    assert list(turns._ended) == ["a", "c", "d"]
    with turns.turn("b", 1.0, 30.0):
        pass
    with turns.turn("d", 1.0, 30.0):
        pass
    assert time.slept == [1.0]
