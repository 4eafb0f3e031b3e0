"""Search's files of a world without the rest of its site, ten rows a file, and what readers find there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.publish.article_pages import Pages
from functions.publish.changes import change_of
from functions.publish.search_index import INDEX_KEY
from functions.publish.search_rows import SearchSeries
from functions.publish.search_writing import search_steps
from newswire.article_item import ArticleItem, Tombstone
from newswire.clock import instant
from tests.support.publish_articles import item_of, make_article
from tests.support.publish_world import World

MOST = 10
FEBRUARY = datetime(2026, 2, 1, 0, 30, tzinfo=UTC)
Records = Iterable[ArticleItem | Tombstone]


def listed_files(world: World) -> dict[str, int]:
    """Return what the list names, with the number of articles, in its order."""
    partitions = json.loads(world.site.text(INDEX_KEY))["partitions"]
    return {one["name"]: one["articles"] for one in partitions}


def rows_of(world: World, name: str) -> list[dict[str, Any]]:
    """Return the rows of a file that the list names."""
    rows: list[dict[str, Any]] = json.loads(world.site.text(f"search/{name}.json"))["articles"]
    return rows


def found_ids(world: World) -> list[str]:
    """Return the ids of all articles that a reader who loads everything finds."""
    return sorted(row["id"] for name in listed_files(world) for row in rows_of(world, name))


def publish_search(
    world: World, records: Records, places: Iterable[ArticleItem] = (), *, everywhere: bool = False
) -> set[str]:
    """Bring these articles' files up to date, ten rows a file; ``places``: where the gone ones were."""
    run, pages = world.run(), Pages()
    items = {one.id: one for one in (*places, *records) if isinstance(one, ArticleItem)}
    pages.present.update(one.id for one in records if isinstance(one, ArticleItem))
    changes = {one: change_of(item) for one, item in items.items()}
    steps = search_steps(run, changes, pages, everywhere=everywhere, series=SearchSeries(MOST))
    truth = run.articles.get_many(sorted(set().union(*[step.read() for step in steps])))
    return set().union(*[step.write(truth) for step in steps])


def refresh_search(world: World) -> None:
    """Look at every file, as the refresh does."""
    assert publish_search(world, [], everywhere=True) == set()


def store_items(
    world: World, number: int, listed: Callable[[int], datetime], first: int = 0
) -> list[ArticleItem]:
    """Store articles without files: search reads none."""
    articles = [
        make_article(world.catalogue, one, "harian", listed=instant(listed(one)))
        for one in range(first, first + number)
    ]
    items = [item_of(article, world.catalogue) for article in articles]
    world.articles.records |= {item.id: item for item in items}
    return items


def days_apart(number: int) -> datetime:
    """One article a day from the first of January on."""
    return datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=number)


def search_files(world: World) -> dict[str, bytes]:
    """Return the bytes of search's files by key."""
    return {key: body for key, body in world.written().items() if key.startswith("search/")}
