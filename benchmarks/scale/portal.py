"""A portal of thousands of sources in constant-time stores, and publish's real runs on it."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from benchmarks.billing.amounts import Amounts
from benchmarks.billing.model import wall_seconds
from benchmarks.scale.memory_aws import MemoryAws
from functions.fetch.feed_state import FeedState
from functions.publish import channel_turns
from functions.publish.archive import Archive
from functions.publish.changes import appearance_of
from functions.publish.channel_turns import Turns
from functions.publish.feed_reports import FeedReports
from functions.publish.look import Look
from functions.publish.own_files import NO_FILES
from functions.publish.portal_writing import publish_portal
from functions.publish.publishing import publish, write_channels
from functions.publish.refreshing import refresh
from functions.publish.reporting import Report
from functions.publish.run import Run
from functions.publish.settling import OutOfTime
from functions.publish.site import Site
from functions.publish.static_files import edition, static_files
from newswire.article_item import ArticleItem
from newswire.article_table import ArticleTable
from newswire.bucket import Bucket
from newswire.clock import instant
from newswire.due_changes import next_change
from newswire.feed_keys import feed_key
from newswire.sources import Catalogue, Source
from newswire.tables import Table
from tests.support.publish_articles import NOW, item_of, make_article
from tests.support.publish_catalogues import portal, source
from tests.support.publish_stores import QuietLog

CATEGORIES = 8
SEEN_BYTES = 1300  # what a day of entries leaves in a feed's state
_PARAGRAPH = "<p>Warga pesisir menyambut kapal perintis yang singgah setiap dua pekan di dermaga lama.</p>"


@dataclass(frozen=True, slots=True)
class Took:
    """What one run took: seconds in Lambda, processor seconds here, calls by operation, units, its answer."""

    seconds: float
    cpu: float
    calls: Counter[str]
    units: Amounts[str]
    told: Mapping[str, Any]


class LargePortal:
    """The stores, and runs with the function's ``memory`` in MB whose time ends after ``limit`` seconds."""

    def __init__(self, feeds: int, latency: Mapping[str, float], memory: int, limit: float) -> None:
        self.aws = MemoryAws()
        self.catalogue = catalogue_of(feeds)
        self.now = NOW
        self._latency, self._memory, self._limit = latency, memory, limit
        self._dynamodb, s3 = self.aws.client("dynamodb"), self.aws.client("s3")
        self._site, self._archive = Bucket(s3, "site"), Bucket(s3, "articles")
        self._look = Look.of(self.catalogue, static_files(), NO_FILES)
        self._edition = f"1-{edition(self.catalogue, own=NO_FILES)}"
        self._number = 0
        self.log = QuietLog()
        remember_feeds(Table(self._dynamodb, "FeedTable"), self.catalogue, self.now)

    def begin(self) -> list[Took]:
        """Write what a new portal begins with, by as many runs as it takes."""
        runs: list[Took] = []
        done = False
        while not done:
            runs.append(self._timed(lambda run: {"done": _begun(run)}))
            done = runs[-1].told["done"]
        self.note_turns()
        return runs

    def note_turns(self) -> None:
        """Note that every list has had its turn by now, as hourly refreshes see to."""
        turns = Turns(self._edition, self.now).to_json()
        self._site.put(channel_turns.KEY, turns, content_type="application/json", cache_control="no-cache")

    def arrive(self, owners: Sequence[str]) -> list[ArticleItem]:
        """Store an article of each of these owners, seen now."""
        table = Table(self._dynamodb, "ArticleTable")
        stored: list[ArticleItem] = []
        for owner in owners:
            self._number += 1
            listed = self.now - timedelta(seconds=self._number % 60)
            body, item = article_of(self.catalogue, self._number, owner, seen=listed, listed=listed)
            self._archive.put(item.article_key, body, content_type="application/json")
            table.put_unconditionally(item.to_item())
            stored.append(item)
        return stored

    def publish(self, items: Sequence[ArticleItem], *, quickly: bool = False) -> Took:
        """Publish articles that have just appeared; ``quickly``: without the time that calls take."""
        changes = {item.id: appearance_of(item) for item in items}
        took = self._timed(lambda run: {"failed": len(publish(run, changes))}, quickly=quickly)
        if took.told["failed"]:
            raise RuntimeError(f"{took.told['failed']} articles could not be published")
        return took

    def refresh(self, *, quickly: bool = False) -> Took:
        """Refresh as the schedule does."""
        return self._timed(refresh, quickly=quickly)

    def look_at_feeds(self) -> Took:
        """Look up how all feeds do, as the about page tells it."""

        def look(run: Run) -> Mapping[str, Any]:
            found = run.feeds.healths(self.catalogue, self.now, _day, lambda: None)
            return {"sources": len(found)}

        return self._timed(look)

    def _timed(self, work: Callable[[Run], Mapping[str, Any]], *, quickly: bool = False) -> Took:
        self.aws.forget()
        self.aws.latency = {} if quickly else self._latency
        began, cpu = time.perf_counter(), time.process_time()

        def passed() -> tuple[float, float]:
            used = max(0.0, time.process_time() - cpu - self.aws.cpu)
            return wall_seconds(time.perf_counter() - began - self.aws.cpu, used, self._memory), used

        told = work(self._run(lambda: self._limit if quickly else self._limit - passed()[0]))
        seconds, used = passed()
        self.aws.latency = {}
        print(f"  a run of publish: {seconds:.1f} s, {dict(told)}", file=sys.stderr, flush=True)
        return Took(seconds, used, self.aws.calls.copy(), Amounts(self.aws.units), told)

    def _run(self, time_left: Callable[[], float]) -> Run:
        report = Report(self.log)
        return Run(
            now=self.now,
            look=self._look,
            files=tuple(static_files().values()),
            edition=self._edition,
            articles=ArticleTable(Table(self._dynamodb, "ArticleTable"), report.unreadable),
            feeds=FeedReports(lambda: Table(self._dynamodb, "FeedTable")),
            archive=Archive(self._archive),
            site=Site(self._site, report),
            report=report,
            time_left=time_left,
        )


def article_of(
    sources: Catalogue, number: int, owner: str, *, seen: datetime, listed: datetime
) -> tuple[bytes, ArticleItem]:
    """Return an owner's article as extract stores it, and its item."""
    article = make_article(
        sources,
        number,
        owner,
        html=_PARAGRAPH * 25,
        listed=instant(listed),
        first_seen=instant(seen),
        excerpt="Warga pesisir menyambut kapal perintis yang singgah setiap dua pekan.",
    )
    item = item_of(article, sources, f"articles/{article.id}/1.json")
    return article.to_json(), replace(item, next_change=next_change(item, sources, seen))


def remember_feeds(table: Table, sources: Catalogue, now: datetime) -> None:
    """Store the states of all sources' feeds."""
    for one in sources.sources:
        table.put_unconditionally(state(one, now).to_item())


def state(one: Source, now: datetime) -> FeedState:
    """Return what is remembered of a source's feed: asked a quarter of an hour ago, and due now."""
    return FeedState(
        feed_key(one.id, one.feeds[0]),
        version=1,
        polled=now - timedelta(minutes=15),
        next_due=now,
        etag='"0123456789abcdef"',
        last_success=now - timedelta(minutes=15),
        last_new=now - timedelta(minutes=15),
        newest=now - timedelta(minutes=15),
        seen=bytes(SEEN_BYTES),
    )


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _begun(run: Run) -> bool:
    try:
        publish_portal(run, write_channels)
    except OutOfTime:
        return False
    return True


def catalogue_of(feeds: int) -> Catalogue:
    """Return a portal of so many sources of one feed each."""
    categories = {f"kanal-{one}": f"Kanal {one}" for one in range(CATEGORIES)}
    names = list(categories)
    sources = tuple(source(f"kabar-{one}", category=names[one % CATEGORIES]) for one in range(feeds))
    return Catalogue(portal(), categories, sources)
