"""Records of the stream twice, late, and in the wrong order; refreshes at once, beside records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from functions.publish.publishing import publish_batch
from newswire.article_item import ArticleItem
from tests.support.interleaving import Baton, SharedArticles, SharedObjects
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World, publish_until_done
from tests.support.site_readers import shown_outputs
from tests.support.stream_records import stream_record


def records_of(item: ArticleItem, edited: ArticleItem) -> list[dict[str, Any]]:
    """Return the records of a first sight and of an edit, in this order."""
    first, second = stream_record("1", item), stream_record("2", edited)
    second["dynamodb"]["OldImage"] = first["dynamodb"]["NewImage"]
    return [first, second]


@pytest.mark.parametrize("order", [(1, 0), (1, 1), (0, 1, 0, 1), (1, 0, 0, 1)])
def test_a_record_that_comes_late_or_twice_brings_no_older_words_back(order: tuple[int, ...]) -> None:
    world = World(catalogue(source("harian")))
    item = world.add(1)
    edited = world.revise(item, title="Judul yang dikoreksi", revision=2)
    records = records_of(item, edited)
    assert publish_batch(world.run(), [records[1]]) == {"batchItemFailures": []}
    before, puts = world.written(), len(world.site.puts)
    for number in order:
        assert publish_batch(world.run(), [records[number]]) == {"batchItemFailures": []}
    assert (world.written(), len(world.site.puts)) == (before, puts)
    assert "Judul yang dikoreksi" in world.page(item)


def test_the_record_of_an_edit_that_comes_after_that_of_the_retraction_brings_nothing_back() -> None:
    world = World(catalogue(source("harian")))
    item = world.add(1)
    edited = world.revise(item, title="Judul yang dikoreksi", revision=2)
    assert publish_batch(world.run(), records_of(item, edited)) == {"batchItemFailures": []}
    stone = world.retract(edited)
    gone = {"type": "article", "id": stone.id, "slug": stone.slug}
    image = {name: {"S": value} for name, value in gone.items()}
    before_it = stream_record("2", edited)["dynamodb"]["NewImage"]
    retraction = {"dynamodb": {"SequenceNumber": "3", "OldImage": before_it, "NewImage": image}}
    assert publish_batch(world.run(), [retraction]) == {"batchItemFailures": []}
    before, puts = world.written(), len(world.site.puts)
    assert publish_batch(world.run(), records_of(item, edited)[::-1]) == {"batchItemFailures": []}
    assert (world.written(), len(world.site.puts)) == (before, puts)
    assert world.site.objects[f"a/{item.slug}-{item.id}.html"].metadata["gone"] == "1"


@pytest.mark.parametrize("seed", range(3))
def test_two_refreshes_and_a_batch_at_once_end_as_one_clean_rebuild(seed: int) -> None:
    baton = Baton(seed)
    world = World(
        catalogue(source("harian"), source("tribune", display="link")),
        articles=SharedArticles(baton, lag=3),
        site=SharedObjects(baton),
    )
    items = [world.add(number, ("harian", "tribune")[number % 2]) for number in range(6)]
    assert world.publish(*items[:3]) == set()

    def refresh() -> None:
        assert world.beside().refresh()["articlesFailed"] == 0

    def batch() -> None:
        edited = world.revise(items[0], title="Judul yang dikoreksi", revision=2)
        publish_until_done(world.beside(), [*items[3:], edited])

    tasks: list[Callable[[], None]] = [refresh, refresh, batch]
    baton.run(tasks)
    world.articles.catch_up()
    assert shown_outputs(world) == shown_outputs(world.rebuilt())
    assert "Judul yang dikoreksi" in world.page(items[0])
