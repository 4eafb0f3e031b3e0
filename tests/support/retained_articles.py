"""Sites whose articles are kept for a time only, and what has become of these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from functions.extract.erasing import stub
from functions.publish import catalogue_walk, due_articles, refreshing
from functions.publish.changes import change_of
from functions.publish.publishing import publish
from newswire.article_item import ArticleItem, Tombstone
from newswire.clock import instant
from newswire.due_changes import next_change
from newswire.sources import Catalogue
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

TEN_DAYS = timedelta(days=10)


def shorten_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a refresh look again at two articles only: what is over has to be found by when it is due."""
    monkeypatch.setattr(refreshing, "NEWEST", 2)
    monkeypatch.setattr(due_articles, "AT_ONCE", 4)
    monkeypatch.setattr(catalogue_walk, "CHUNK", 5)


def retaining_sources(
    portal: timedelta | None = None, harian: timedelta | None = None, warta: timedelta | None = None
) -> Catalogue:
    """Return a catalogue of three publishers that are kept so long; None is for ever."""
    sources = catalogue(
        source("harian", retention=harian),
        source("warta", display="excerpt", category="ekonomi", retention=warta),
        source("tribune", display="link", category="dunia", retention=portal),
    )
    return replace(sources, retention=portal)


def retained_world(sources: Catalogue) -> tuple[World, list[ArticleItem]]:
    """Return a site of 16 articles of four owners; the oldest is six days old."""
    world = World(sources)
    world.refresh()
    owners = ("harian", "warta", "tribune", "@lain.example")
    items = [
        world.add(number, owners[number % 4], listed=instant(NOW - timedelta(hours=9 * number)))
        for number in range(16)
    ]
    items = [with_change_due(world, item) for item in items]
    assert world.publish(*items) == set()
    world.refresh()
    del world.site.puts[:]
    return world, [current(world, item) for item in items]


def with_change_due(world: World, item: ArticleItem) -> ArticleItem:
    """Store an article with when time alone is to change something about it."""
    planned = replace(item, next_change=next_change(item, world.catalogue, world.now))
    world.articles.save(planned)
    return planned


def current(world: World, item: ArticleItem) -> ArticleItem:
    """Return an article as it is stored now."""
    record = world.articles.records[item.id]
    assert isinstance(record, ArticleItem)
    return record


def page_key(item: ArticleItem) -> str:
    """Return the key of an article's page."""
    return f"a/{item.slug}-{item.id}.html"


def retired_ids(world: World) -> set[str]:
    """Return the articles that are noted to have left."""
    records = world.articles.records.values()
    return {one.id for one in records if isinstance(one, ArticleItem) and one.retired}


def erase(world: World) -> dict[str, Tombstone]:
    """Do as extract does with what is due to be erased, and publish what the stream says of it."""
    due = {one: item for one, item in live_articles(world).items() if item.retired}
    stones = {one: stub(item) for one, item in due.items()}
    for stone in stones.values():
        for key in [key for key in world.archive.objects if f"/{stone.id}/" in key]:
            del world.archive.objects[key]
        world.articles.save(stone)
    assert publish(world.run(), {one: change_of(item) for one, item in due.items()}) == set()
    return stones


def live_articles(world: World) -> dict[str, ArticleItem]:
    """Return the articles in whose place is no tombstone."""
    return {key: one for key, one in world.articles.records.items() if isinstance(one, ArticleItem)}


def over_by(items: Iterable[ArticleItem], now: datetime, kept_for: timedelta) -> list[ArticleItem]:
    """Return those whose time is over."""
    return [one for one in items if datetime.fromisoformat(one.listed) + kept_for <= now]
