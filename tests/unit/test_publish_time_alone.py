"""What changes when the clock passes, with no new article and no changed setting."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.publish import due_articles, refreshing
from newswire.article_item import ArticleItem
from newswire.clock import instant
from newswire.directives import Directives
from newswire.due_changes import next_change
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.site_readers import Readers, shown_outputs


@pytest.fixture(autouse=True)
def _short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a refresh look again at two articles only: what is due has to be found by when it is due."""
    monkeypatch.setattr(refreshing, "NEWEST", 2)


def _world() -> tuple[World, list[ArticleItem]]:
    """Return a site of 40 articles of three days, some of which are to change by themselves."""
    world = World(
        catalogue(source("harian", full_text_for=timedelta(hours=30)), source("warta", index="index"))
    )
    world.refresh()
    items = [
        world.add(number, ("harian", "warta")[number % 2], listed=instant(NOW - timedelta(hours=2 * number)))
        for number in range(40)
    ]
    for place in (4, 5, 31):
        until = instant(NOW + timedelta(hours=place))
        items[place] = world.revise(items[place], directives=Directives(unavailable_after=until))
    for place, item in enumerate(items):
        due = next_change(item, world.catalogue, world.now)
        items[place] = replace(item, next_change=due)
        world.articles.save(items[place])
    assert world.publish(*items) == set()
    return world, items


def test_after_every_few_hours_a_refresh_leaves_what_a_clean_rebuild_would() -> None:
    world, items = _world()
    readers = Readers(world.site)
    before = shown_outputs(world)
    for _ in range(5):
        world.now += timedelta(hours=8)
        world.refresh()
        assert shown_outputs(world) == shown_outputs(world.rebuilt())

    after = shown_outputs(world)
    assert readers.problems == []
    whole = [key for key, body in before.items() if b'class="article-text"' in body]
    assert len([key for key in whole if b'class="article-text"' in after.get(key, b"")]) < len(whole)
    for place in (4, 5, 31):
        assert not [key for key, body in after.items() if items[place].id in body.decode()]
    assert before["news.xml"].count(b"<url>") > after["news.xml"].count(b"<url>") > 0


def test_a_refresh_in_between_writes_nothing() -> None:
    world, _ = _world()
    world.now += timedelta(hours=8)
    world.refresh()
    written = len(world.site.puts)

    world.now += timedelta(minutes=59)
    world.refresh()

    assert len(world.site.puts) == written


def test_a_run_that_began_before_an_article_was_due_does_not_have_the_last_word() -> None:
    world = World(catalogue(source("harian", full_text_for=timedelta(hours=2))))
    item = world.add(1, html="<p>Awal.</p><p>Akhir yang hilang.</p>", excerpt="Awal.")
    item = world.revise(item, next_change=instant(NOW + timedelta(minutes=119)))
    world.publish(item)
    slow = world.beside()  # its clock is that of its beginning
    slow.now = NOW + timedelta(minutes=118)
    world.now += timedelta(minutes=120)
    world.refresh()
    slow.publish(world.revise(_stored(world, item), title="Dikoreksi", revision=2))
    assert "Akhir yang hilang." in world.page(item)

    world.now += timedelta(hours=1)
    world.refresh()

    assert "Akhir yang hilang." not in world.page(item)
    assert _stored(world, item).next_change is None


def _stored(world: World, item: ArticleItem) -> ArticleItem:
    record = world.articles.records[item.id]
    assert isinstance(record, ArticleItem)
    return record


def test_all_that_is_due_is_done_at_once_however_late_the_index_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(due_articles, "AT_ONCE", 4)
    world, items = _world()
    world.now += timedelta(hours=30)
    world.articles.index_lags = True

    answer = world.refresh()

    assert answer["articlesDue"] > 8
    assert len({item.id for item in items if item.next_change}) >= answer["articlesDue"]
