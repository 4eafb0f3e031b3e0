"""Portals of different size around the same articles: in memory, and in moto with its calls counted."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from moto import mock_aws

from newswire.article_item import ArticleItem
from newswire.article_table import ArticleTable, Index, Listed, Record
from newswire.bucket import Bucket, Packed, StoredObject
from newswire.clock import instant
from newswire.sources import Catalogue
from newswire.tables import Table
from tests.support.aws_stack import ARTICLE_BUCKET, ARTICLE_TABLE, SITE_BUCKET, Stack
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_stores import MemoryArticles, MemoryObjects
from tests.support.publish_world import World
from tests.support.sorted_articles import SortedArticles

OWNERS = ("harian", "warta", "antara")
A_DAY = 10_000  # articles
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

    def put(self, key: str, body: bytes | Packed, **how: Any) -> str:
        """Write an object."""
        packed = body if isinstance(body, Packed) else Packed.of(body)
        self.bytes["written"] += len(packed.body)
        kept = zlib.compress(packed.body, 1) if _MANY.search(key) else packed.body
        return super().put(key, replace(packed, body=kept), **how)


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
        items = [store(world, number, ages[number]) for number in numbers]
        newest = newest or items[:changed]
        if world.publish(*items):
            raise RuntimeError("some articles could not be published")
    return Portal(world, newest)


def store(world: World, number: int, age: timedelta, paragraphs: int = 25) -> ArticleItem:
    """Store an article of that age, with its file."""
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

    def put(self, key: str, body: bytes | Packed, **how: Any) -> str:
        return self._bucket.put(key, body, **how)
