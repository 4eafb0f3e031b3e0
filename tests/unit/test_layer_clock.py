"""The clock and its stamps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from newswire.clock import Clock, instant


def test_an_instant_is_utc_with_milliseconds_whatever_the_zone_was() -> None:
    jakarta = datetime(2025, 6, 2, 15, 4, 5, 678901, tzinfo=timezone(timedelta(hours=7)))
    assert instant(jakarta) == "2025-06-02T08:04:05.678Z"


def test_instants_sort_by_time() -> None:
    start = datetime(2025, 6, 2, 8, tzinfo=UTC)
    moments = [start + timedelta(milliseconds=step) for step in (0, 1, 999, 1000, 86_400_000)]
    assert sorted(map(instant, reversed(moments))) == [instant(moment) for moment in moments]


def test_the_clock_runs_ahead_by_its_offset() -> None:
    before = datetime.now(UTC)
    ahead = Clock(timedelta(hours=5)).now()
    assert timedelta(hours=5) <= ahead - before < timedelta(hours=5, minutes=1)
    assert ahead.utcoffset() == timedelta(0)
