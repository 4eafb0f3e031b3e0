"""A run that is killed at one of its writes: its records come again, and nothing of it is lost or left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.publish import (
    archive_writing,
    catalogue_walk,
    day_archives,
    refreshing,
    search_rows,
    search_writing,
    sitemap_writing,
    sitemaps,
)
from newswire.article_item import ArticleItem
from newswire.clock import instant
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.site_readers import Readers, shown_outputs

STEP = 7  # writes from one death to the next: each costs a run and a look at everything


class Killed(BaseException):
    """Lambda ends the function: no code of ours sees it."""


@pytest.fixture(autouse=True)
def _small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a partition hold three entries, so that the run divides some, and a refresh go by small steps."""

    def archive(*arguments: object) -> day_archives.DayArchive:
        return replace(day_archives.DayArchive(*arguments), most=3)  # type: ignore[arg-type]

    monkeypatch.setattr(archive_writing, "DayArchive", archive)
    monkeypatch.setattr(sitemap_writing, "ArticleSitemaps", lambda url: sitemaps.ArticleSitemaps(url, 3))
    monkeypatch.setattr(search_writing, "SearchSeries", lambda: search_rows.SearchSeries(3))
    monkeypatch.setattr(refreshing, "NEWEST", 2)
    monkeypatch.setattr(catalogue_walk, "CHUNK", 3)


def _published() -> tuple[World, list[ArticleItem]]:
    """Return a site of four articles of two publishers."""
    world = World(catalogue(source("harian"), source("warta", display="excerpt")))
    world.refresh()
    items = [
        world.add(number, ("harian", "warta")[number % 2], listed=instant(NOW - timedelta(hours=9 * number)))
        for number in range(4)
    ]
    assert world.publish(*items) == set()
    return world, items


def _changed() -> tuple[World, list[ArticleItem]]:
    """Return such a site with one article withdrawn, one corrected and two new ones, and these changes."""
    world, items = _published()
    new = [world.add(number, listed=instant(NOW - timedelta(minutes=number))) for number in (90, 91)]
    world.retract(items[1])
    corrected = world.revise(items[2], title="Dikoreksi", revised=instant(NOW), revision=2)
    return world, [items[1], corrected, *new]


def _kill_at(world: World, number: int, suffix: str = "") -> None:
    """Let the next run die at a write, counted from 0, of those whose keys end so."""
    left = number

    def hook(key: str) -> None:
        nonlocal left
        if key.endswith(suffix):
            if left == 0:
                raise Killed
            left -= 1

    world.site.before_put = hook


def test_a_batch_that_was_killed_at_a_write_and_comes_again_ends_as_if_it_had_not_been() -> None:
    world, changed = _changed()
    start = dict(world.site.objects)
    assert world.publish(*changed) == set()
    writes, expected = len(world.site.puts), shown_outputs(world)
    assert expected == shown_outputs(world.rebuilt())
    for number in range(0, writes, STEP):
        world.site.objects = dict(start)
        readers = Readers(world.site)
        _kill_at(world, number)
        try:
            world.publish(*changed)
            break
        except Killed:
            world.site.before_put = lambda _key: None
        assert world.publish(*changed) == set()
        assert (number, readers.problems) == (number, [])
        assert (number, shown_outputs(world)) == (number, expected)
    assert number > 30


def test_a_changed_catalogue_is_followed_whichever_write_the_first_run_under_it_was_killed_at() -> None:
    world, _ = _published()
    world.refresh()
    start, full = dict(world.site.objects), world.catalogue
    world.catalogue = replace(full, sources=(full.sources[0], source("baru", language="en")))
    world.look = None
    world.refresh()
    expected = shown_outputs(world)
    assert expected == shown_outputs(world.rebuilt())
    for number in range(0, 1000, STEP):
        world.site.objects = dict(start)
        _kill_at(world, number)
        try:
            world.refresh()
            break
        except Killed:
            world.site.before_put = lambda _key: None
        world.refresh()
        assert (number, shown_outputs(world)) == (number, expected)
    assert number > 50


def test_no_day_of_a_removed_source_stays_though_its_last_batch_was_killed_before_it_listed_it() -> None:
    full = catalogue(source("harian"), source("tribune", language="en", category="dunia"))
    world = World(full)
    world.refresh()
    items = [
        world.add(number, "tribune", listed=instant(NOW - timedelta(minutes=13 * number)))
        for number in range(8)
    ]
    start = dict(world.site.objects)
    categories = {key: name for key, name in full.categories.items() if key != "dunia"}
    without = replace(full, sources=full.sources[:1], categories=categories)
    for number in range(1000):
        world.site.objects, world.catalogue = dict(start), full
        _kill_at(world, number, "archive.json")
        try:
            assert world.publish(*items) == set()
            break
        except Killed:
            world.site.before_put = lambda _key: None
        world.catalogue = without
        world.refresh()
        left = [key for key in shown_outputs(world) if key.startswith(("s/tribune", "c/dunia", "l/"))]
        assert (number, left) == (number, [])
    assert number > 12
