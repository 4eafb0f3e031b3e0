"""Archives of categories, sources and languages wait for what has just appeared, which the lists show."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.publish.channel_rendering import PAGE_ENTRIES
from newswire.article_item import ArticleItem
from newswire.clock import instant
from newswire.due_changes import archive_moment
from tests.support.archived_lists import (
    ARCHIVES,
    HARIAN,
    WAITS,
    archives_of,
    harian_world,
    record_of,
    tell,
)
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.site_readers import shown_outputs


def test_lists_and_the_portals_days_have_a_new_article_at_once_and_other_archives_twice_a_day() -> None:
    world = harian_world()
    item = world.arrive(1)

    tell(world, record_of(item))

    for key in ("feed.json", "feed-2026-01-02.json", "d/2026-01-02.html", "s/harian/feed.json"):
        assert item.id in world.site.text(key)
    assert archives_of(world, item) == set()
    # A list leads to no archive before there is one.
    assert 'class="older"' not in world.site.text("s/harian.html")

    world.now += WAITS
    assert world.refresh()["articlesDue"] == 1
    assert archives_of(world, item) == ARCHIVES
    assert shown_outputs(world) == shown_outputs(world.rebuilt())
    stored = world.articles.records[item.id]
    assert isinstance(stored, ArticleItem)
    assert stored.next_change is None


def test_no_refresh_before_the_moment_writes_what_waits() -> None:
    world = harian_world()
    item = world.arrive(1)
    tell(world, record_of(item))
    world.now = archive_moment(item.first_seen, "harian") - timedelta(seconds=1)

    world.refresh()
    assert archives_of(world, item) == set()

    world.now += timedelta(seconds=1)
    world.refresh()
    assert archives_of(world, item) == ARCHIVES


@pytest.mark.parametrize("late", [False, True])
def test_a_record_that_comes_after_the_moment_is_archived_at_once(late: bool) -> None:
    world = harian_world()
    item = world.arrive(1)
    world.now = archive_moment(item.first_seen, "harian") - timedelta(seconds=0 if late else 1)

    tell(world, record_of(item))

    assert archives_of(world, item) == (ARCHIVES if late else set())


def test_what_a_former_release_stored_and_nobody_will_find_due_is_archived_at_once() -> None:
    world = harian_world()
    items = [world.add(1), world.arrive(2)]
    items[1] = world.revise(items[1], next_change=instant(NOW + timedelta(days=400)))  # of a retention

    tell(world, *(record_of(item) for item in items))

    for item in items:
        assert archives_of(world, item) == ARCHIVES


def test_an_article_that_is_due_before_for_another_reason_comes_up_and_is_archived_then() -> None:
    world = World(catalogue(source("harian", full_text_for=timedelta(minutes=30))))
    world.refresh()
    item = world.arrive(1)
    assert item.next_change == instant(NOW + timedelta(minutes=29))
    tell(world, record_of(item))
    assert archives_of(world, item) == set()

    world.now += timedelta(hours=1)
    world.refresh()

    assert archives_of(world, item) == ARCHIVES


def test_a_correction_is_archived_at_once_and_so_is_what_leaves() -> None:
    world = harian_world()
    item, other, untouched = world.arrive(1), world.arrive(2), world.arrive(3)
    tell(world, record_of(item), record_of(other), record_of(untouched))

    corrected = world.revise(item, title="Judul baru", revision=2)
    tell(world, record_of(corrected, item))
    assert archives_of(world, item) == ARCHIVES
    assert all("Judul baru" in world.site.text(key) for key in ARCHIVES)
    assert archives_of(world, other) == set()

    world.retract(corrected)
    tell(world, record_of(None, corrected))
    world.retract(other)
    tell(world, record_of(None, other))
    world.now += WAITS
    world.refresh()
    assert archives_of(world, item) == archives_of(world, other) == set()
    assert archives_of(world, untouched) == ARCHIVES
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


def test_a_correction_whose_batch_was_given_up_is_made_good_by_the_next_refresh() -> None:
    world = harian_world()
    item, untouched = world.arrive(1), world.arrive(2)
    tell(world, record_of(item), record_of(untouched))
    world.revise(item, title="Judul baru", revision=2)

    world.refresh()

    assert all("Judul baru" in world.site.text(key) for key in ARCHIVES)
    assert archives_of(world, untouched) == set()


def test_a_batch_that_was_given_up_is_made_good_and_its_archives_still_wait() -> None:
    world = harian_world()
    item = world.arrive(1)

    world.refresh()

    assert item.id in world.site.text("s/harian/feed.json")
    assert archives_of(world, item) == set()


def test_archives_still_wait_for_an_article_that_comes_in_another_feed_too() -> None:
    world = harian_world()
    item = world.arrive(1)
    again = world.revise(item, via={**item.via, "warta x": next(iter(item.via.values()))})

    tell(world, record_of(item), record_of(again, item))
    tell(world, record_of(again, item))
    assert archives_of(world, item) == set()

    world.retract(again)
    tell(world, record_of(None, again))
    world.now += WAITS
    world.refresh()
    assert archives_of(world, item) == set()


def test_two_records_of_one_article_wait_for_nothing() -> None:
    world = harian_world()
    item = world.arrive(1)
    again = world.revise(item, excerpt="Ringkasan baru.")

    tell(world, record_of(item), record_of(again, item))

    assert archives_of(world, item) == ARCHIVES


def test_a_list_that_fills_leaves_no_article_without_a_page_of_the_list_or_its_archive() -> None:
    world = harian_world()
    items = [world.arrive(number) for number in range(PAGE_ENTRIES + 30)]

    tell(world, *(record_of(item, sequence=str(place)) for place, item in enumerate(items)))

    page = world.site.text(HARIAN.page)
    for item in items:
        assert item.title in page or archives_of(world, item) == ARCHIVES
    assert archives_of(world, items[-1]) == ARCHIVES
