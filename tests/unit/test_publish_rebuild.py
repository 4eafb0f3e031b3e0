"""The site follows from the stored articles alone: one command makes it anew, whatever came when."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer

from functions.extract.erasing import stub
from functions.publish import archive_writing, day_archives, sitemap_writing, sitemaps
from functions.publish.channels import Channel
from functions.publish.tasks import answer
from local.rebuild import replay
from local.rebuild.replay import RebuildFailed, Rebuilt, rebuild
from newswire.article_item import ArticleItem
from newswire.clock import instant
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.site_readers import shown_outputs


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a partition hold eight entries, and a rebuild tell of seven articles at a time."""

    def archive(*arguments: object) -> day_archives.DayArchive:
        return replace(day_archives.DayArchive(*arguments), most=8)  # type: ignore[arg-type]

    monkeypatch.setattr(archive_writing, "DayArchive", archive)
    monkeypatch.setattr(sitemap_writing, "ArticleSitemaps", lambda url: sitemaps.ArticleSitemaps(url, 8))
    monkeypatch.setattr(replay, "CHUNK", 7)


def _world() -> World:
    return World(
        catalogue(source("harian"), source("warta", display="excerpt"), source("tribune", display="link"))
    )


def _items(world: World) -> list[ArticleItem]:
    owners = ("harian", "warta", "tribune", "@lain.example")
    moments = [timedelta(minutes=3 * number) for number in range(24)] + [
        timedelta(hours=9 * number) for number in range(1, 17)
    ]
    return [
        world.add(number, owners[number % 4], listed=instant(NOW - moment))
        for number, moment in enumerate(moments)
    ]


def _images(world: World) -> list[dict[str, Any]]:
    plain = [record.to_item() for record in world.articles.records.values()]
    serialize = TypeSerializer().serialize
    return [{name: serialize(value) for name, value in item.items()} for item in plain]


def _empty(world: World) -> World:
    return World(
        world.catalogue, world.now, world.articles, world.archive, look=world.look, feeds=world.feeds
    )


def _invoked(world: World) -> Any:
    def invoke(event: Mapping[str, Any]) -> Mapping[str, Any]:
        return answer(world.run(), event)

    return invoke


@pytest.mark.parametrize("seed", range(2))
def test_a_rebuild_into_an_empty_bucket_gives_the_bytes_that_came_of_single_arrivals(
    small: None,  # noqa: ARG001
    seed: int,
) -> None:
    world, dice = _world(), random.Random(seed)  # noqa: S311 - an order of arrival
    world.refresh()
    items = _items(world)
    gone, corrected = items[5], items[8]
    left = list(items)
    dice.shuffle(left)
    while left:
        size = dice.randint(1, 9)
        assert world.publish(*left[:size]) == set()
        del left[:size]
    world.retract(gone)
    assert world.publish(gone, world.revise(corrected, title="Dikoreksi", revision=2)) == set()
    over = _erased(world, [items[place] for place in (33, 34, 35)])  # one had no page
    world.refresh()
    images = _images(world)
    dice.shuffle(images)

    fresh = _empty(world)
    assert rebuild(images, _invoked(fresh)) == Rebuilt(36, 4)

    assert shown_outputs(fresh) == shown_outputs(world)
    for one in (gone, *over):
        for notice in (f"a/{one.slug}-{one.id}.html", f"json/{one.id}.json"):
            assert fresh.site.objects[notice].body == world.site.objects[notice].body
            assert fresh.site.objects[notice].metadata["gone"]


def _erased(world: World, items: Iterable[ArticleItem]) -> list[ArticleItem]:
    """Let the retention of articles be over, and return them as they were noted."""
    over = [world.revise(item, retired=instant(NOW)) for item in items]
    assert world.publish(*over) == set()
    for item in over:
        world.articles.save(stub(item))
    assert world.publish(*over) == set()
    return over


def test_a_rebuild_in_place_writes_nothing_where_nothing_differs(small: None) -> None:  # noqa: ARG001
    world = _world()
    world.refresh()
    items = _items(world)
    world.publish(*items)
    _erased(world, items[2:14])  # their day has been divided, and would not be now
    world.refresh()
    written = len(world.site.puts)

    rebuild(_images(world), _invoked(world))

    assert set(world.site.puts[written:]) == {"turns.json"}  # every channel was looked at


def test_a_rebuild_makes_good_what_the_bucket_lacks() -> None:
    world = _world()
    world.refresh()
    world.publish(*_items(world))
    world.refresh()
    expected = shown_outputs(world)
    for key in [key for key in world.site.objects if key.startswith(("a/", "sitemap", "d/", "c/"))]:
        del world.site.objects[key]

    rebuild(_images(world), _invoked(world))

    assert shown_outputs(world) == expected


def test_archives_wait_for_what_has_just_appeared_as_they_did_before_a_rebuild() -> None:
    world = World(catalogue(source("harian")))
    world.refresh()
    waiting, corrected = world.arrive(1), world.arrive(2)
    world.revise(corrected, title="Judul baru", revision=2)
    archive = Channel("source", "harian").archive("2026-01-02")[0]
    empty = _empty(world)

    rebuild(_images(world), _invoked(empty))

    assert corrected.id in empty.site.text(archive)
    assert waiting.id not in empty.site.text(archive)
    empty.now += timedelta(hours=13)
    empty.refresh()
    assert waiting.id in empty.site.text(archive)


def test_articles_that_failed_are_told_of_again_and_those_that_fail_for_ever_are_counted() -> None:
    told: list[list[str]] = []

    def invoke(event: Mapping[str, Any]) -> Mapping[str, Any]:
        numbers = [one["dynamodb"]["SequenceNumber"] for one in event.get("Records", [])]
        told.append(numbers)
        return {"batchItemFailures": [{"itemIdentifier": numbers[1]}]} if len(numbers) > 1 else {}

    image = {"type": {"S": "article"}, "slug": {"S": "s"}}
    images = [{**image, "id": {"S": name}} for name in ("a", "b", "c")]
    rebuild(images, invoke)
    assert [len(numbers) for numbers in told] == [0, 3, 2, 1, 0]

    def fail(event: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"batchItemFailures": [{"itemIdentifier": "000000"} for _ in event.get("Records", [])]}

    with pytest.raises(RebuildFailed, match="1 articles could not"):
        rebuild(images[:1], fail)
