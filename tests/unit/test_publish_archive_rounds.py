"""A list that comes to be full is written in a further round, by all that the first one was told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from functions.publish.channels import Channel
from functions.publish.publishing import publish_batch
from newswire.article_item import ArticleItem, Tombstone
from newswire.attribute_values import marshalled
from newswire.clock import instant
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.short_lists import shorten_lists
from tests.support.site_readers import Readers, shown_outputs

DAY = "2026-01-02"
HARIAN = Channel("source", "harian")
ARCHIVES = [HARIAN.archive(DAY)[0], Channel("category", "nasional").archive(DAY)[0]]


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a list hold ten entries."""
    shorten_lists(monkeypatch, 10)


def _record(
    new: ArticleItem | Tombstone | None, old: ArticleItem | None = None, sequence: str = "1"
) -> dict[str, Any]:
    images = {
        name: marshalled(item.to_item())["M"]
        for name, item in (("NewImage", new), ("OldImage", old))
        if item is not None
    }
    return {"eventName": "MODIFY" if old else "INSERT", "dynamodb": {"SequenceNumber": sequence, **images}}


def _tell(world: World, *records: Mapping[str, Any]) -> None:
    assert publish_batch(world.run(), records) == {"batchItemFailures": []}


def _world() -> tuple[World, list[ArticleItem]]:
    """Return a world whose list has eight of ten places taken, and what takes them."""
    world = World(catalogue(source("harian")))
    world.refresh()
    items = [world.arrive(number) for number in range(10, 18)]
    _tell(world, *(_record(item) for item in items))
    assert not any(
        item.id in world.site.text(key) for item in items for key in ARCHIVES if key in world.site.objects
    )
    return world, items


def test_what_is_withdrawn_in_the_batch_that_fills_a_list_leaves_it_before_its_page_goes() -> None:
    world, items = _world()
    readers = Readers(world.site)
    gone = world.retract(items[0])
    news = [world.arrive(number) for number in range(5)]

    _tell(world, _record(gone, items[0]), *(_record(item) for item in news))

    assert "cut" in world.site.objects[HARIAN.feed("json")].metadata
    assert items[0].id not in world.site.text(HARIAN.feed("json"))
    assert items[0].id not in world.site.text("c/nasional/feed.json")
    assert readers.problems == []
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


def test_what_is_corrected_in_the_batch_that_fills_a_list_is_corrected_there() -> None:
    world, items = _world()
    corrected = world.revise(items[0], title="Judul baru", revision=2)
    news = [world.arrive(number) for number in range(5)]

    _tell(world, _record(corrected, items[0]), *(_record(item) for item in news))

    assert "Judul baru" in world.site.text(HARIAN.feed("json"))


def test_what_fills_a_list_and_no_index_knows_yet_is_listed() -> None:
    world, _ = _world()
    world.articles.index_lags = True
    news = [world.add(number) for number in range(5)]  # nothing of them waits

    _tell(world, *(_record(item) for item in news))

    assert all(item.id in world.site.text(HARIAN.feed("json")) for item in news)


@pytest.mark.parametrize("is_told", [False, True])
def test_an_article_that_is_withdrawn_meanwhile_does_not_keep_a_full_list_from_being_written(
    is_told: bool,
) -> None:
    world, items = _world()
    gone = world.retract(items[0])
    news = [world.arrive(number) for number in range(5)]

    _tell(world, *(_record(item) for item in news))

    assert all(item.id in world.site.text(HARIAN.feed("json")) for item in news)
    if is_told:
        _tell(world, _record(gone, items[0]))
        assert shown_outputs(world) == shown_outputs(world.rebuilt())


def test_a_refresh_takes_out_of_a_list_that_is_to_be_full_what_no_batch_told_of() -> None:
    world, items = _world()
    world.retract(items[0])
    for number in range(5):
        world.arrive(number)

    world.refresh()

    assert items[0].id not in world.site.text(HARIAN.feed("json"))
    assert "cut" in world.site.objects[HARIAN.feed("json")].metadata


def test_an_article_whose_refresh_is_days_late_is_archived_though_its_list_is_full_by_then() -> None:
    world, items = _world()
    world.now = NOW + timedelta(hours=30)
    news = [world.arrive(number, listed=instant(world.now)) for number in range(20, 33)]
    _tell(world, *(_record(item) for item in news))
    assert "cut" in world.site.objects[HARIAN.feed("json")].metadata

    world.refresh()

    for item in items:
        assert all(item.id in world.site.text(key) for key in ARCHIVES)
    assert shown_outputs(world) == shown_outputs(world.rebuilt())
