"""A small world for the publish stage's tests: its stores, its catalogue and its clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
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
from newswire.article import Article
from newswire.article_item import ArticleItem, Tombstone
from newswire.article_table import Record
from newswire.clock import instant
from newswire.due_changes import next_change
from newswire.sources import Catalogue
from tests.support.memory_table import MemoryTable
from tests.support.publish_articles import NOW, item_of, make_article
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_stores import MemoryArticles, MemoryObjects, QuietLog


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
        item = item_of(
            article,
            self.catalogue,
            f"articles/{article.id}/{hashlib.sha256(body).hexdigest()}.json",
            **changes,
        )
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


def golden(name: str) -> Path:
    """Return a file of the publish stage's test data."""
    return Path(__file__).parents[1] / "data" / "publish" / name


def model_world() -> tuple[World, ArticleItem]:
    """Return the world of the model article: one of a publisher that lets us show all of it."""
    publisher = source("harian-pesisir", name="Harian Pesisir", homepage="https://www.harian-pesisir.example")
    world = World(catalogue(publisher))
    article = Article.from_json(golden("model_article.json").read_bytes())
    return world, world.store(article, category="ekonomi")


def publish_until_done(world: World, changed: list[ArticleItem]) -> None:
    """Publish as the stream does: what failed comes again."""
    for _ in range(50):
        failed = world.publish(*changed)
        changed = [one for one in changed if one.id in failed]
        if not changed:
            return
    raise AssertionError(f"{len(changed)} articles failed again and again")
