"""When a feed is asked next (design section 5, rule 3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from functions.fetch import schedule
from functions.fetch.schedule import Wishes
from tests.support.fetch_feeds import rfc822
from tests.support.fetch_run import is_jittered

NOW = datetime(2025, 6, 2, 8, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
SHORT = [timedelta(minutes=minutes) for minutes in range(5, 60)]  # below an hour there is no jitter


def pause_after_success(
    headers: dict[str, str] | None = None,
    *,
    interval: timedelta = QUARTER,
    feed: timedelta = timedelta(0),
    validators: bool = True,
    gap: timedelta | None = None,
    silent_for: timedelta | None = None,
    key: str = "kabar https://kabar.example/rss",
) -> timedelta:
    newest = None if silent_for is None else NOW - silent_for
    wishes = Wishes(key, interval, feed, gap, newest, validators)
    return schedule.after_success(NOW, wishes, headers or {}) - NOW


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
    assert is_jittered(pause_after_success(interval=timedelta(hours=3)), timedelta(hours=3))


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
        # A server's clock that is a day ahead, one that is behind, and a date that is none.
        (
            {"expires": rfc822(NOW + timedelta(hours=26)), "date": rfc822(NOW + timedelta(hours=24))},
            timedelta(0),
            timedelta(hours=2),
        ),
        (
            {"expires": rfc822(NOW - timedelta(hours=1)), "date": rfc822(NOW - timedelta(hours=3))},
            timedelta(0),
            timedelta(hours=2),
        ),
        ({"expires": rfc822(NOW + timedelta(hours=2)), "date": "today"}, timedelta(0), timedelta(hours=2)),
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
    found = pause_after_success(headers, feed=feed)
    assert found == pause if pause in (schedule.LONGEST, *SHORT) else is_jittered(found, pause)


def test_a_feed_without_validators_is_asked_at_most_hourly() -> None:
    assert is_jittered(pause_after_success(validators=False), timedelta(hours=1))
    assert is_jittered(pause_after_success(interval=timedelta(hours=2), validators=False), timedelta(hours=2))


@pytest.mark.parametrize(
    ("gap", "pause"),
    [
        (timedelta(minutes=5), QUARTER),
        (timedelta(hours=2), QUARTER),
        (timedelta(hours=4), timedelta(minutes=30)),
        (timedelta(hours=24), timedelta(hours=3)),
    ],
)
def test_a_feed_is_asked_eight_times_in_its_usual_gap(gap: timedelta, pause: timedelta) -> None:
    found = pause_after_success(gap=gap)
    assert found == pause if pause in SHORT else is_jittered(found, pause)


@pytest.mark.parametrize(
    ("silent_for", "pause"),
    [
        (timedelta(minutes=60), QUARTER),
        (timedelta(hours=10), timedelta(minutes=30)),
        (timedelta(hours=100), timedelta(hours=5)),
    ],
)
def test_a_feed_that_falls_asleep_is_asked_less_and_less(silent_for: timedelta, pause: timedelta) -> None:
    found = pause_after_success(gap=timedelta(minutes=10), silent_for=silent_for)
    assert found == pause if pause in SHORT else is_jittered(found, pause)


@pytest.mark.parametrize("gap", [timedelta(days=10), timedelta(days=4000)])
def test_whatever_its_rhythm_a_feed_is_asked_once_a_day(gap: timedelta) -> None:
    found = pause_after_success(gap=gap, silent_for=timedelta(days=9999))
    assert timedelta(hours=24) * 0.9 <= found <= timedelta(hours=24)


def test_an_interval_below_a_quarter_of_an_hour_is_the_operators_choice() -> None:
    assert pause_after_success(interval=timedelta(minutes=5), gap=timedelta(minutes=1)) == timedelta(
        minutes=5
    )


def test_feeds_with_the_same_wishes_do_not_come_due_together() -> None:
    pauses = {pause_after_success(interval=timedelta(hours=2), key=f"kabar {number}") for number in range(50)}
    assert len(pauses) > 45
    assert all(is_jittered(pause, timedelta(hours=2)) for pause in pauses)
    daily = {pause_after_success(gap=timedelta(days=9), key=f"kabar {number}") for number in range(50)}
    assert len(daily) > 45


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
        ("0", timedelta(minutes=20)),
        (rfc822(NOW - timedelta(hours=5)), timedelta(minutes=20)),
        ("²", timedelta(minutes=20)),
    ],
)
def test_retry_after_is_obeyed_in_both_its_forms(stated: str, pause: timedelta) -> None:
    assert pause_after_failure(2, {"retry-after": stated}) == pause
