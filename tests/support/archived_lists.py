"""A source's and a category's archive of one day, and batches that are told of articles in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from functions.publish.channels import Channel
from functions.publish.publishing import publish_batch
from newswire.article_item import ArticleItem
from newswire.attribute_values import marshalled
from newswire.bucket import StoredObject
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

DAY = "2026-01-02"
HARIAN = Channel("source", "harian")
NASIONAL = Channel("category", "nasional")
ARCHIVES = {
    HARIAN.archive(DAY)[0],
    NASIONAL.archive(DAY)[0],
}
WAITS = timedelta(hours=13)  # a moment comes every twelve hours, and a refresh every hour


def record_of(new: ArticleItem | None, old: ArticleItem | None = None, sequence: str = "1") -> dict[str, Any]:
    images = {
        name: marshalled(item.to_item())["M"]
        for name, item in (("NewImage", new), ("OldImage", old))
        if item is not None
    }
    return {"dynamodb": {"SequenceNumber": sequence, **images}}


def tell(world: World, *records: Mapping[str, Any]) -> None:
    assert publish_batch(world.run(), records) == {"batchItemFailures": []}


def archives_of(world: World, item: ArticleItem) -> set[str]:
    """Return those of the first day's archives that list an article."""
    return {key for key in ARCHIVES if key in world.site.objects and item.id in world.site.text(key)}


def reads_of(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the keys that are read of the site from now on, as they come."""
    read: list[str] = []
    get = world.site.get

    def noted(key: str) -> StoredObject | None:
        read.append(key)
        return get(key)

    monkeypatch.setattr(world.site, "get", noted)
    return read


def harian_world() -> World:
    world = World(catalogue(source("harian")))
    world.refresh()
    return world
