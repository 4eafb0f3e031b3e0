"""A list's page leads to a day that the archive may have got while the list itself stayed as it was."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from functions.publish.channel_rendering import PAGE_ENTRIES
from functions.publish.channels import LEAST_ENTRIES
from newswire.article_item import ArticleItem
from newswire.clock import instant
from tests.support.archived_lists import HARIAN, WAITS, harian_world, record_of, tell
from tests.support.publish_world import World

# A minute before midnight by the portal's clock
LATE = datetime.fromisoformat("2026-01-01T23:59:00+07:00")
BEFORE, EVENING, MORNING = (HARIAN.archive(day)[-1] for day in ("2025-12-31", "2026-01-01", "2026-01-02"))


def add(world: World, number: int, moment: datetime) -> ArticleItem:
    world.now = moment
    item = world.arrive(number, listed=instant(moment), first_seen=instant(moment))
    tell(world, record_of(item))
    return item


def world_whose_page_ends_on_a_day_that_waits() -> World:
    """Return a world in which the archive of the page's last day is due; the feeds end on one that it has."""
    world = harian_world()
    add(world, 0, LATE - timedelta(days=1))
    world.now += WAITS
    world.refresh()
    for number in range(1, 1 + PAGE_ENTRIES):
        in_the_evening = number <= PAGE_ENTRIES - LEAST_ENTRIES
        add(world, number, LATE + timedelta(minutes=0 if in_the_evening else 2, seconds=number / 2))
    # What is corrected is archived at once.
    item = world.articles.records[world.articles.newest("by-owner", "harian", 1)[0]]
    assert isinstance(item, ArticleItem)
    corrected = world.revise(item, title="Judul baru", revision=2)
    tell(world, record_of(corrected, item))
    world.now += WAITS
    return world


@pytest.mark.parametrize("output", [HARIAN.feed("json"), HARIAN.feed("xml"), HARIAN.page])
def test_a_day_that_is_archived_while_another_run_writes_the_list_is_led_to(output: str) -> None:
    world = world_whose_page_ends_on_a_day_that_waits()
    assert BEFORE in world.site.text(HARIAN.page)
    assert MORNING in world.site.objects
    assert EVENING not in world.site.objects

    def archive(written: str) -> None:
        if written == output:
            world.site.before_put = lambda _key: None
            world.beside().refresh()
            assert EVENING in world.site.text(HARIAN.page)

    world.site.before_put = archive
    item = add(world, 1000, world.now)

    assert item.id in world.site.text(HARIAN.page)
    assert EVENING in world.site.text(HARIAN.page)


def test_a_day_that_is_archived_while_another_run_finds_the_list_as_it_is_to_be_is_led_to() -> None:
    world = world_whose_page_ends_on_a_day_that_waits()
    item = add(world, 1000, world.now)
    assert BEFORE in world.site.text(HARIAN.page)

    def archive(read: str) -> None:
        if read == HARIAN.archive_index:
            world.site.after_get = lambda _key: None
            world.beside().refresh()
            assert EVENING in world.site.text(HARIAN.page)

    world.site.after_get = archive
    tell(world, record_of(item))

    assert EVENING in world.site.text(HARIAN.page)


def test_an_archives_list_is_read_once_by_a_run_that_brings_both_up_to_date() -> None:
    world = harian_world()
    item = add(world, 1, LATE)
    first = world.revise(item, title="Judul kedua", revision=2)
    tell(world, record_of(first, item))
    world.site.reads.clear()

    tell(world, record_of(world.revise(first, title="Judul ketiga", revision=3), first))

    assert world.site.reads.count(HARIAN.archive_index) == 1
