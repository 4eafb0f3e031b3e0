"""A new article's page and JSON are written without being read first, and nothing is lost by that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from functions.publish.publishing import publish_batch
from newswire.bucket import StoredObject
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_stores import MemoryObjects
from tests.support.publish_world import World
from tests.support.stream_records import stream_record

DELIVERED = {"batchItemFailures": list[dict[str, Any]]()}


class _Watched(MemoryObjects):
    """A bucket that remembers which of the articles' own objects were read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def get(self, key: str) -> StoredObject | None:
        if key.startswith(("a/", "json/")):
            self.read.append(key)
        return super().get(key)


def _world() -> tuple[World, _Watched]:
    site = _Watched()
    return World(catalogue(source("harian")), site=site), site


def test_a_new_articles_objects_are_written_and_never_read() -> None:
    world, site = _world()
    item = world.add(1)

    assert publish_batch(world.run(), [stream_record("1", item)]) == DELIVERED

    assert site.read == []
    assert item.title in world.page(item)
    assert f"json/{item.id}.json" in site.objects


def test_a_new_article_that_comes_again_is_read_and_left_as_it_is() -> None:
    world, site = _world()
    records = [stream_record("1", world.add(1))]
    publish_batch(world.run(), records)
    before, puts = world.written(), len(site.puts)

    assert publish_batch(world.run(), records) == DELIVERED

    assert (world.written(), len(site.puts)) == (before, puts)
    assert len(site.read) == 2


def test_an_edit_in_the_same_batch_does_not_take_the_article_for_an_old_one() -> None:
    world, site = _world()
    item = world.add(1)
    edited = world.revise(item, title="Judul yang dikoreksi", revision=2)
    first, second = stream_record("1", item), {**stream_record("2", edited), "eventName": "MODIFY"}

    assert publish_batch(world.run(), [first, second]) == DELIVERED

    assert site.read == []
    assert "Judul yang dikoreksi" in world.page(item)


def test_what_is_no_insertion_is_read_before_it_is_written() -> None:
    world, site = _world()
    item = world.add(1)

    publish_batch(world.run(), [{**stream_record("1", item), "eventName": "MODIFY"}])

    assert len(site.read) == 2


def test_a_new_article_that_a_run_was_killed_over_is_finished_by_the_next() -> None:
    world, site = _world()
    item = world.add(1)
    world.publish(item)
    del site.objects[f"json/{item.id}.json"]
    site.objects = {key: one for key, one in site.objects.items() if not key.startswith("s/")}

    assert publish_batch(world.run(), [stream_record("1", item)]) == DELIVERED

    assert f"json/{item.id}.json" in site.objects
    assert item.id in site.text("s/harian/feed.json")


def test_a_new_article_without_a_page_has_none_and_is_listed() -> None:
    world = World(catalogue(source("tribune", display="link")))
    item = world.add(1)

    assert publish_batch(world.run(), [stream_record("1", item)]) == DELIVERED

    assert not [key for key in world.site.objects if key.startswith("a/")]
    assert item.id in world.site.text("feed.json")


def test_a_page_that_stands_is_named_on_though_its_article_cannot_be_read_any_more() -> None:
    world, _ = _world()
    item = world.add(1)
    records = [stream_record("1", item)]
    publish_batch(world.run(), records)
    del world.archive.objects[item.article_key]
    before = world.written()

    assert publish_batch(world.run(), records) == DELIVERED

    assert world.written() == before


def test_a_new_article_whose_record_comes_after_its_retraction_brings_nothing_back() -> None:
    world, site = _world()
    item = world.add(1)
    records = [stream_record("1", item)]
    publish_batch(world.run(), records)
    stone = world.retract(item)
    said = {"type": "article", "id": stone.id, "slug": stone.slug}
    images = {
        "OldImage": records[0]["dynamodb"]["NewImage"],
        "NewImage": {name: {"S": value} for name, value in said.items()},
    }
    publish_batch(world.run(), [{"eventName": "MODIFY", "dynamodb": {"SequenceNumber": "2", **images}}])
    before, puts = world.written(), len(site.puts)

    assert publish_batch(world.run(), records) == DELIVERED

    assert (world.written(), len(site.puts)) == (before, puts)
    assert site.objects[f"a/{item.slug}-{item.id}.html"].metadata["gone"] == "1"


def test_of_two_runs_that_take_an_article_for_new_the_later_version_stays() -> None:
    world, site = _world()
    item = world.add(1)
    edited = replace(item, version=2, title="Judul yang dikoreksi", revision=2)

    def overtake(key: str) -> None:
        if key.startswith("a/"):
            site.before_put = lambda _key: None
            world.articles.save(edited)
            assert publish_batch(world.beside().run(), [stream_record("2", edited)]) == DELIVERED

    site.before_put = overtake

    assert publish_batch(world.run(), [stream_record("1", item)]) == DELIVERED

    assert "Judul yang dikoreksi" in world.page(item)
    assert "Judul yang dikoreksi" in site.text(f"json/{item.id}.json")
    assert "Judul yang dikoreksi" in site.text("feed.json")
