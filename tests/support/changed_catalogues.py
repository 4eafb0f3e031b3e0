"""A site of four publishers, and changes of the catalogue that it follows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from newswire.article_item import ArticleItem
from newswire.clock import instant
from newswire.sources import Catalogue
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue
from tests.support.publish_world import World
from tests.support.site_readers import shown_outputs

OWNERS = ("harian", "warta", "tribune", "@lain.example")


def published_site(sources: Catalogue | None = None) -> tuple[World, list[ArticleItem]]:
    """Return a site of 32 articles of four publishers over four days."""
    world = World(sources or catalogue())
    world.refresh()
    items = [
        world.add(number, OWNERS[number % 4], listed=instant(NOW - timedelta(hours=3 * number)))
        for number in range(32)
    ]
    assert world.publish(*items) == set()
    world.refresh()
    del world.site.puts[:]
    return world, items


def change_source(world: World, source_id: str, **changes: Any) -> None:
    sources = [replace(one, **changes) if one.id == source_id else one for one in world.catalogue.sources]
    world.catalogue = replace(world.catalogue, sources=tuple(sources))


def pages_of(items: Iterable[ArticleItem], owner: str) -> set[str]:
    return {f"a/{item.slug}-{item.id}.html" for item in items if item.owner.id == owner}


def rebuilt_outputs(world: World) -> dict[str, bytes]:
    return dict(shown_outputs(world.rebuilt()))
