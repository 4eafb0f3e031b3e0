"""Which changes of a feed's health an operator hears of (issue 3, section 5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.fetch.feed_state import FeedState
from functions.fetch.health import Transition, assessed
from tests.support.fetch_feeds import NOW

HEALTHY = FeedState(
    "kabar https://kabar.example/rss", rhythm=timedelta(hours=1), newest=NOW, last_success=NOW
)
TEN_DAYS = timedelta(days=10)


def transitions(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, tuple[Transition, ...]]:
    state, found = assessed(replace(HEALTHY, **before), replace(HEALTHY, **before, **after), NOW)
    return state.health, found


@pytest.mark.parametrize(
    ("before", "after", "health", "told"),
    [
        ({}, {}, "ok", ()),
        ({}, {"failures": 1}, "ok", ()),
        ({}, {"failures": 2}, "ok", ()),
        ({}, {"failures": 3}, "failing", ("failing",)),
        ({"health": "failing"}, {"failures": 4}, "failing", ()),
        ({"health": "failing"}, {}, "ok", ("recovered",)),
        ({}, {"newest": NOW - timedelta(hours=24)}, "ok", ()),
        ({}, {"newest": NOW - timedelta(hours=25)}, "silent", ("silent",)),
        ({"health": "silent"}, {"newest": NOW - timedelta(hours=26)}, "silent", ()),
        ({"health": "silent"}, {"failures": 1}, "silent", ()),
        ({"health": "silent"}, {}, "ok", ("recovered",)),
        ({"health": "failing"}, {"newest": NOW - TEN_DAYS}, "silent", ("silent",)),
        ({"newest": NOW - TEN_DAYS}, {"last_new": NOW}, "ok", ()),
        ({}, {"failures": 1, "gone": NOW}, "gone", ("gone",)),
        ({}, {"moved_to": "https://new.example/rss"}, "ok", ("moved",)),
        ({"moved_to": "https://new.example/rss"}, {}, "ok", ()),
        ({"health": "failing"}, {"moved_to": "https://new.example/rss"}, "ok", ("recovered", "moved")),
    ],
)
def test_each_change_is_told_once(
    before: dict[str, Any], after: dict[str, Any], health: str, told: tuple[Transition, ...]
) -> None:
    assert transitions(before, after) == (health, told)


def test_a_sitemap_of_last_year_is_not_called_silent() -> None:
    listed = replace(
        HEALTHY, key="kabar https://kabar.example/2024.xml abcdefghij", newest=NOW - 99 * TEN_DAYS
    )
    assert assessed(listed, listed, NOW)[1] == ()


def test_a_feed_of_which_no_date_is_known_is_not_called_silent() -> None:
    undated = replace(HEALTHY, newest=None)
    assert assessed(undated, undated, NOW) == (undated, ())
