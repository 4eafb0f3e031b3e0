"""Reading in FeedTable how the catalogue's feeds do; publish never writes there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from functions.publish.feed_health import Day, FeedHealth, FeedReport, health_of, together
from newswire.backoff import Backoffs, domain_of
from newswire.feed_keys import PK_PREFIX, feed_key, parent_tag
from newswire.sources import Catalogue
from newswire.tables import BATCH_GET_LIMIT, Table

# What a page or a short index lists tells how it does; of a long index it is too much to ask for.
MOST_LISTED = 5

# By source, then by the tag of the feed's configured URL
Healths = Mapping[str, Mapping[str, FeedHealth]]


class FeedReports:
    """FeedTable, as far as publishing looks into it; ``table`` is called when it does."""

    def __init__(self, table: Callable[[], Table]) -> None:
        self._table = table

    def healths(self, catalogue: Catalogue, now: datetime, day: Day, check: Callable[[], None]) -> Healths:
        """Return how all feeds of enabled sources did a moment ago, by reads of at most 100 items each.

        ``check`` is called before each of them and raises where there is no time for it. Raise whatever the
        table does.
        """
        look = _Look(self._table(), now, day, check)
        enabled = [source for source in catalogue.sources if source.enabled]
        look.read((source.id, url) for source in enabled for url in source.feeds)
        return {
            source.id: {parent_tag(url): look.health(source.id, url) for url in source.feeds}
            for source in enabled
        }


class _Look:
    def __init__(self, table: Table, now: datetime, day: Day, check: Callable[[], None]) -> None:
        self._table = table
        self._now = now
        self._day = day
        self._check = check
        self._backoffs = Backoffs(table)
        self._reports: dict[str, FeedReport] = {}

    def read(self, feeds: Iterable[tuple[str, str]]) -> None:
        """Read these feeds' states and, where these name them, those of listed documents and new domains."""
        known = list(feeds)
        self._learn((feed_key(*feed) for feed in known), (domain_of(url) for _, url in known))
        found = [(one, self._reports[feed_key(*one)]) for one in known if feed_key(*one) in self._reports]
        listed = (key for feed, report in found for key, _ in _listed(*feed, report))
        self._learn(listed, (domain_of(report.moved_to) for _, report in found if report.moved_to))

    def health(self, source_id: str, url: str) -> FeedHealth:
        """Return how a feed does; one that only leads to others does as the best of these does."""
        report = self._reports.get(feed_key(source_id, url))
        own = self._health(url, report)
        if report is None or own.kind != "delivering":
            return own
        listed = [(address, self._reports.get(key)) for key, address in _listed(source_id, url, report)]
        return together(self._health(address, one) for address, one in listed) if listed else own

    def _health(self, url: str, report: FeedReport | None) -> FeedHealth:
        address = (report.moved_to if report else None) or url
        return health_of(report, self._backoffs.active(address, self._now), self._day)

    def _learn(self, keys: Iterable[str], domains: Iterable[str]) -> None:
        wanted = [*(PK_PREFIX + key for key in keys), *self._backoffs.keys(domains)]
        for start in range(0, len(wanted), BATCH_GET_LIMIT):
            self._check()
            items = self._table.peek_many(wanted[start : start + BATCH_GET_LIMIT])
            self._backoffs.learn(items)
            for pk, item in items.items():
                if pk.startswith(PK_PREFIX):
                    self._reports[pk.removeprefix(PK_PREFIX)] = _report(item)


def _listed(source_id: str, url: str, report: FeedReport) -> Iterator[tuple[str, str]]:
    """Yield key and address of what a feed lists, if that is little."""
    if len(report.children) <= MOST_LISTED:
        for child in report.children:
            yield feed_key(source_id, child, parent_tag(url)), child


def _report(item: Mapping[str, Any]) -> FeedReport:
    return FeedReport(
        polled=datetime.fromisoformat(item["polled"]),
        next_due=_moment(item.get("next_due")),
        health=item.get("health"),
        failures=int(item.get("failures", 0)),
        reason=item.get("reason"),
        last_success=_moment(item.get("last_success")),
        last_new=_moment(item.get("last_new")),
        newest=_moment(item.get("newest")),
        gone=_moment(item.get("gone")),
        moved_to=item.get("moved_to"),
        children=tuple(item.get("children", ())),
    )


def _moment(stamp: str | None) -> datetime | None:
    return None if stamp is None else datetime.fromisoformat(stamp)
