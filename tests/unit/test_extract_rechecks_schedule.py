"""When an article's page is looked at again: a pure function of its age, its settings and what was found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from functions.extract.rechecks import (
    CONFIRM_AFTER,
    CONFIRM_FOR,
    RETRY_FOR,
    ages_of,
    is_wanted,
    next_recheck,
    next_retry,
    unconfirmed_since,
)
from newswire.article import Owner
from newswire.article_item import ArticleItem, Via
from newswire.clock import instant
from tests.support.articles import article_item
from tests.support.catalogues import catalogue, source

SEEN = datetime(2026, 1, 5, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
AGES = source().rechecks
FIRST, LAST = "a" * 16, "7" * 16  # the least and the most that is taken off


def looks(article_id: str, ages: tuple[timedelta, ...] = AGES, late: timedelta = timedelta(0)) -> list[float]:
    """Return at which ages, in hours, a page is looked at when each look comes ``late``."""
    found, now = [], SEEN
    while (due := next_recheck(article_id, SEEN, now, ages)) is not None:
        found.append((due - SEEN) / HOUR)
        now = due + late
    return found


def test_pages_are_looked_at_four_times_within_a_day_and_twice_more_within_a_week() -> None:
    assert looks(FIRST) == [1, 4, 12, 24, 72, 168]
    assert looks(LAST) == pytest.approx([0.9, 3.6, 10.8, 21.6, 64.8, 151.2])


def test_articles_of_one_import_are_spread_by_their_ids() -> None:
    ids = [f"{high}{low}{'a' * 14}" for high in "abcdefghijklmnopqrstuvwxyz234567" for low in "aiqy4"]
    assert len({next_recheck(one, SEEN, SEEN, AGES) for one in ids}) == len(ids)


def test_a_late_look_stands_for_those_that_it_missed() -> None:
    assert next_recheck(FIRST, SEEN, SEEN + 13 * HOUR, AGES) == SEEN + 24 * HOUR
    assert next_recheck(FIRST, SEEN, SEEN + 200 * HOUR, AGES) is None
    just_before = SEEN + 24 * HOUR - timedelta(minutes=1)
    assert next_recheck(FIRST, SEEN, just_before, AGES) == just_before + timedelta(minutes=30)


def test_a_schedule_ends_however_late_its_looks_come() -> None:
    assert len(looks(FIRST, late=timedelta(hours=7))) <= len(AGES)


def test_no_ages_mean_no_looks_at_all() -> None:
    assert looks(FIRST, ()) == []
    assert (
        unconfirmed_since(carried(owner="kabar"), catalogue(source(rechecks=(), display="full")), SEEN)
        is None
    )


def test_what_has_to_be_confirmed_comes_first_and_not_for_ever() -> None:
    old = SEEN + 300 * HOUR
    for found in (SEEN + HOUR, old):
        assert next_recheck(FIRST, SEEN, found, AGES, found) == found + CONFIRM_AFTER
    assert next_recheck(FIRST, SEEN, old, AGES, old - CONFIRM_FOR) is None
    assert CONFIRM_AFTER >= HOUR


def test_a_page_that_was_never_had_is_asked_again_for_a_week() -> None:
    end = SEEN + RETRY_FOR
    assert next_retry(SEEN, SEEN, HOUR) == SEEN + HOUR
    assert next_retry(SEEN, end - HOUR, HOUR) == end
    assert next_retry(SEEN, end, HOUR) is None
    assert next_retry(SEEN, SEEN, None) is None


def carried(*carriers: str, owner: str = "@lain.example") -> ArticleItem:
    via = {one: Via(one, "https://lain.example/1", instant(SEEN)) for one in carriers}
    return replace(article_item(), owner=Owner(owner, "Lain", "https://lain.example"), via=via)


def test_the_owners_ages_count_and_else_those_of_the_first_carrier() -> None:
    kabar = source(rechecks=(HOUR,), display="full", others="full")
    warta = source(id="warta", homepage="https://warta.example", rechecks=(2 * HOUR,), others="full")
    both = catalogue(kabar, warta)
    assert ages_of(carried("warta", owner="kabar"), both) == (HOUR,)
    assert ages_of(carried("warta", "kabar"), both) == (2 * HOUR,)
    assert ages_of(carried("bekas", "kabar"), both) == (HOUR,)
    assert ages_of(carried("bekas"), both) == ()


@pytest.mark.parametrize("change", [{"enabled": False}, {"display": "link"}, {"rechecks": ()}])
def test_nothing_is_asked_for_an_owner_that_is_off_or_wants_links_only(change: dict[str, object]) -> None:
    off = source(**change)
    warta = source(id="warta", homepage="https://warta.example", others="full")
    item = carried("warta", owner="kabar")
    assert ages_of(item, catalogue(off, warta)) == ()
    assert not is_wanted(item, catalogue(off, warta))


def test_what_a_notice_withholds_is_looked_at_again_whatever_the_ages() -> None:
    withheld = replace(carried(owner="kabar"), withheld_since=instant(SEEN))
    no_looks = catalogue(source(rechecks=(), display="full"))
    assert is_wanted(withheld, no_looks)
    assert unconfirmed_since(withheld, no_looks, None) == SEEN
    assert next_recheck(FIRST, SEEN, SEEN, (), SEEN) == SEEN + CONFIRM_AFTER
    for off in (catalogue(source(enabled=False)), catalogue(source(display="link"))):
        assert not is_wanted(withheld, off)
        assert unconfirmed_since(withheld, off, SEEN) is None


def test_a_page_that_was_never_had_is_asked_for_unless_its_source_is_off() -> None:
    never_had = replace(carried(owner="kabar"), origin="feed")
    assert is_wanted(never_had, catalogue(source(rechecks=(), display="full")))
    assert not is_wanted(never_had, catalogue(source(enabled=False, display="full")))
    assert not is_wanted(never_had, catalogue())
