"""Runs that are killed between a write and their last look at the table, while an article is withdrawn.

What such a run listed without a stream record of its own behind it, nobody else would take out again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from functions.publish import catalogue_walk, refreshing
from functions.publish.changes import change_of
from functions.publish.channels import Channel
from functions.publish.publishing import publish, publish_batch
from functions.publish.unfinished_changes import KEY, Notes
from newswire.article_item import ArticleItem
from newswire.clock import instant
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.short_lists import shorten_lists
from tests.support.site_readers import shown_outputs
from tests.support.stream_records import stream_record
from tests.support.unfinished_runs import (
    DAY,
    HARIAN,
    HOUR,
    WAITS,
    Killed,
    every_death,
    listed_world,
    naming,
    noted_changes,
    small_world,
    withdraw_beside,
)


def test_an_article_that_is_withdrawn_while_a_refresh_archives_it_and_is_killed_is_taken_out_again() -> None:
    def begin() -> tuple[World, ArticleItem, Callable[[], object]]:
        world, items = listed_world()
        world.now += WAITS
        return world, items[0], world.refresh

    assert every_death(begin) > 15


def test_so_is_one_whose_batch_was_given_up_and_which_the_refresh_is_the_first_to_publish() -> None:
    def begin() -> tuple[World, ArticleItem, Callable[[], object]]:
        world = small_world()
        return world, world.arrive(1), world.refresh

    assert every_death(begin) > 15


def test_so_is_one_that_a_changed_catalogue_brings_into_further_archives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refreshing, "NEWEST", 1)
    monkeypatch.setattr(catalogue_walk, "CHUNK", 2)

    def begin() -> tuple[World, ArticleItem, Callable[[], object]]:
        world = World(catalogue(source("harian", enabled=False), source("warta")))
        world.refresh()
        items = [world.add(number, listed=instant(NOW - timedelta(days=2 + number))) for number in range(4)]
        assert world.publish(*items) == set()
        world.catalogue = catalogue(source("harian"), source("warta"))
        return world, items[-1], world.refresh

    assert every_death(begin) > 15


@pytest.fixture
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a list hold ten entries."""
    shorten_lists(monkeypatch, 10)


@pytest.mark.usefixtures("_short")
def test_so_is_one_that_a_batch_archives_beside_its_own_as_a_list_becomes_full() -> None:
    def begin() -> tuple[World, ArticleItem, Callable[[], object]]:
        world = small_world()
        items = [world.arrive(number) for number in range(10, 18)]
        assert world.publish_new(*items) == set()
        world.articles.index_lags = True  # or the withdrawal's own batch would fill the list
        further = [world.arrive(number) for number in range(5)]
        records = [stream_record(str(place), item) for place, item in enumerate(further)]

        def batch() -> None:
            answer = publish_batch(world.run(), records)
            assert answer == {"batchItemFailures": []}

        def killed_and_again() -> None:
            try:
                batch()
            except Killed:
                world.site.before_put = lambda _key: None
                batch()
                raise

        return world, items[-1], killed_and_again

    assert every_death(begin) > 15


def test_a_second_run_that_is_killed_at_the_same_leaves_it_to_a_third() -> None:
    world, items = listed_world()
    world.now += WAITS
    key = HARIAN

    def die(written: str) -> None:
        if written == key:
            raise Killed

    world.site.after_put = die
    with pytest.raises(Killed):
        world.refresh()
    world.site.objects.pop(key)
    world.now += HOUR
    met: list[str] = []

    def withdraw(written: str) -> None:
        if written == key and not met:
            met.append(written)
            world.site.after_put = lambda _key: None
            withdraw_beside(world, items[0])
            world.site.after_put = die

    world.site.before_put = withdraw
    with pytest.raises(Killed):
        world.refresh()
    assert items[0].id in world.site.text(key)

    world.site.before_put = world.site.after_put = lambda _key: None
    world.now += HOUR
    world.refresh()
    assert naming(world, items[0]) == []
    assert noted_changes(world) == {}


def test_two_runs_at_once_lose_neither_what_the_other_is_at() -> None:
    world, items = listed_world()
    world.now += WAITS
    beside = world.beside()
    seen: list[set[str]] = []

    def die(written: str) -> None:
        if written == HARIAN:
            raise Killed

    def other_dies(written: str) -> None:
        if written == KEY and not seen:
            seen.append(set())
            world.site.after_put = die
            with pytest.raises(Killed):
                beside.refresh()
            world.site.after_put = lambda _key: None

    world.site.before_put = other_dies
    world.refresh()

    assert seen
    assert noted_changes(world).keys() == {one.id for one in items}  # the dead one's; this run has ended
    notes = Notes.from_json(world.site.objects[KEY].body)
    assert len(notes.by_run) == 1


def test_an_article_in_another_language_by_now_leaves_the_archive_that_a_dead_run_put_it_into() -> None:
    def begin() -> tuple[World, ArticleItem, Callable[[], object]]:
        world = World(catalogue(source("harian"), source("tribune", language="en")))
        world.refresh()
        item = world.arrive(1, "harian")
        assert world.publish_new(item) == set()
        world.now += WAITS
        return world, item, world.refresh

    def translate(world: World, item: ArticleItem) -> None:
        changed = change_of(item).merged(change_of(world.revise(item, language="en", revision=2)))
        assert publish(world.beside().run(), {item.id: changed}) == set()

    def misplaced(world: World, item: ArticleItem) -> list[str]:
        assert item.id in world.site.text(Channel("language", "en").archive(DAY)[0])
        return [key for key in naming(world, item) if key.startswith("l/id")]

    assert every_death(begin, translate, misplaced) > 15


def _given_up(monkeypatch: pytest.MonkeyPatch) -> tuple[World, ArticleItem]:
    """Return a site with newer articles than one that nobody has published and that is due for archives."""
    monkeypatch.setattr(refreshing, "NEWEST", 2)
    world = small_world()
    item = world.arrive(1)
    world.now += WAITS
    newer = [world.add(number, listed=instant(world.now)) for number in (8, 9)]
    assert world.publish(*newer) == set()
    return world, item


def test_an_article_that_is_due_for_archives_and_was_never_published_is_published_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, item = _given_up(monkeypatch)

    world.refresh()

    assert shown_outputs(world) == shown_outputs(world.rebuilt())
    assert item.id in world.site.text("sitemap-2026-01-02.xml")


def test_so_it_is_where_the_refresh_that_found_it_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    def begin() -> tuple[World, ArticleItem, Callable[[], object]]:
        world, item = _given_up(monkeypatch)
        return world, item, world.refresh

    def missing(world: World, item: ArticleItem) -> list[str]:
        found = naming(world, item)
        return [key for key in ("d/2026-01-02.html", "sitemap-2026-01-02.xml") if key not in found]

    assert every_death(begin, lambda _world, _item: None, missing) > 15
