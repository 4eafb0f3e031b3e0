"""Sitemaps: the days that changed articles are listed under, then the index of all days."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from functions.publish import sitemaps
from functions.publish.article_pages import Pages
from functions.publish.run import Run
from functions.publish.settling import ATTEMPTS, check_time
from functions.publish.site import Snapshot
from functions.publish.sitemaps import Row, day_key
from newswire.article_table import Record
from newswire.bucket import WriteConflict


@dataclass(frozen=True, slots=True)
class DayState:
    """One day's sitemap as it is now."""

    day: str
    snapshot: Snapshot


class SitemapWriter:
    """Replaces the rows of changed articles in their days' sitemaps.

    ``days`` are the changed articles by day; a row only names a page that ``pages`` says is present.
    """

    def __init__(self, run: Run, days: Mapping[str, Collection[str]], pages: Pages) -> None:
        self._run = run
        self._days = days
        self._pages = pages

    def read(self, days: Sequence[str]) -> list[DayState]:
        """Return the sitemaps as they are now."""
        snapshots = self._run.concurrently(self._run.site.read, [day_key(day) for day in days])
        return [DayState(day, snapshot) for day, snapshot in zip(days, snapshots, strict=True)]

    def wanted(self, states: Sequence[DayState]) -> set[str]:
        """Return the articles whose rows are to be replaced."""
        return set().union(*(self._days[state.day] for state in states))

    def write(self, states: Sequence[DayState], truth: Mapping[str, Record]) -> list[str]:
        """Write the sitemaps; return the days that were overtaken."""
        overtaken: list[str] = []
        for state in states:
            ids = sorted(set(self._days[state.day]) - self._pages.failed)
            rows = {one: self._row(truth.get(one)) for one in ids}
            if state.snapshot.stored is None and not any(rows.values()):
                continue
            try:
                self._run.site.write(state.snapshot, self._sitemap(state.snapshot, rows))
            except WriteConflict:
                overtaken.append(state.day)
        return overtaken

    def _row(self, record: Record | None) -> Row | None:
        carried = self._run.carried(record)
        if carried is None or carried.entry.id not in self._pages.present:
            return None
        return sitemaps.row_for(carried.entry, carried.terms)

    def _sitemap(self, snapshot: Snapshot, changed: Mapping[str, Row | None]) -> bytes:
        known = sitemaps.article_rows(_rebased(self._run, sitemaps.read_rows(snapshot.body)))
        rows = sitemaps.with_rows(known, changed)
        # A day whose articles have all gone keeps its file, which the index does not name any more.
        return sitemaps.url_set(rows or [Row(f"{self._run.look.portal.url}/")])


def write_sitemap_index(run: Run, days: Iterable[str]) -> bool:
    """Write the index until it says what the files of these days say; return whether that worked."""
    keys = [day_key(day) for day in sorted(days)]
    for _ in range(ATTEMPTS):
        check_time(run)
        snapshot = run.site.read(sitemaps.INDEX_KEY)
        body = _index(run, snapshot, run.concurrently(run.site.read, keys))
        try:
            if not run.site.write(snapshot, body):
                return True
        except WriteConflict:
            continue
    return False


def _index(run: Run, snapshot: Snapshot, changed: Sequence[Snapshot]) -> bytes:
    address = f"{run.look.portal.url}/{{}}".format
    rows = {row.address: row for row in _rebased(run, sitemaps.read_rows(snapshot.body))}
    rows[address(sitemaps.SECTIONS_KEY)] = Row(address(sitemaps.SECTIONS_KEY))
    for file in changed:
        articles = sitemaps.article_rows(sitemaps.read_rows(file.body))
        rows.pop(address(file.key), None)
        if articles:
            rows[address(file.key)] = Row(address(file.key), sitemaps.latest(articles))
    return sitemaps.index(sorted(rows.values(), key=lambda row: row.address))


def _rebased(run: Run, rows: Iterable[Row]) -> list[Row]:
    """Return rows under the portal's present address."""
    return [Row(f"{run.look.portal.url}{urlsplit(row.address).path}", row.changed) for row in rows]
