"""Portals of up to a hundred thousand articles that are made in a minute, as they share what changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from benchmarks.publish_worlds import CHUNK, OWNERS, Portal, StoredObjects, filled, store
from functions.publish import archive_index, search_index
from functions.publish.archive_index import Listing
from newswire.article_item import ArticleItem
from newswire.bucket import Packed
from newswire.clock import instant
from newswire.urls import article_id
from tests.support.publish_articles import NOW
from tests.support.publish_world import World

BUSY_DAY = 5_200  # articles: its sitemap, and whatever else is by day, is divided by hours
QUIET_DAY = 1_040  # above the limits of archives and of search: their days are divided, too
SHOWN_OF_A_DAY = 12


def grown(sizes: Sequence[int], changed: int) -> dict[int, Portal]:
    """Return portals of so many articles each, the first one small, that differ in what lies behind a day.

    The larger ones share their first day, a full one. Of each day behind it, every article is stored, and so
    many are published that the files which a run reads or writes have the rows that they would have: every
    day and owner is in them, and no month is so small that its days are joined. To publish all of them takes
    minutes. Raise ``ValueError`` where a larger one would have less than its first day.
    """
    smallest, *larger = sizes
    if any(size < BUSY_DAY for size in larger):
        raise ValueError(f"a larger portal has at least the {BUSY_DAY:,} articles of its first day")
    portals = {smallest: filled(smallest, changed, BUSY_DAY)}
    front = filled(BUSY_DAY, changed, BUSY_DAY * 2)
    for size in larger:
        portals[size] = front.copied()
        _lay_behind(portals[size].world, range(BUSY_DAY, size))
        _list_whole_days(portals[size].site)
    return portals


def _lay_behind(world: World, numbers: range) -> None:
    """Store these articles as those of the days before the first, the oldest first, and publish a share."""
    shown: list[ArticleItem] = []
    like: dict[str, ArticleItem] = {}
    for number in reversed(numbers):
        days, place = divmod(number - numbers.start, QUIET_DAY)
        age, owner = timedelta(days=1 + days + place / QUIET_DAY), OWNERS[number % len(OWNERS)]
        if place < SHOWN_OF_A_DAY or owner not in like:
            like[owner] = store(world, number, age, paragraphs=1)
            shown.append(like[owner])
        else:
            world.articles.save(_another(like[owner], number, instant(NOW - age)))
    for start in range(0, len(shown), CHUNK):
        if world.publish(*shown[start : start + CHUNK]):
            raise RuntimeError("some articles could not be published")


def _list_whole_days(site: StoredObjects) -> None:
    """Let the lists of partitions name what there would be if all articles of these days were published.

    Every such day is above the limits of archives and of search, hence divided, and every hour has some.
    """
    for key in site.stored_keys():
        if not (key.endswith("archive.json") or key == search_index.INDEX_KEY):
            continue
        stored = site.get(key)
        if stored is None:
            raise LookupError(key)
        if key == search_index.INDEX_KEY:
            counts = {
                hour: count if hour == day else QUIET_DAY // 24
                for day, count in search_index.read(stored.body).items()
                for hour in _hours(day)
            }
            body = search_index.document(counts)
        else:
            days = archive_index.read(stored.body).partitions
            body = archive_index.document(Listing(frozenset(hour for day in days for hour in _hours(day))))
        packed = Packed.of(body, gzipped=True)
        site.put(key, packed, content_type=stored.content_type, metadata=stored.metadata)


def _hours(name: str) -> list[str]:
    """Return the hours of a day, or the part of one as it is."""
    return [f"{name}-{hour:02}" for hour in range(24)] if len(name) == len("2026-01-02") else [name]


def _another(like: ArticleItem, number: int, listed: str) -> ArticleItem:
    """Return the item of an article that shares another one's file, as nobody reads it."""
    url = f"{like.owner.homepage}/{number}/artikel-{number}"
    return replace(
        like,
        id=article_id(url),
        url=url,
        slug=f"artikel-{number}",
        title=f"Artikel {number}",
        published=listed,
        first_seen=listed,
        listed=listed,
    )
