"""A run that began before sources.yaml was changed, and goes on after another run has followed the change."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.publish import catalogue_walk, refreshing
from functions.publish.portal_writing import publish_portal
from functions.publish.publishing import publish_batch, write_channels
from functions.publish.run import OutdatedRun
from newswire.article_item import ArticleItem
from newswire.clock import instant
from newswire.sources import Catalogue
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.site_readers import shown_outputs
from tests.support.stream_records import stream_record


@pytest.fixture(autouse=True)
def _short_walks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a refresh look again at two articles only: the others are the walk's."""
    monkeypatch.setattr(refreshing, "NEWEST", 2)
    monkeypatch.setattr(catalogue_walk, "CHUNK", 5)


def _published(*owners: str) -> tuple[World, list[ArticleItem]]:
    """Return a site of twelve articles of two days, and the articles."""
    world = World(catalogue(*(source(one) for one in owners)))
    world.refresh()
    items = [
        world.add(number, owners[number % len(owners)], listed=instant(NOW - timedelta(hours=3 * number)))
        for number in range(12)
    ]
    assert world.publish(*items) == set()
    world.refresh()
    return world, items


def _new_run(world: World, changed: Catalogue) -> World:
    """Return the view of a run that begins after the change, which the others have not seen."""
    world.stored_catalogue = changed
    return World(changed, world.now, world.articles, world.archive, world.site)


def _before_put(world: World, wanted: str, once: Callable[[], object]) -> None:
    """Do something when the run has read everything and is about to write an output."""

    def hook(key: str) -> None:
        if key == wanted:
            world.site.before_put = lambda _key: None
            once()

    world.site.before_put = hook


def test_what_an_outdated_run_wrote_of_a_paused_source_is_taken_out_again() -> None:
    world, items = _published("harian", "warta")
    paused = next(item for item in items[6:] if item.owner.id == "harian")
    changed = world.revise(paused, title="Dikoreksi", revision=2)
    sources = (replace(world.catalogue.sources[0], enabled=False), world.catalogue.sources[1])
    later = _new_run(world, replace(world.catalogue, sources=sources))
    page = f"a/{paused.slug}-{paused.id}.html"
    _before_put(world, page, later.refresh)

    answer = publish_batch(world.run(), [stream_record("1", changed)])

    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert publish_batch(later.run(), [stream_record("1", changed)]) == {"batchItemFailures": []}
    later.refresh()
    assert later.site.objects[page].metadata.get("gone")
    assert shown_outputs(later) == shown_outputs(later.rebuilt())


def test_after_an_outdated_refresh_the_change_is_followed_once_more() -> None:
    world, items = _published("harian", "warta")
    world.articles.save(replace(items[8], next_change=instant(NOW), version=2))
    sources = (replace(world.catalogue.sources[0], name="Harian Baru"), world.catalogue.sources[1])
    later = _new_run(world, replace(world.catalogue, sources=sources))
    world.revise(items[8], title="Dikoreksi", next_change=instant(NOW), revision=2)
    _before_put(world, f"a/{items[8].slug}-{items[8].id}.html", later.refresh)

    world.refresh()

    later.refresh()
    assert "Harian Baru" in later.page(items[8])
    assert shown_outputs(later) == shown_outputs(later.rebuilt())
    assert "walk" not in json.loads(later.site.text("catalogue.json"))


def _without(full: Catalogue, removed: str) -> Catalogue:
    """Return a catalogue that names a source, or a category, no more."""
    sources = tuple(one for one in full.sources if one.id != removed)
    categories = {one: name for one, name in full.categories.items() if one != removed}
    return replace(full, sources=sources, categories=categories)


@pytest.mark.parametrize(
    ("removed", "folder"), [("warta", "s/warta"), ("dunia", "c/dunia")], ids=["source", "category"]
)
def test_a_list_that_an_outdated_run_wrote_in_place_of_its_notice_becomes_one_again(
    removed: str, folder: str
) -> None:
    world, _ = _published("harian", "warta")
    item = world.add(20, "warta", category="dunia")
    later = _new_run(world, _without(world.catalogue, removed))
    _before_put(world, f"{folder}/feed.json", later.refresh)

    assert publish_batch(world.run(), [stream_record("1", item)])["batchItemFailures"]

    assert item.id in later.site.text(f"{folder}/feed.json")
    publish_batch(later.run(), [stream_record("1", item)])
    later.refresh()
    names = (".html", "/feed.json", "/feed.xml", "/atom.xml", "/feed-2026-01-02.json")
    assert [name for name in names if "gone" not in later.site.objects[folder + name].metadata] == []
    assert item.id not in later.site.text(f"{folder}/feed.json")


def test_a_day_that_an_outdated_run_lists_while_its_list_is_retired_goes_with_it() -> None:
    world, _ = _published("harian", "warta")
    old = world.add(20, "warta", listed=instant(NOW - timedelta(days=2)))
    later = _new_run(world, _without(world.catalogue, "warta"))
    answers: list[object] = []

    def outdated() -> None:
        answers.append(publish_batch(world.run(), [stream_record("1", old)])["batchItemFailures"])

    _before_put(world, "s/warta/archive.json", outdated)
    later.refresh()
    later.refresh()

    assert answers == [[{"itemIdentifier": "1"}]]
    archive = [one for key, one in later.site.objects.items() if key.startswith("s/warta")]
    assert [one for one in archive if "gone" not in one.metadata] == []


def test_an_outdated_run_takes_no_channel_down_that_it_does_not_know() -> None:
    world, _ = _published("harian", "warta")
    full = world.catalogue
    old = World(replace(full, sources=full.sources[:1]), world.now, world.articles, world.archive, world.site)
    old.stored_catalogue = full
    before = shown_outputs(world)

    with pytest.raises(OutdatedRun):
        publish_portal(old.run(), write_channels)

    world.refresh()
    assert shown_outputs(world) == before


def test_an_outdated_run_goes_no_further_through_the_articles() -> None:
    world, _ = _published("harian", "warta")
    sources = (replace(world.catalogue.sources[0], name="Harian Baru"), world.catalogue.sources[1])
    world.stored_catalogue, world.catalogue = world.catalogue, replace(world.catalogue, sources=sources)
    world.refresh()

    assert json.loads(world.site.text("catalogue.json")).get("walk") is None
    world.stored_catalogue = None
    assert world.refresh()["articlesTouched"] == 6
