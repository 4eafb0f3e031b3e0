"""Entries of a feed's documents, and the plans that polls make of them."""

from __future__ import annotations

from datetime import timedelta

from functions.fetch.feed_entry import FeedEntry
from functions.fetch.polling import Plan, compare
from functions.fetch.seen_entries import SeenEntries
from newswire.sources import Source
from tests.support.catalogues import source
from tests.support.fetch_feeds import NOW

KABAR = source()


def entry(
    number: int,
    *,
    guid: str | None = None,
    url: str = "",
    age: float | None = 1,
    title: str = "",
    tag: str = "",
) -> FeedEntry:
    return FeedEntry(
        guid=f"guid-{number}" if guid is None else guid or None,
        url=url or f"https://kabar.example/berita/{number}",
        title=title or f"Berita {number}",
        published=None if age is None else (NOW - timedelta(hours=age)).isoformat(),
        categories=(tag,) if tag else (),
    )


def plan(
    entries: list[FeedEntry], before: Plan | None = None, *, publisher: Source = KABAR, cap: int = 200
) -> Plan:
    seen = None if before is None else SeenEntries.of(before.remembered)
    return compare(entries, seen, publisher, NOW, cap)


def sent(result: Plan) -> list[str]:
    return [send.url.rpartition("/")[2] for send in result.sends]
