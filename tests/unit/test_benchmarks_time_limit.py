"""A comparison ends within its time, whatever the others do."""

from __future__ import annotations

import signal

import pytest

from benchmarks.bench import __main__ as bench
from benchmarks.bench.rows import Row
from benchmarks.time_limit import TookTooLong, ends_within


def _never_done() -> Row:
    signal.raise_signal(signal.SIGALRM)
    raise AssertionError("the alarm has not ended it")


def test_what_takes_longer_is_given_up() -> None:
    with pytest.raises(TookTooLong, match="after 20 minutes"), ends_within(20):
        _never_done()
    assert signal.alarm(0) == 0


def test_within_its_time_nothing_happens_and_no_alarm_is_left() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with ends_within(1):
        assert signal.getsignal(signal.SIGALRM) is not before
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.alarm(0) == 0


def test_a_comparison_that_is_given_up_says_so_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "ROWS", {"endless": _never_done})
    before = bench.RESULTS.read_bytes()

    assert bench.main([]) == 2

    assert "given up after 20 minutes" in capsys.readouterr().err
    assert bench.RESULTS.read_bytes() == before
