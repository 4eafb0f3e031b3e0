"""When a feed is asked next (design section 5, rule 3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from functions.fetch import schedule
from tests.support.fetch_feeds import rfc822

NOW = datetime(2025, 6, 2, 8, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def pause_after_success(
    headers: dict[str, str] | None = None,
    *,
    interval: timedelta = QUARTER,
    feed: timedelta = timedelta(0),
    validators: bool = True,
) -> timedelta:
    return schedule.after_success(NOW, interval, feed, headers or {}, validators=validators) - NOW


def pause_after_failure(failures: int, headers: dict[str, str] | None = None) -> timedelta:
    return schedule.after_failure(NOW, QUARTER, failures, headers or {}) - NOW


@pytest.mark.parametrize(
    ("due", "asked"),
    [
        (None, True),
        (NOW - timedelta(days=1), True),
        (NOW, True),
        (NOW + timedelta(seconds=30), True),
        (NOW + timedelta(seconds=31), False),
    ],
)
def test_a_feed_is_due_at_its_time_give_or_take_a_late_tick(due: datetime | None, asked: bool) -> None:
    assert schedule.is_due(due, NOW) is asked


def test_without_a_wish_of_anyone_the_sources_interval_decides() -> None:
    assert pause_after_success() == QUARTER
    assert pause_after_success(interval=timedelta(hours=3)) == timedelta(hours=3)


@pytest.mark.parametrize(
    ("headers", "feed", "pause"),
    [
        ({"cache-control": "public, max-age=3600"}, timedelta(0), timedelta(hours=1)),
        ({"cache-control": "max-age=60"}, timedelta(0), QUARTER),
        ({"cache-control": 'Max-Age="1800"'}, timedelta(0), timedelta(minutes=30)),
        ({"cache-control": "s-maxage=3600"}, timedelta(0), QUARTER),
        ({"cache-control": "no-cache"}, timedelta(0), QUARTER),
        ({"expires": rfc822(NOW + timedelta(hours=2))}, timedelta(0), timedelta(hours=2)),
        ({"expires": rfc822(NOW - timedelta(hours=2))}, timedelta(0), QUARTER),
        ({"expires": "0"}, timedelta(0), QUARTER),
        (
            {"cache-control": "max-age=1800", "expires": rfc822(NOW + timedelta(hours=9))},
            timedelta(0),
            timedelta(minutes=30),
        ),
        ({}, timedelta(minutes=45), timedelta(minutes=45)),
        ({"cache-control": "max-age=3600"}, timedelta(minutes=90), timedelta(minutes=90)),
        ({"cache-control": "max-age=999999999"}, timedelta(0), timedelta(hours=24)),
        ({}, timedelta(days=30), timedelta(hours=24)),
    ],
)
def test_the_longest_pause_that_anyone_asked_for_wins_up_to_a_day(
    headers: dict[str, str], feed: timedelta, pause: timedelta
) -> None:
    assert pause_after_success(headers, feed=feed) == pause


def test_a_feed_without_validators_is_asked_at_most_hourly() -> None:
    assert pause_after_success(validators=False) == timedelta(hours=1)
    assert pause_after_success(interval=timedelta(hours=2), validators=False) == timedelta(hours=2)


def test_failures_double_the_pause_from_the_interval_up_to_a_day() -> None:
    pauses = [pause_after_failure(failures) for failures in range(1, 12)]
    assert pauses[:5] == [timedelta(minutes=minutes) for minutes in (15, 20, 40, 80, 160)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=24)
    assert pause_after_failure(10_000) == timedelta(hours=24)


@pytest.mark.parametrize(
    ("stated", "pause"),
    [
        ("3600", timedelta(hours=1)),
        ("60", QUARTER),
        (rfc822(NOW + timedelta(hours=5)), timedelta(hours=5)),
        ("99999999", timedelta(hours=24)),
        ("soon", timedelta(minutes=20)),
        ("²", timedelta(minutes=20)),
    ],
)
def test_retry_after_is_obeyed_in_both_its_forms(stated: str, pause: timedelta) -> None:
    assert pause_after_failure(2, {"retry-after": stated}) == pause
