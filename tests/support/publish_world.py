"""A small world for the publish stage's tests: stores in memory that keep S3's and DynamoDB's promises."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any

from functions.publish import unfinished_changes
from functions.publish.archive import Archive
from functions.publish.changes import Change, appearance_of, change_of
from functions.publish.feed_reports import FeedReports
from functions.publish.look import Look
from functions.publish.own_files import NO_FILES, OwnFiles
from functions.publish.publishing import publish
from functions.publish.refreshing import refresh
from functions.publish.reporting import Report
from functions.publish.run import Run
from functions.publish.site import Site
from functions.publish.static_files import edition, static_files
from newswire.article import Article, LaterRelease, Owner, Provenance
from newswire.article_item import ArticleItem, Tombstone, Via
from newswire.article_table import Due, Index, Listed, Record
from newswire.article_text import text_of
from newswire.bucket import StoredObject, WriteConflict
from newswire.clock import instant
from newswire.due_changes import next_change
from newswire.languages import primary_language
from newswire.sources import Catalogue, Portal, Source
from newswire.text import slug
from newswire.urls import article_id, host_of
from tests.support.memory_table import MemoryTable

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


class MemoryObjects:
    """A bucket whose conditional writes behave as S3's; ``before_put`` lets a test interfere."""

    def __init__(self) -> None:
        self.objects: dict[str, StoredObject] = {}
        self.calls: Counter[str] = Counter()
        self.puts: list[str] = []
        self.headers: dict[str, tuple[str, bool]] = {}  # Cache-Control; whether it is stored with gzip
        self.before_put: Callable[[str], None] = lambda _key: None
        self.after_put: Callable[[str], None] = lambda _key: None
        self._lock = RLock()

    def get(self, key: str) -> StoredObject | None:
        self.calls["GetObject"] += 1
        return self.objects.get(key)

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        cache_control: str | None = None,
        metadata: Mapping[str, str] | None = None,
        if_match: str | None = None,
        if_none_match: bool = False,
        gzipped: bool = False,
    ) -> str:
        assert cache_control
        self.headers[key] = (cache_control, gzipped)
        self.before_put(key)
        with self._lock:
            self.calls["PutObject"] += 1
            there = self.objects.get(key)
            if (if_none_match and there) or (if_match and (there is None or there.etag != if_match)):
                raise WriteConflict(key)
            etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
            self.objects[key] = StoredObject(body, etag, content_type, dict(metadata or {}))
            self.puts.append(key)
        self.after_put(key)
        return etag

    def text(self, key: str) -> str:
        return self.objects[key].body.decode()


class MemoryArticles:
    """ArticleTable without DynamoDB; ``index_as_of`` simulates an index that lags behind."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.indexed: dict[str, ArticleItem] = {}
        self.calls: Counter[str] = Counter()
        self.of_later_release: set[str] = set()
        self.unreadable: Callable[[str, Exception], None] = lambda _id, _reason: None
        self.index_lags = False
        self.after_get: Callable[[], None] = lambda: None

    def save(self, record: Record) -> None:
        self.records[record.id] = record
        if not self.index_lags:
            self.catch_up()

    def catch_up(self) -> None:
        self.indexed = {key: one for key, one in self.records.items() if isinstance(one, ArticleItem)}

    def get_many(self, ids: Iterable[str]) -> Mapping[str, Record]:
        wanted = list(dict.fromkeys(ids))
        self.calls["BatchGetItem"] += -(-len(wanted) // 100)
        later = self.of_later_release.intersection(wanted)
        for one in sorted(later):
            self.unreadable(one, LaterRelease(f"article {one} is of a later release"))
        found = {one: self.records[one] for one in wanted if one in self.records and one not in later}
        self.after_get()
        return found

    def newest(self, index: Index, key: str, limit: int) -> list[str]:
        return [one.id for one in self.listed_before(index, key, None, limit)]

    def listed_before(self, index: Index, key: str, position: str | None, limit: int) -> list[Listed]:
        self.calls["Query"] += 1
        keys: dict[Index, Callable[[ArticleItem], str]] = {
            "by-portal": lambda _item: "all",
            "by-category": lambda item: item.category,
            "by-owner": lambda item: item.owner.id,
            "by-language": lambda item: primary_language(item.language) or "",
        }
        places = [
            Listed(item.id, f"{item.listed}#{item.id}")
            for item in self.indexed.values()
            if keys[index](item) == key
        ]
        places.sort(key=lambda one: one.position, reverse=True)
        return [one for one in places if position is None or one.position < position][:limit]

    def due_changes(self, now: str, limit: int) -> list[Due]:
        self.calls["Query"] += 1
        due = [Due(item.id, at) for item in self.indexed.values() if (at := item.next_change) and at <= now]
        return sorted(due, key=lambda one: one.at)[:limit]

    def settle_change(self, article: ArticleItem, following: str | None) -> bool:
        return self.replaced(article, replace(article, next_change=following))

    def retire(self, article: ArticleItem, now: str, erased_from: str) -> bool:
        noted = replace(article, next_change=None, retired=now, recheck_at=erased_from)
        return self.replaced(article, noted)

    def replaced(self, before: ArticleItem, after: ArticleItem) -> bool:
        """Write an article's next version, unless it has been written since ``before`` was read."""
        if self.records[before.id].version != before.version:
            return False
        self.save(replace(after, version=before.version + 1))
        return True


@dataclass(slots=True)
class QuietLog:
    """A logger that remembers what it was told."""

    lines: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def debug(self, msg: object, **kwargs: Any) -> None:
        pass

    def info(self, msg: object, **kwargs: Any) -> None:
        self.told.append((str(msg), kwargs))

    def warning(self, msg: object, **kwargs: Any) -> None:
        self.lines.append((str(msg), kwargs))

    error = warning


def portal(**changes: Any) -> Portal:
    """Return the portal of most tests."""
    return replace(
        Portal(
            name="Kabar Nusantara",
            url="https://kabar.example",
            tagline="Berita tepercaya dari seluruh Nusantara",
            language="id",
            timezone="Asia/Jakarta",
            contact="redaksi@kabar.example",
            dateline="kabar.example",
            google_news="https://news.google.com/publications/kabar-nusantara",
        ),
        **changes,
    )


def source(source_id: str, **changes: Any) -> Source:
    """Return a source that lets us do everything."""
    return replace(
        Source(
            id=source_id,
            name=source_id.title(),
            homepage=f"https://www.{source_id}.example",
            hosts=(),
            feeds=(f"https://www.{source_id}.example/rss.xml",),
            category="nasional",
            language="id",
            display="full",
            full_text_for=None,
            index="index",
            images="remote",
            others="link",
            interval=timedelta(minutes=15),
            backfill=timedelta(hours=72),
            request_gap=timedelta(seconds=1),
        ),
        **changes,
    )


def catalogue(*sources: Source, **changes: Any) -> Catalogue:
    """Return a catalogue of a full, an excerpt and a link publisher, or of the given ones."""
    own = sources or (
        source("harian"),
        source("warta", display="excerpt", index="noindex-news", category="ekonomi"),
        source("tribune", name="The Tribune", display="link", language="en", category="dunia"),
    )
    categories = {"nasional": "Nasional", "ekonomi": "Ekonomi", "dunia": "Dunia"}
    return Catalogue(portal(**changes), categories, own)


@dataclass(slots=True)
class World:
    """Stores, catalogue and clock; publishes what it is told has changed."""

    catalogue: Catalogue = field(default_factory=catalogue)
    now: datetime = NOW
    articles: MemoryArticles = field(default_factory=MemoryArticles)
    archive: MemoryObjects = field(default_factory=MemoryObjects)
    site: MemoryObjects = field(default_factory=MemoryObjects)
    log: QuietLog = field(default_factory=QuietLog)
    edition: str = "1"
    seconds_left: float = 300
    own: OwnFiles = NO_FILES
    stored_catalogue: Catalogue | None = None  # what the operator has put since, where that is another
    look: Look | None = None  # compiled templates; worlds that share a catalogue may share them
    feeds: MemoryTable = field(default_factory=MemoryTable)

    def add(self, number: int = 1, owner: str | None = None, **changes: Any) -> ArticleItem:
        """Store an article as extract does: its file, then its item."""
        owner_id = owner or self.catalogue.sources[0].id
        item_changes = {key: changes.pop(key) for key in ("via", "category", "slug") if key in changes}
        return self.store(make_article(self.catalogue, number, owner_id, **changes), **item_changes)

    def arrive(self, number: int = 1, owner: str | None = None, **changes: Any) -> ArticleItem:
        """Store an article as extract does, with when time alone is to change something about it."""
        item = self.add(number, owner, **changes)
        due = next_change(item, self.catalogue, datetime.fromisoformat(item.first_seen))
        arrived = replace(item, next_change=due)
        self.articles.save(arrived)
        return arrived

    def store(self, article: Article, **changes: Any) -> ArticleItem:
        """Store an article; ``changes`` are the item's."""
        body = article.to_json()
        item = item_of(article, self.catalogue, f"articles/{article.id}/{_sha256(body)}.json", **changes)
        self.archive.put(item.article_key, body, content_type="application/json", cache_control="-")
        self.articles.save(item)
        return item

    def revise(self, item: ArticleItem, **changes: Any) -> ArticleItem:
        """Store a further version of an article's item."""
        revised = replace(item, version=item.version + 1, **changes)
        self.articles.save(revised)
        return revised

    def retract(self, item: ArticleItem) -> Tombstone:
        """Put a tombstone in an article's place."""
        gone = Tombstone(item.id, item.version + 1, item.url, item.slug, "withdrawn", instant(self.now))
        self.articles.save(gone)
        return gone

    def run(self) -> Run:
        """Return a run at this moment."""
        report = Report(self.log)
        self.articles.unreadable = report.unreadable
        look = self.look
        if look is None or look.catalogue is not self.catalogue or look.own is not self.own:
            look = self.look = Look.of(self.catalogue, static_files(), self.own)
        return Run(
            now=self.now,
            look=look,
            files=(*static_files().values(), *self.own.static),
            edition=f"{self.edition}-{edition(self.catalogue, own=self.own)}",
            articles=self.articles,
            feeds=FeedReports(lambda: self.feeds),
            archive=Archive(self.archive),
            site=Site(self.site, report, has_hub=self.catalogue.portal.websub is not None),
            report=report,
            time_left=lambda: self.seconds_left,
            is_current=lambda: self.stored_catalogue in (None, self.catalogue),
            workers=1,
        )

    def beside(self) -> World:
        """Return another function's view of the same stores at the same moment."""
        return World(
            self.catalogue,
            self.now,
            self.articles,
            self.archive,
            self.site,
            look=self.look,
            feeds=self.feeds,
        )

    def rebuilt(self) -> World:
        """Return a world with the same articles whose site comes of one clean run."""
        fresh = World(self.catalogue, self.now, self.articles, self.archive, look=self.look, feeds=self.feeds)
        live = [record for record in self.articles.records.values() if isinstance(record, ArticleItem)]
        fresh.refresh()
        assert fresh.publish(*live) == set()
        stones = [record for record in self.articles.records.values() if isinstance(record, Tombstone)]
        changes = {stone.id: Change(stone.id, stone.slug) for stone in stones}
        assert publish(fresh.run(), changes) == set()
        return fresh

    def publish(self, *items: ArticleItem) -> set[str]:
        """Publish these articles' changes; a first version is taken for a new article."""
        changes = {item.id: replace(change_of(item), is_new=item.version == 1) for item in items}
        return publish(self.run(), changes)

    def publish_new(self, *items: ArticleItem) -> set[str]:
        """Publish these articles, which have just appeared."""
        return publish(self.run(), {item.id: appearance_of(item) for item in items})

    def refresh(self) -> dict[str, Any]:
        """Run the schedule's task."""
        return refresh(self.run())

    def page(self, item: ArticleItem) -> str:
        """Return an article's page."""
        return self.site.text(f"a/{item.slug}-{item.id}.html")

    def written(self) -> dict[str, bytes]:
        """Return every output's bytes by key; what runs are at is none."""
        return {
            key: stored.body for key, stored in self.site.objects.items() if key != unfinished_changes.KEY
        }

    def records(self) -> dict[str, Record]:
        """Return the articles by id; this and the next two are what ``make verify`` reads."""
        return dict(self.articles.records)

    def files(self) -> Iterable[tuple[str, bytes]]:
        """Return the article files."""
        return [(key, stored.body) for key, stored in self.archive.objects.items()]

    def pages(self) -> Iterable[tuple[str, bytes]]:
        """Return the articles' pages."""
        return [(key, body) for key, body in self.written().items() if key.startswith("a/")]


def make_article(sources: Catalogue, number: int, owner_id: str, **changes: Any) -> Article:
    """Return an article of that owner; the higher its number, the older it is (in minutes)."""
    owner = sources.source(owner_id)
    homepage = owner.homepage if owner else f"https://{owner_id.removeprefix('@')}"
    title = changes.get("title", f"Artikel nomor {number} dari {owner_id}")
    link = changes.pop("url", f"{homepage}/{number}/{slug(title)}")
    html = changes.pop("html", f"<p>Paragraf pertama nomor {number}.</p><p>Paragraf kedua.</p>")
    listed = changes.pop("listed", instant(NOW - timedelta(minutes=number)))
    text = text_of(html)
    article = Article(
        id=article_id(link),
        revision=1,
        url=link,
        canonical_url=None,
        owner=Owner(owner_id, owner.name if owner else host_of(homepage), homepage),
        title=title,
        authors=("Siti Rahma",),
        published=listed,
        updated=None,
        first_seen=listed,
        listed=listed,
        language=owner.language if owner else "id",
        categories=(),
        tags=(),
        excerpt=text.replace("\n", " "),
        text=text,
        html=html,
        images=(),
        origin="page",
        reason=None,
        provenance=Provenance(listed, 200, link, None, _sha256(text.encode()), "test/1"),
    )
    return replace(article, **changes)


def item_of(
    article: Article, sources: Catalogue, key: str = "articles/test.json", **changes: Any
) -> ArticleItem:
    """Return the item that extract commits for a new article."""
    owner = sources.source(article.owner.id)
    item = ArticleItem(
        id=article.id,
        version=1,
        revision=article.revision,
        article_key=key,
        text_sha256=article.provenance.text_sha256,
        url=article.url,
        canonical_url=article.canonical_url,
        slug=slug(article.title),
        owner=article.owner,
        title=article.title,
        excerpt=article.excerpt,
        authors=article.authors,
        image=article.images[0] if article.images else None,
        language=article.language,
        tags=article.tags,
        category=owner.category if owner else "nasional",
        published=article.published,
        updated=article.updated,
        first_seen=article.first_seen,
        listed=article.listed,
        origin=article.origin,
        reason=article.reason,
        via={"feed": Via(sources.sources[0].id, article.url, article.first_seen)},
    )
    return replace(item, **changes)


def golden(name: str) -> Path:
    """Return a file of the publish stage's test data."""
    return Path(__file__).parents[1] / "data" / "publish" / name


def model_world() -> tuple[World, ArticleItem]:
    """Return the world of the model article: one of a publisher that lets us show all of it."""
    publisher = source("harian-pesisir", name="Harian Pesisir", homepage="https://www.harian-pesisir.example")
    world = World(catalogue(publisher))
    article = Article.from_json(golden("model_article.json").read_bytes())
    return world, world.store(article, category="ekonomi")


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def publish_until_done(world: World, changed: list[ArticleItem]) -> None:
    """Publish as the stream does: what failed comes again."""
    for _ in range(50):
        failed = world.publish(*changed)
        changed = [one for one in changed if one.id in failed]
        if not changed:
            return
    raise AssertionError(f"{len(changed)} articles failed again and again")
