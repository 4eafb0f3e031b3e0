"""Sitemaps: the days that changed articles are listed under, then the index of all days."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from urllib.parse import urlsplit

from functions.publish import sitemaps
from functions.publish.changes import Change
from functions.publish.run import ATTEMPTS, OutOfTime, Run
from functions.publish.site import Snapshot
from functions.publish.sitemaps import Row, day_key
from newswire.article_item import ArticleItem
from newswire.article_table import Record
from newswire.bucket import WriteConflict


def write_sitemaps(run: Run, changes: Iterable[Change], present: Collection[str]) -> set[str]:
    """Bring the sitemaps up to date; return the days (or the index's key) for which that failed."""
    days: dict[str, set[str]] = {}
    for change in changes:
        for placement in change.placements:
            days.setdefault(placement.day, set()).add(change.id)
    failed: set[str] = set()
    try:
        failed |= _write_days(run, days, present)
        failed |= _write_index(run, days)
    except OutOfTime as reason:
        run.report.failed("sitemaps", reason)
        failed |= days.keys()
    return failed


def _write_days(run: Run, days: Mapping[str, Collection[str]], present: Collection[str]) -> set[str]:
    pending = dict(days)
    for _ in range(ATTEMPTS):
        if not pending:
            break
        run.begin_attempt()
        snapshots = run.concurrently(run.site.read, [day_key(day) for day in pending])
        truth = run.articles.get_many(set().union(*pending.values()))
        again: dict[str, Collection[str]] = {}
        for (day, ids), snapshot in zip(pending.items(), snapshots, strict=True):
            rows = {one: _row(run, truth.get(one), day, present) for one in sorted(ids)}
            if snapshot.stored is None and not any(rows.values()):
                continue
            try:
                run.site.write(snapshot, _day(run, snapshot, rows))
            except WriteConflict:
                again[day] = ids
        pending = again
    return set(pending)


def _row(run: Run, record: Record | None, day: str, present: Collection[str]) -> Row | None:
    if not isinstance(record, ArticleItem) or record.listed[:10] != day or record.id not in present:
        return None
    terms = run.terms(record)
    entry = run.entry(record, terms) if terms else None
    return sitemaps.row_for(entry) if entry else None


def _day(run: Run, snapshot: Snapshot, changed: Mapping[str, Row | None]) -> bytes:
    known = sitemaps.article_rows(_rebased(run, sitemaps.read_rows(snapshot.body)))
    rows = sitemaps.with_rows(known, changed)
    # A day whose articles have all gone keeps its file, which the index does not name any more.
    return sitemaps.url_set(rows or [Row(f"{run.look.portal.url}/")])


def _write_index(run: Run, days: Iterable[str]) -> set[str]:
    """Write the index until it says what the days' files say."""
    changed = sorted(days)
    for _ in range(ATTEMPTS):
        run.begin_attempt()
        snapshot = run.site.read(sitemaps.INDEX_KEY)
        files = run.concurrently(run.site.read, [day_key(day) for day in changed])
        rows = {row.address: row for row in _rebased(run, sitemaps.read_rows(snapshot.body))}
        sections = f"{run.look.portal.url}/{sitemaps.SECTIONS_KEY}"
        rows[sections] = Row(sections)
        for file in files:
            address = f"{run.look.portal.url}/{file.key}"
            articles = sitemaps.article_rows(sitemaps.read_rows(file.body))
            rows.pop(address, None)
            if articles:
                rows[address] = Row(address, sitemaps.latest(articles))
        try:
            if not run.site.write(
                snapshot, sitemaps.index(sorted(rows.values(), key=lambda row: row.address))
            ):
                return set()
        except WriteConflict:
            continue
    return {sitemaps.INDEX_KEY}


def _rebased(run: Run, rows: Iterable[Row]) -> list[Row]:
    """Return rows under the portal's present address."""
    return [Row(f"{run.look.portal.url}{urlsplit(row.address).path}", row.changed) for row in rows]
