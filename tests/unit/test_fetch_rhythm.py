"""What a feed's own dates tell of its rhythm, and how long it may be silent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.fetch.feed_entry import FeedEntry
from functions.fetch.rhythm import UNKNOWN, Rhythm, rhythm_of, silence_allowed
from tests.support.fetch_feeds import NOW

HOUR = timedelta(hours=1)


def entries(*hours_ago: float | None) -> list[FeedEntry]:
    return [
        FeedEntry(
            str(number), None, published=None if age is None else (NOW - timedelta(hours=age)).isoformat()
        )
        for number, age in enumerate(hours_ago)
    ]


def test_the_rhythm_is_the_median_gap_whatever_the_order() -> None:
    assert rhythm_of(entries(9, 1, 3, 2), NOW) == Rhythm(HOUR, NOW - HOUR)


def test_a_night_without_news_does_not_slow_a_feed_down() -> None:
    day = [hour + minutes / 60 for hour in (0, 1, 2, 3) for minutes in range(1, 60, 10)]
    night_before = [age + 12 for age in day]
    assert rhythm_of(entries(*day, *night_before), NOW).gap == timedelta(minutes=10)


def test_a_batch_with_one_date_is_one_sign_of_life() -> None:
    assert rhythm_of(entries(1, 1, 1, 1, 25, 25, 25), NOW).gap == timedelta(hours=24)


@pytest.mark.parametrize(
    ("ages", "rhythm"),
    [
        ((), UNKNOWN),
        ((None, None), UNKNOWN),
        ((-3, -9), UNKNOWN),
        ((2,), Rhythm(None, NOW - 2 * HOUR)),
        ((-3, 2, 4), Rhythm(2 * HOUR, NOW - 2 * HOUR)),
    ],
    ids=["empty", "undated", "future", "one", "mixed"],
)
def test_what_has_no_date_or_one_in_the_future_tells_nothing(
    ages: tuple[float | None, ...], rhythm: Rhythm
) -> None:
    assert rhythm_of(entries(*ages), NOW) == rhythm


def test_only_the_newest_entries_count() -> None:
    """An archive of years in one document does not hide that the feed is lively today."""
    lively = [number / 6 for number in range(1, 32)]
    assert rhythm_of(entries(*lively, *range(1000, 9000, 100)), NOW).gap == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("gap", "allowed"),
    [
        (None, timedelta(days=30)),
        (timedelta(minutes=5), timedelta(hours=24)),
        (timedelta(hours=12), timedelta(days=5)),
        (timedelta(days=30), timedelta(days=60)),
    ],
)
def test_ten_usual_gaps_of_silence_are_allowed_within_bounds(
    gap: timedelta | None, allowed: timedelta
) -> None:
    assert silence_allowed(gap) == allowed
