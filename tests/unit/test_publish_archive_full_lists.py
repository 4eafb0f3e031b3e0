"""The archive of a list that is full, or was within a day, waits for nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.publish.publishing import publish, publish_batch
from newswire.article_item import ArticleItem
from newswire.clock import instant
from tests.support.archived_lists import (
    ARCHIVES,
    DAY,
    HARIAN,
    NASIONAL,
    WAITS,
    archives_of,
    harian_world,
    reads_of,
    record_of,
    tell,
)
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.short_lists import shorten_lists
from tests.support.site_readers import shown_outputs


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a list hold ten entries."""
    shorten_lists(monkeypatch, 10)


@pytest.mark.usefixtures("short")
def test_a_list_is_full_only_once_its_archive_waits_for_nothing() -> None:
    world = harian_world()
    items = [world.arrive(number) for number in range(10, 18)]
    tell(world, *(record_of(item, sequence=str(place)) for place, item in enumerate(items)))
    assert not any(archives_of(world, item) for item in items)
    full: list[set[str]] = []

    def look(key: str) -> None:
        if key == HARIAN.feed("json") and "cut" in world.site.objects[key].metadata:
            full.append({item.id for item in items if item.id in world.site.text(HARIAN.archive(DAY)[0])})

    world.site.after_put = look
    items += [world.arrive(number) for number in range(5)]
    tell(world, *(record_of(item, sequence=str(place)) for place, item in enumerate(items[8:])))

    assert full
    assert full[0] == {item.id for item in items}
    assert all(archives_of(world, item) == ARCHIVES for item in items)
    one = world.arrive(5, listed=instant(NOW))
    tell(world, record_of(one))
    assert archives_of(world, one) == ARCHIVES
    world.now += WAITS
    world.refresh()
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


@pytest.mark.usefixtures("short")
def test_a_run_that_meets_a_list_which_another_has_filled_archives_its_own_articles_at_once() -> None:
    world = harian_world()
    beside = world.beside()
    mine, met = world.arrive(20), list[str]()
    others: list[ArticleItem] = []

    def overtake(key: str) -> None:
        if key == HARIAN.feed("json") and not met:
            met.append(key)
            others.extend(world.arrive(number) for number in range(12))
            tell(beside, *(record_of(item, sequence=str(place)) for place, item in enumerate(others)))

    world.site.before_put = overtake
    tell(world, record_of(mine))

    assert "cut" in world.site.objects[HARIAN.feed("json")].metadata
    for item in (mine, *others):
        assert archives_of(world, item) == ARCHIVES


@pytest.mark.usefixtures("short")
def test_a_list_that_is_full_again_within_a_day_has_nothing_archived_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = harian_world()
    items = [world.arrive(number, listed=instant(NOW)) for number in range(12)]
    tell(world, *(record_of(item, sequence=str(place)) for place, item in enumerate(items)))
    assert "cut" in world.site.objects[HARIAN.feed("json")].metadata
    for item in items[:6]:
        world.revise(item, withheld_since=instant(world.now))
    world.now += timedelta(hours=1)
    world.refresh()
    assert "cut" not in world.site.objects[HARIAN.feed("json")].metadata

    world.now += timedelta(hours=2)
    between = world.arrive(12, listed=instant(world.now))
    tell(world, record_of(between))
    assert archives_of(world, between) == ARCHIVES  # it waits for nothing, as the list may be full again

    read = reads_of(world, monkeypatch)
    new = [world.arrive(number, listed=instant(world.now)) for number in range(13, 18)]
    tell(world, *(record_of(item, sequence=str(place)) for place, item in enumerate(new)))

    assert "cut" in world.site.objects[HARIAN.feed("json")].metadata
    assert not [key for key in read if any(item.id in key for item in (*items[6:], between))]
    world.now += WAITS
    world.refresh()
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


@pytest.mark.usefixtures("short")
def test_a_run_that_meets_a_list_which_was_filled_and_emptied_meanwhile_archives_its_own_at_once() -> None:
    world = harian_world()
    tell(world, record_of(world.add(30)))  # its archive is there
    beside = world.beside()
    mine, met = world.arrive(20, listed=instant(NOW - timedelta(hours=2))), list[str]()

    def overtake(key: str) -> None:
        if key == NASIONAL.feed("json") and not met:
            met.append(key)
            others = [world.arrive(number) for number in range(12)]
            tell(beside, *(record_of(item, sequence=str(place)) for place, item in enumerate(others)))
            gone = [world.revise(item, withheld_since=instant(world.now)) for item in others[:8]]
            pairs = zip(others, gone, strict=False)
            tell(beside, *(record_of(new, old, sequence=str(n)) for n, (old, new) in enumerate(pairs)))

    world.site.before_put = overtake
    tell(world, record_of(mine))

    metadata = world.site.objects[HARIAN.feed("json")].metadata
    assert "cut" not in metadata
    assert "full-until" in metadata
    assert archives_of(world, mine) == ARCHIVES


@pytest.mark.usefixtures("short")
def test_a_list_was_full_for_nobody_any_more_once_an_archive_waits_for_what_another_run_had_listed() -> None:
    world = World(catalogue(source("harian", display="link")))
    world.refresh()
    _fill_and_empty(world)
    early = world.beside()
    early.now += timedelta(hours=24, minutes=-1)
    world.now += timedelta(hours=24, minutes=1)
    mine = world.arrive(30, listed=instant(early.now - timedelta(minutes=9)))
    assert publish(early.run(), {}, [HARIAN, NASIONAL]) == set()

    tell(world, record_of(mine))
    waits = HARIAN.archive(mine.listed[:10])[0]
    assert waits not in world.site.objects or mine.id not in world.site.text(waits)
    others = [world.arrive(number, listed=instant(early.now)) for number in range(31, 45)]
    tell(early, *(record_of(item, sequence=str(place)) for place, item in enumerate(others)))

    assert "cut" in world.site.objects[HARIAN.feed("json")].metadata
    assert mine.id in world.site.text(waits)
    for _ in range(13):
        world.now += timedelta(hours=1)
        world.refresh()
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


def _fill_and_empty(world: World) -> None:
    """Let the lists have been full until now."""
    items = [world.arrive(number, listed=instant(world.now)) for number in range(12)]
    tell(world, *(record_of(item, sequence=str(place)) for place, item in enumerate(items)))
    gone = [world.revise(item, withheld_since=instant(world.now)) for item in items[:8]]
    pairs = zip(items, gone, strict=False)
    tell(world, *(record_of(new, old, sequence=str(n)) for n, (old, new) in enumerate(pairs)))
    assert "full-until" in world.site.objects[HARIAN.feed("json")].metadata


@pytest.mark.usefixtures("short")
def test_a_run_that_ends_before_a_list_is_full_leaves_it_as_it_was_and_its_records_come_again() -> None:
    world = harian_world()
    items = [world.arrive(number) for number in range(14)]
    records = [record_of(item, sequence=str(place)) for place, item in enumerate(items)]
    tell(world, *records[:8])

    def end(key: str) -> None:
        if key == HARIAN.archive(DAY)[0]:
            world.seconds_left = 1

    world.site.after_put = end
    assert publish_batch(world.run(), records[8:])["batchItemFailures"]
    assert "cut" not in world.site.objects[HARIAN.feed("json")].metadata

    world.site.after_put, world.seconds_left = lambda _key: None, 300
    tell(world, *records[8:])
    assert all(archives_of(world, item) == ARCHIVES for item in items)
