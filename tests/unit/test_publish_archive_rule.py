"""The rule by which an archive waits: how far a list reaches back, and whether it was full."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from functions.publish.archive_waiting import Fill, Reach, waiting
from functions.publish.changes import Change
from functions.publish.channel_rendering import PAGE_ENTRIES
from functions.publish.channels import PORTAL_CHANNEL, Channel, Placement
from newswire.clock import instant
from tests.support.archived_lists import (
    HARIAN,
)

LISTED = datetime(2026, 1, 2, 6, tzinfo=UTC)


def _change(archived_at: datetime | None, listed: datetime = LISTED) -> Change:
    place = Placement("harian", "nasional", instant(listed), "id")
    return Change("a", "satu", frozenset([place]), archived_at=archived_at)


@pytest.mark.parametrize(
    ("channel", "reach", "change", "waits"),
    [
        (HARIAN, Reach(), _change(LISTED + timedelta(hours=4)), True),
        (PORTAL_CHANNEL, Reach(), _change(LISTED + timedelta(hours=4)), False),
        (HARIAN, Reach(), _change(None), False),
        (HARIAN, Reach(), _change(LISTED), False),
        (HARIAN, Reach(LISTED - timedelta(hours=5)), _change(LISTED + timedelta(hours=4)), True),
        (
            HARIAN,
            Reach(LISTED - timedelta(hours=5), was_full=True),
            _change(LISTED + timedelta(hours=4)),
            False,
        ),
        (HARIAN, Reach(LISTED - timedelta(hours=4)), _change(LISTED + timedelta(hours=4)), False),
        (HARIAN, Reach(LISTED + timedelta(hours=4)), _change(LISTED + timedelta(hours=4)), False),
    ],
)
def test_an_article_waits_while_its_list_reaches_back_for_long_enough(
    channel: Channel, reach: Reach, change: Change, waits: bool
) -> None:
    assert ("a" in waiting(channel, reach, {"a": change}, LISTED)) is waits


def test_a_list_reaches_back_to_the_first_that_its_page_or_its_feeds_have_no_place_for() -> None:
    orders = [f"{instant(LISTED - timedelta(hours=number))}#a" for number in range(PAGE_ENTRIES + 2)]

    def reach(orders: list[str], cut: str | None = None) -> Reach:
        return Reach.of(orders, Fill(cut), LISTED)

    assert reach(orders[:PAGE_ENTRIES]) == Reach()
    assert reach(orders[:10], orders[10]) == Reach(LISTED - timedelta(hours=10), was_full=True)
    assert reach(orders) == Reach(LISTED - timedelta(hours=PAGE_ENTRIES))
    assert reach(orders, orders[-1]) == Reach(LISTED - timedelta(hours=PAGE_ENTRIES), was_full=True)


@pytest.mark.parametrize(
    ("fill", "end", "marks"),
    [
        (Fill(), None, {}),
        (Fill(), "o#a", {"cut": "o#a"}),
        (Fill("o#a"), "o#b", {"cut": "o#b"}),
        (Fill("o#a"), None, {"full-until": "2026-01-02T06:00:00Z"}),
        (Fill(None, LISTED - timedelta(hours=23)), None, {"full-until": "2026-01-01T07:00:00Z"}),
        (Fill(None, LISTED - timedelta(hours=23)), "o#a", {"cut": "o#a"}),
        (Fill(None, LISTED - timedelta(hours=24)), None, {}),
    ],
)
def test_a_memory_says_for_a_day_until_when_its_list_was_full(
    fill: Fill, end: str | None, marks: dict[str, str]
) -> None:
    assert fill.marks(end, LISTED) == marks
    assert Fill.of(marks).was_full(LISTED) is bool(marks)
