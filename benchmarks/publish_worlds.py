"""Portals of different size around the same articles, behind the product's own storage modules.

The stores answer where botocore would send (:mod:`benchmarks.scale.memory_aws`); a call costs the same
however much they hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from benchmarks.billing.amounts import Amounts
from benchmarks.scale.memory_aws import MemoryAws
from newswire.article_item import ArticleItem
from newswire.article_table import ArticleTable, Due, Index, Listed, Record
from newswire.attribute_values import marshalled
from newswire.bucket import Bucket, Packed, StoredObject
from newswire.clock import instant
from newswire.sources import Catalogue
from newswire.tables import Table
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_stores import MemoryArticles, MemoryObjects
from tests.support.publish_world import World

OWNERS = ("harian", "warta", "antara")
START = timedelta(minutes=21)  # after the newest: fifty articles in a row are then of the same ten minutes
CHUNK = 1000
ARTICLE_TABLE, ARTICLE_BUCKET, SITE_BUCKET = "article-table", "articles", "site"
_PARAGRAPH = "<p>Warga pesisir menyambut kapal perintis yang singgah setiap dua pekan di dermaga lama.</p>"


class _StoredArticles(MemoryArticles):
    """The product's own ArticleTable; what extract saves goes past it into the table's memory."""

    def __init__(self, aws: MemoryAws, client: Any, records: Mapping[str, Record]) -> None:
        super().__init__()
        self.records = dict(records)
        self._items = aws.table(ARTICLE_TABLE)
        self._articles = ArticleTable(Table(client, ARTICLE_TABLE))

    def save(self, record: Record) -> None:
        self.records[record.id] = record
        self._items.put({name: marshalled(value) for name, value in record.to_item().items()}, Amounts())

    def get_many(self, ids: Iterable[str]) -> Mapping[str, Record]:
        return self._articles.get_many(ids)

    def newest(self, index: Index, key: str, limit: int) -> list[str]:
        return self._articles.newest(index, key, limit)

    def listed_before(self, index: Index, key: str, position: str | None, limit: int) -> list[Listed]:
        return self._articles.listed_before(index, key, position, limit)

    def due_changes(self, now: str, limit: int) -> list[Due]:
        return self._articles.due_changes(now, limit)


class StoredObjects(MemoryObjects):
    """The product's own bucket; `bytes` counts what goes in and out of it before compression."""

    def __init__(self, aws: MemoryAws, client: Any, name: str) -> None:
        super().__init__()
        self.bytes: Counter[str] = Counter()
        self._aws = aws
        self._bucket = Bucket(client, name)

    def get(self, key: str) -> StoredObject | None:
        """Read an object."""
        found = self._bucket.get(key)
        self.bytes["read"] += 0 if found is None else len(found.body)
        return found

    def put(self, key: str, body: bytes | Packed, **how: Any) -> str:
        """Write an object."""
        self.bytes["written"] += len(body.body if isinstance(body, Packed) else body)
        return self._bucket.put(key, body, **how)

    def stored_keys(self) -> list[str]:
        """Return the keys of all objects."""
        begin = f"{self._bucket.name}/"
        return [key.removeprefix(begin) for key in self._aws.objects if key.startswith(begin)]


@dataclass(slots=True)
class Portal:
    """A portal that holds everything it is to hold; ``changed`` are the articles that change."""

    world: World
    changed: list[ArticleItem]
    aws: MemoryAws
    site: StoredObjects
    archive: StoredObjects
    counted: Counter[str]  # by botocore: operations, with the bucket's name

    def change(self) -> None:
        """Give each of the articles a further version."""
        number = self.changed[0].version
        self.changed = [
            self.world.revise(item, title=f"{item.slug} {number}", revision=item.revision + 1)
            for item in self.changed
        ]

    def stored(self, key: str) -> bytes:
        """Return an article's file."""
        found = self.archive.get(key)
        if found is None:
            raise LookupError(key)
        return found.body

    def copied(self) -> Portal:
        """Return another portal that holds the same."""
        return _portal(self.aws.copied(), self.world.catalogue, self.world.articles.records, self.changed)

    def calls(self) -> Counter[str]:
        """Return the storage calls since the last :meth:`forget`, by operation and bucket."""
        return Counter(self.counted)

    def bytes(self, way: str) -> int:
        """Return the bytes of objects, before compression, that were ``read`` or ``written`` since then."""
        return self.site.bytes[way] + self.archive.bytes[way]

    def forget(self) -> None:
        """Count anew."""
        self.aws.forget()
        for counter in (self.counted, self.site.bytes, self.archive.bytes):
            counter.clear()


def filled(stored: int, changed: int, a_day: int) -> Portal:
    """Store and publish: the newest articles are the same in every portal, whatever lies behind them.

    Nearly all of a small portal's articles, or the first day of a large one, come that many a day, so that
    every list is full in both; the others, before that day, a tenth as many.
    """
    full, *excerpts = OWNERS
    sources = catalogue(source(full), *(source(one, display="excerpt") for one in excerpts))
    portal = _portal(MemoryAws(), sources, {}, [])
    busy = min(stored * 95 // 100, a_day)
    ages = [START + timedelta(days=number / a_day) for number in range(busy)]
    ages += [timedelta(days=1 + number / a_day * 10) for number in range(stored - busy)]
    portal.world.refresh()
    for start in range(0, stored, CHUNK):
        numbers = range(start, min(start + CHUNK, stored))
        items = [store(portal.world, number, ages[number]) for number in numbers]
        portal.changed = portal.changed or items[:changed]
        if portal.world.publish(*items):
            raise RuntimeError("some articles could not be published")
    return portal


def _portal(
    aws: MemoryAws, sources: Catalogue, records: Mapping[str, Record], changed: Sequence[ArticleItem]
) -> Portal:
    counted: Counter[str] = Counter()

    def count(params: Mapping[str, Any], model: Any, **_: object) -> None:
        bucket = params.get("Bucket")
        counted[f"{model.name} ({bucket})" if bucket else model.name] += 1

    s3, dynamodb = aws.client("s3"), aws.client("dynamodb")
    for client in (s3, dynamodb):
        client.meta.events.register("provide-client-params.*.*", count)
    site, archive = (StoredObjects(aws, s3, name) for name in (SITE_BUCKET, ARTICLE_BUCKET))
    articles = _StoredArticles(aws, dynamodb, records)
    world = World(sources, articles=articles, archive=archive, site=site)
    return Portal(world, list(changed), aws, site, archive, counted)


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
