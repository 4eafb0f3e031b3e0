"""Runs at once while articles' retention ends: clocks that differ, a lagging index, a revision in flight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.extract.erasing import stub
from newswire.article_item import ArticleItem, Tombstone
from newswire.due_changes import is_past_retention, next_change
from tests.support.interleaving import Baton, SharedArticles, SharedObjects
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World, publish_until_done
from tests.support.site_readers import Readers, shown_outputs

RUNS = 10
TEN_DAYS = timedelta(days=10)


def _world(baton: Baton) -> tuple[World, list[ArticleItem]]:
    """Return a site of 16 articles, a minute apart, of which every second is kept for ten days."""
    sources = catalogue(source("harian", retention=TEN_DAYS), source("warta", display="excerpt"))
    world = World(sources, articles=SharedArticles(baton, 3), site=SharedObjects(baton))
    world.refresh()
    items = [world.add(number, ("harian", "warta")[number % 2]) for number in range(16)]
    items = [replace(one, next_change=next_change(one, world.catalogue, world.now)) for one in items]
    for item in items:
        world.articles.save(item)
    assert world.publish(*items) == set()
    return world, items


@pytest.mark.parametrize("seed", range(3))
def test_whatever_order_runs_come_in_what_is_over_is_gone_and_stays_gone(seed: int) -> None:
    baton = Baton(seed)
    world, items = _world(baton)
    readers = Readers(world.site)
    end = NOW + TEN_DAYS - timedelta(minutes=1)
    over = [one for one in items if is_past_retention(one, world.catalogue, end)]
    assert len(over) == 7  # and one of theirs is not

    def run(number: int) -> Callable[[], None]:
        def act() -> None:
            mine = world.beside()
            # Some runs began before the end, and write until after it.
            mine.now = end if number % 3 == 0 else NOW + timedelta(days=9)
            if number == 4:
                known = world.articles.records[over[2].id]
                assert isinstance(known, ArticleItem)
                revised = replace(known, title="Judul yang dikoreksi", revision=2)
                if world.articles.replaced(known, revised):
                    publish_until_done(mine, [over[2]])
            elif number % 3 == 0:
                mine.refresh()
            else:
                publish_until_done(mine, items[number::4])

        return act

    baton.run([run(number) for number in range(RUNS)])

    # What the stream tells of the notes, and a later refresh.
    world.now = end + timedelta(seconds=30)
    publish_until_done(world, over)
    world.refresh()
    records = [world.articles.records[one.id] for one in over]
    assert all(isinstance(one, ArticleItem) and one.retired for one in records)
    for item in records:
        assert isinstance(item, ArticleItem)
        world.articles.save(stub(item))
    publish_until_done(world, over)

    assert readers.problems == []
    assert all(isinstance(world.articles.records[one.id], Tombstone) for one in over)
    assert all("tidak lagi disimpan di sini" in world.page(one) for one in over)
    assert not [key for key, body in shown_outputs(world).items() for one in over if one.id in body.decode()]
    assert shown_outputs(world) == shown_outputs(world.rebuilt())
    assert {one.id for one in items} - {one.id for one in over} == {
        key for key, one in world.articles.records.items() if isinstance(one, ArticleItem)
    }
