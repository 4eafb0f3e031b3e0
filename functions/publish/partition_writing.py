"""Partitioned series: a run replaces the rows of its articles in their files and takes over the others.

A file is its own memory. A split file stays as a signpost with the mark ``split``; who finds the mark goes
on to the children. While a file is being split, its children's files are read first, then, once more,
the file itself: so a run that is late either finds the mark, or fails its condition on a child that a run
after the mark has written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from functions.publish.article_pages import Pages
from functions.publish.carried import Carried
from functions.publish.changes import Change
from functions.publish.partitions import children, names_for, parted
from functions.publish.run import Run
from functions.publish.site import Snapshot
from newswire.article_item import ArticleItem
from newswire.article_table import Record
from newswire.bucket import WriteConflict

Row = TypeVar("Row")
Days = Mapping[str, Mapping[str, str]]


class Series(Protocol[Row]):
    """One partitioned series; ``most`` is how many rows a file may have."""

    most: int

    def keys(self, name: str) -> Sequence[str]:
        """Return the keys of a partition's outputs; the first holds its memory."""

    def rows(self, body: bytes) -> dict[str, Row]:
        """Return the rows of a memory by article id."""

    def row(self, carried: Carried) -> Row | None:
        """Return the row of an article in this series, if it has one; the page that it names is there."""

    def outputs(self, name: str, rows: Mapping[str, Row]) -> Mapping[str, bytes]:
        """Return the bytes of a partition's outputs by key; without rows, those of a split or empty one."""


@dataclass(frozen=True, slots=True)
class DayState:
    """One day of a series as it is now: by key, its own outputs and those of the changed articles' hours."""

    day: str
    snapshots: Mapping[str, Snapshot]


def days_of(changes: Mapping[str, Change]) -> dict[str, dict[str, str]]:
    """Return for each UTC day the articles that changed, and when each is listed."""
    days: dict[str, dict[str, str]] = {}
    for change in changes.values():
        for placement in change.placements:
            days.setdefault(placement.day, {})[change.id] = placement.listed
    return days


class PartitionWriter(Generic[Row]):
    """Replaces the rows of changed articles in their partitions of one series.

    ``days`` are the changed articles by day; a row only names a page that ``pages`` says is present.
    ``leaves`` are the partitions that this run has looked at, ``split`` those that it found or made split.
    """

    def __init__(self, run: Run, series: Series[Row], days: Days, pages: Pages) -> None:
        self._run = run
        self._series = series
        self._days = days
        self._pages = pages
        self.failed: set[str] = set()
        self.leaves: set[str] = set()
        self.split: set[str] = set()

    def subjects(self) -> list[str]:
        """Return the days."""
        return sorted(self._days)

    def read(self, subjects: Sequence[str]) -> list[DayState]:
        """Return the days as they are now.

        Their hours are read with them, whether there are any or not: it is one round trip instead of two,
        and the number of calls does not depend on how much a day holds.
        """
        keys = {
            day: [key for name in self._first_looks(day) for key in self._series.keys(name)]
            for day in subjects
        }
        every = [key for day in subjects for key in keys[day]]
        found = dict(zip(every, self._run.concurrently(self._run.site.read, every), strict=True))
        return [DayState(day, {key: found[key] for key in keys[day]}) for day in subjects]

    def wanted(self, states: Sequence[DayState]) -> set[str]:
        """Return the articles whose rows are to be replaced."""
        return {one for state in states for one in self._days[state.day]}

    def write(self, states: Sequence[DayState], truth: Mapping[str, Record]) -> list[str]:
        """Write the partitions; return the days that were overtaken."""
        overtaken: list[str] = []
        for state in states:
            ids = sorted(self._days[state.day].keys() - self._pages.failed)
            try:
                self._update(
                    state.day, dict(state.snapshots), {one: self._row(truth.get(one)) for one in ids}
                )
            except WriteConflict:
                overtaken.append(state.day)
            except Exception as error:  # noqa: BLE001 - one day's failure is that day's alone
                self._run.report.failed(self._series.keys(state.day)[0], error)
                self.failed |= self.concerned(state.day)
        return overtaken

    def concerned(self, subject: str) -> set[str]:
        """Return the changed articles of a day."""
        return set(self._days[subject])

    def _first_looks(self, day: str) -> list[str]:
        hours = {names_for(listed, one)[1] for one, listed in self._days[day].items()}
        return [day, *sorted(hours)]

    def _row(self, record: Record | None) -> Row | None:
        carried = self._run.carried(record)
        if carried is None or (carried.entry.page and carried.entry.id not in self._pages.present):
            return None
        return self._series.row(carried)

    def _update(self, name: str, snapshots: dict[str, Snapshot], changed: Mapping[str, Row | None]) -> None:
        """Bring a partition, or what it has been split into, up to date."""
        memory = self._snapshots(name, snapshots)[0]
        if memory.split:
            self.split.add(name)
            for child, part in parted(name, self._days[name[:10]], changed).items():
                self._update(child, snapshots, part)
            return
        updated = {**self._series.rows(memory.body), **changed}
        rows = {one: row for one, row in updated.items() if row is not None}
        if memory.stored is not None or rows:
            self._fill(name, snapshots, rows)

    def _fill(self, name: str, snapshots: dict[str, Snapshot], rows: Mapping[str, Row]) -> None:
        """Give a partition these rows, whatever it had."""
        memory = self._snapshots(name, snapshots)[0]
        if memory.split or (len(rows) > self._series.most and children(name)):
            self._split(name, snapshots, rows)
            return
        self._put(name, snapshots, rows)
        self.leaves.add(name)

    def _split(self, name: str, snapshots: dict[str, Snapshot], rows: Mapping[str, Row]) -> None:
        key = self._series.keys(name)[0]
        found = self._run.concurrently(lambda child: self._snapshots(child, {}), children(name))
        if self._run.site.read(key).etag != snapshots[key].etag:
            raise WriteConflict(f"{key} has changed while it was to be split")
        truth = self._run.articles.get_many(sorted(rows))
        moments = {one: record.listed for one, record in truth.items() if isinstance(record, ArticleItem)}
        parts = parted(name, moments, {one: row for one, row in rows.items() if one in moments})
        for child, there in zip(children(name), found, strict=True):
            # A child's file may be left of a run that ended before the mark.
            if child in parts or there[0].stored is not None:
                known = {snapshot.key: snapshot for snapshot in there}
                self._fill(child, known, parts.get(child, {}))
        self._put(name, snapshots, {}, {"split": "1"})
        self.split.add(name)

    def _put(
        self,
        name: str,
        snapshots: dict[str, Snapshot],
        rows: Mapping[str, Row],
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        before = {snapshot.key: snapshot for snapshot in self._snapshots(name, snapshots)}
        for key, body in self._series.outputs(name, rows).items():
            self._run.site.write(before[key], body, metadata)

    def _snapshots(self, name: str, known: dict[str, Snapshot]) -> list[Snapshot]:
        """Return a partition's outputs as they were read first, its memory at the head."""
        keys = self._series.keys(name)
        for key in keys:
            if key not in known:
                known[key] = self._run.site.read(key)
        return [known[key] for key in keys]
