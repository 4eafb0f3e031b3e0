"""When time alone changes how an article is shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newswire.clock import instant
from newswire.directives import Directives
from newswire.due_changes import archive_moment, is_past_retention, next_change, retention_end
from newswire.sources import Source
from tests.support.articles import article_item
from tests.support.catalogues import catalogue, source

LISTED = datetime(2025, 6, 2, tzinfo=UTC)
ARCHIVED = "2025-06-02T10:23:27.000Z"  # of what the source of these tests brought in that morning
END = "2025-06-02T05:00:00.000Z"
WHOLE_FOR_TWO_HOURS = source(display="full", full_text_for=timedelta(hours=2))


@pytest.mark.parametrize(
    ("owner", "end", "hours", "due"),
    [
        (None, None, 0, ARCHIVED),
        (None, None, 11, None),
        (source(display="full"), None, 0, ARCHIVED),
        (source(display="excerpt", full_text_for=timedelta(hours=2)), None, 0, ARCHIVED),
        (WHOLE_FOR_TWO_HOURS, None, 0, "2025-06-02T02:00:00.000Z"),
        (WHOLE_FOR_TWO_HOURS, None, 2, ARCHIVED),
        (None, END, 0, END),
        (None, END, 5, ARCHIVED),
        (WHOLE_FOR_TWO_HOURS, END, 0, "2025-06-02T02:00:00.000Z"),
        (WHOLE_FOR_TWO_HOURS, END, 2, END),
        (WHOLE_FOR_TWO_HOURS, END, 5, ARCHIVED),
    ],
)
def test_the_next_of_all_changes_is_due(
    owner: Source | None, end: str | None, hours: int, due: str | None
) -> None:
    item = replace(article_item(), directives=Directives(unavailable_after=end))
    sources = catalogue(*([owner] if owner else []))
    assert next_change(item, sources, LISTED + timedelta(hours=hours)) == due


@pytest.mark.parametrize(
    ("owner", "portal", "days"),
    [
        (None, 10, 10),
        (None, None, None),
        (source(retention=timedelta(days=30)), 400, 30),
        (source(retention=None), 10, None),
    ],
)
def test_an_article_is_kept_for_as_long_as_its_owner_says_and_else_the_portal(
    owner: Source | None, portal: int | None, days: int | None
) -> None:
    sources = catalogue(*([owner] if owner else []))
    sources = replace(sources, retention=None if portal is None else timedelta(days=portal))
    end = None if days is None else LISTED + timedelta(days=days)

    assert retention_end(article_item(), sources) == end
    archived = LISTED + timedelta(days=1)
    assert next_change(article_item(), sources, archived) == (None if end is None else instant(end))


def test_the_end_of_retention_is_due_until_it_is_noted_that_it_is_done() -> None:
    owner = source(display="full", full_text_for=timedelta(hours=2), retention=timedelta(days=10))
    sources, end = catalogue(owner), instant(LISTED + timedelta(days=10))
    late = LISTED + timedelta(days=99)

    assert next_change(article_item(), sources, late) == end
    assert is_past_retention(article_item(), sources, late)
    noted = replace(article_item(), retired=instant(late))
    assert next_change(noted, sources, late) is None
    assert is_past_retention(noted, catalogue(source()), LISTED)  # for good, whatever the policy says later


def test_retention_ends_at_its_moment_and_not_before() -> None:
    sources = catalogue(source(retention=timedelta(days=10)))
    end = LISTED + timedelta(days=10)

    assert not is_past_retention(article_item(), sources, end - timedelta(milliseconds=1))
    assert is_past_retention(article_item(), sources, end)


def test_an_owners_archives_have_two_moments_a_day_and_an_article_waits_for_the_first_after_it_was_seen() -> (
    None
):
    moment = archive_moment("2025-06-02T00:05:00.000Z", "kabar")

    assert archive_moment("2025-06-02T07:05:00.000+07:00", "kabar") == moment
    assert archive_moment(instant(moment - timedelta(milliseconds=1)), "kabar") == moment
    assert archive_moment(instant(moment), "kabar") == moment + timedelta(hours=12)
    assert archive_moment(instant(moment - timedelta(hours=12)), "kabar") == moment
    assert archive_moment(instant(moment - timedelta(hours=12, milliseconds=1)), "kabar") < moment


def test_the_moments_of_many_owners_are_spread_over_the_day() -> None:
    moments = [archive_moment("2025-06-02T00:00:00.000Z", f"source-{number}") for number in range(600)]

    assert min(Counter(moment.hour for moment in moments).values()) > 25
    assert len(set(moments)) > 590
