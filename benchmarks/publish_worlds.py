"""Portals of different size around the same articles: in memory, and in moto with its calls counted."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

from moto import mock_aws

from functions.publish import archive_index, search_index
from functions.publish.archive_index import Listing
from newswire.article_item import ArticleItem
from newswire.article_table import ArticleTable, Index, Listed, Record
from newswire.bucket import Bucket, StoredObject
from newswire.clock import instant
from newswire.sources import Catalogue
from newswire.tables import Table
from newswire.urls import article_id
from tests.support.aws_stack import ARTICLE_BUCKET, ARTICLE_TABLE, SITE_BUCKET, Stack
from tests.support.publish_world import NOW, MemoryArticles, MemoryObjects, World, catalogue, source
from tests.support.sorted_articles import SortedArticles

OWNERS = ("harian", "warta", "antara")
A_DAY = 10_000  # articles
BUSY_DAY = 5_200  # articles: its sitemap, and whatever else is by day, is divided by hours
QUIET_DAY = 1_040  # above the limits of archives and of search: their days are divided, too
SHOWN_OF_A_DAY = 12
START = timedelta(minutes=21)  # after the newest: fifty articles in a row are then of the same ten minutes
CHUNK = 1000
_MANY = re.compile(r"^(a|json|articles)/|\d{4}-\d\d-\d\d")
_PARAGRAPH = "<p>Warga pesisir menyambut kapal perintis yang singgah setiap dua pekan di dermaga lama.</p>"


class SizedObjects(MemoryObjects):
    """A bucket that also counts the bytes that go in and out.

    Of what there is much, it keeps bodies compressed: a hundred thousand pages and their archives are several
    gigabytes otherwise.
    """

    def __init__(self) -> None:
        super().__init__()
        self.bytes: Counter[str] = Counter()

    def copied(self) -> SizedObjects:
        """Return another bucket with the same objects."""
        other = SizedObjects()
        other.objects, other.headers = dict(self.objects), dict(self.headers)
        return other

    def get(self, key: str) -> StoredObject | None:
        """Return an object."""
        found = super().get(key)
        if found is None:
            return None
        body = zlib.decompress(found.body) if _MANY.search(key) else found.body
        self.bytes["read"] += len(body)
        return replace(found, body=body)

    def put(self, key: str, body: bytes, **how: Any) -> str:
        """Write an object."""
        self.bytes["written"] += len(body)
        return super().put(key, zlib.compress(body, 1) if _MANY.search(key) else body, **how)


@dataclass(slots=True)
class Portal:
    """A portal that holds everything it is to hold; ``changed`` are the articles that change."""

    world: World
    changed: list[ArticleItem]
    other_calls: Counter[str] = field(default_factory=Counter)  # counted by botocore

    def change(self) -> None:
        """Give each of the articles a further version."""
        number = self.changed[0].version
        self.changed = [
            self.world.revise(item, title=f"{item.slug} {number}", revision=item.revision + 1)
            for item in self.changed
        ]

    def stored(self, key: str) -> bytes:
        """Return an article's file."""
        found = self.world.archive.get(key)
        if found is None:
            raise LookupError(key)
        return found.body

    def calls(self) -> Counter[str]:
        """Return the storage calls since the last :meth:`forget`, by operation and store."""
        world = self.world
        counted = {
            **{f"{name} (site)": count for name, count in world.site.calls.items()},
            **{f"{name} (articles)": count for name, count in world.archive.calls.items()},
            **world.articles.calls,
        }
        return self.other_calls or Counter({name: count for name, count in counted.items() if count})

    def forget(self) -> None:
        """Count anew."""
        world = self.world
        for counter in (world.site.calls, world.archive.calls, world.articles.calls, self.other_calls):
            counter.clear()
        for objects in (world.site, world.archive):
            if isinstance(objects, SizedObjects):
                objects.bytes.clear()


def in_memory(stored: int, changed: int, a_day: int = A_DAY) -> Portal:
    """Return a portal of so many articles in stores whose calls cost the same however much they hold."""
    world = World(_sources(), articles=SortedArticles(), archive=SizedObjects(), site=SizedObjects())
    return _filled(world, stored, changed, a_day)


def grown(sizes: Sequence[int], changed: int) -> dict[int, Portal]:
    """Return portals of so many articles each, the first one small, that differ in what lies behind a day.

    The larger ones share their first day, a full one. Of each day behind it, every article is stored, and so
    many are published that the files which a run reads or writes have the rows that they would have: every
    day and owner is in them, and no month is so small that its days are joined. To publish all of them takes
    minutes.
    """
    smallest, *larger = sizes
    portals = {smallest: in_memory(smallest, changed, BUSY_DAY)}
    front = in_memory(BUSY_DAY, changed, BUSY_DAY * 2)
    for size in larger:
        world = World(
            front.world.catalogue,
            articles=cast("SortedArticles", front.world.articles).copied(),
            archive=cast("SizedObjects", front.world.archive).copied(),
            site=cast("SizedObjects", front.world.site).copied(),
        )
        _lay_behind(world, range(BUSY_DAY, size))
        portals[size] = Portal(world, list(front.changed))
    return portals


def _lay_behind(world: World, numbers: range) -> None:
    """Store these articles as those of the days before the first, the oldest first, and publish a share."""
    shown: list[ArticleItem] = []
    like: dict[str, ArticleItem] = {}
    for number in reversed(numbers):
        days, place = divmod(number - numbers.start, QUIET_DAY)
        age, owner = timedelta(days=1 + days + place / QUIET_DAY), OWNERS[number % len(OWNERS)]
        if place < SHOWN_OF_A_DAY or owner not in like:
            like[owner] = _store(world, number, age, paragraphs=1)
            shown.append(like[owner])
        else:
            world.articles.save(_another(like[owner], number, instant(NOW - age)))
    for start in range(0, len(shown), CHUNK):
        if world.publish(*shown[start : start + CHUNK]):
            raise RuntimeError("some articles could not be published")
    _list_whole_days(world)


def _list_whole_days(world: World) -> None:
    """Let the lists of partitions name what there would be if all articles of these days were published.

    Every such day is above the limits of archives and of search, hence divided, and every hour has some.
    """
    for key, stored in list(world.site.objects.items()):
        if key.endswith("archive.json"):
            days = archive_index.read(stored.body).partitions
            body = archive_index.document(Listing(frozenset(hour for day in days for hour in _hours(day))))
        elif key == search_index.INDEX_KEY:
            counts = {
                hour: count if hour == day else QUIET_DAY // 24
                for day, count in search_index.read(stored.body).items()
                for hour in _hours(day)
            }
            body = search_index.document(counts)
        else:
            continue
        world.site.put(
            key, body, content_type=stored.content_type, cache_control="-", metadata=stored.metadata
        )


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


@contextmanager
def in_moto(stored: int, changed: int) -> Iterator[Portal]:
    """Give a portal of so many articles in moto, by the product's own storage modules."""
    with mock_aws():
        stack, calls = Stack(), Counter[str]()
        world = World(
            _sources(),
            articles=_TableArticles(stack),
            archive=_BucketObjects(stack, ARTICLE_BUCKET),
            site=_BucketObjects(stack, SITE_BUCKET),
        )
        portal = replace(_filled(world, stored, changed, A_DAY), other_calls=calls)

        def count(params: Mapping[str, Any], model: Any, **_: object) -> None:
            store = {SITE_BUCKET: " (site)", ARTICLE_BUCKET: " (articles)"}.get(params.get("Bucket", ""), "")
            calls[f"{model.name}{store}"] += 1

        for client in (stack.s3, stack.dynamodb):
            client.meta.events.register("provide-client-params.*.*", count)
        yield portal


def _sources() -> Catalogue:
    full, *excerpts = OWNERS
    return catalogue(source(full), *(source(one, display="excerpt") for one in excerpts))


def _filled(world: World, stored: int, changed: int, a_day: int) -> Portal:
    """Store and publish: the newest articles are the same in every portal, whatever lies behind them.

    Nearly all of a small portal's articles, or the first day of a large one, come that many a day, so that
    every list is full in both; the others, before that day, a tenth as many.
    """
    busy = min(stored * 95 // 100, a_day)
    ages = [START + timedelta(days=number / a_day) for number in range(busy)]
    ages += [timedelta(days=1 + number / a_day * 10) for number in range(stored - busy)]
    world.refresh()
    newest: list[ArticleItem] = []
    for start in range(0, stored, CHUNK):
        numbers = range(start, min(start + CHUNK, stored))
        items = [_store(world, number, ages[number]) for number in numbers]
        newest = newest or items[:changed]
        if world.publish(*items):
            raise RuntimeError("some articles could not be published")
    return Portal(world, newest)


def _store(world: World, number: int, age: timedelta, paragraphs: int = 25) -> ArticleItem:
    return world.add(
        number,
        OWNERS[number % len(OWNERS)],
        title=f"Artikel {number}",
        html=_PARAGRAPH * paragraphs,
        listed=instant(NOW - age),
        excerpt="Warga pesisir menyambut kapal perintis yang singgah setiap dua pekan.",
    )


class _TableArticles(MemoryArticles):
    """The product's own ArticleTable, with the world's way of saving."""

    def __init__(self, stack: Stack) -> None:
        super().__init__()
        self._table = Table(stack.dynamodb, ARTICLE_TABLE)
        self._articles = ArticleTable(self._table)

    def save(self, record: Record) -> None:
        self._table.put_unconditionally(record.to_item())

    def get_many(self, ids: Iterable[str]) -> Mapping[str, Record]:
        return self._articles.get_many(ids)

    def newest(self, index: Index, key: str, limit: int) -> list[str]:
        return self._articles.newest(index, key, limit)

    def listed_before(self, index: Index, key: str, position: str | None, limit: int) -> list[Listed]:
        return self._articles.listed_before(index, key, position, limit)


class _BucketObjects(MemoryObjects):
    """The product's own bucket."""

    def __init__(self, stack: Stack, name: str) -> None:
        super().__init__()
        self._bucket = Bucket(stack.s3, name)

    def get(self, key: str) -> StoredObject | None:
        return self._bucket.get(key)

    def put(self, key: str, body: bytes, **how: Any) -> str:
        return self._bucket.put(key, body, **how)
