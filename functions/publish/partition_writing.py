"""Partitioned series: a run replaces the rows of its articles in their files and takes over the others.

A partition may have several outputs; the first is its memory. One with too many rows is first marked
``splitting``: from then on its rows are fixed, and whoever meets it divides them among its children, all of
them in the same way. Then it becomes a signpost with the mark ``split``; who finds that goes on to the
children. While a partition is divided, its children are read first, then, once more, itself: so a run that
is late either finds the mark, or fails its condition on a child that a run after the mark has written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

from functions.publish.article_pages import Pages
from functions.publish.changes import Change
from functions.publish.output_sets import write_set
from functions.publish.partition_series import Row, Series
from functions.publish.partitions import children, parted
from functions.publish.run import Run
from functions.publish.snapshot import Snapshot
from functions.publish.unfinished_noting import note_before_adding
from newswire.article_item import ArticleItem
from newswire.article_table import Record
from newswire.bucket import Packed, WriteConflict

Days = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class DayState:
    """One day of a series as it is now: the memories of the changed articles' partitions."""

    day: str
    memories: Mapping[str, Snapshot]


def days_of(series: Series[Row], changes: Mapping[str, Change]) -> dict[str, dict[str, str]]:
    """Return for each day of a series the articles that changed, and when each is listed."""
    days: dict[str, dict[str, str]] = {}
    for change in changes.values():
        for placement in change.placements:
            moment = series.moment(placement.listed)
            days.setdefault(moment[:10], {})[change.id] = moment
    return days


class PartitionWriter(Generic[Row]):
    """Replaces the rows of changed articles in their partitions of one series.

    ``days`` are the changed articles by day; a row only names a page that ``pages`` says is present.
    ``announce`` is told of partitions before the first rows come to them; it may raise
    :class:`~newswire.bucket.WriteConflict`. ``leaves`` are the partitions that this run has looked at, and
    whether each has rows now; ``split`` are those that it found or made split.
    """

    def __init__(
        self,
        run: Run,
        series: Series[Row],
        days: Days,
        pages: Pages,
        announce: Callable[[Collection[str]], None] | None = None,
    ) -> None:
        self._run = run
        self._series = series
        self._days = days
        self._pages = pages
        self._announce = announce
        self.failed: set[str] = set()
        self.leaves: dict[str, bool] = {}
        self.split: set[str] = set()

    def subjects(self) -> list[str]:
        """Return the days."""
        return sorted(self._days)

    def read(self, subjects: Sequence[str]) -> list[DayState]:
        """Return the days as they are now and, of those that are split, their articles' parts.

        A part is read after what it is a part of: that stays split, and before it was no part counted.
        """
        memories: dict[str, dict[str, Snapshot]] = {day: {} for day in subjects}
        level: Days = {day: self._days[day] for day in subjects}
        while level:
            found = self._run.concurrently(self._run.site.read, map(self._key, level))
            parts: dict[str, dict[str, str]] = {}
            for (name, moments), memory in zip(level.items(), found, strict=True):
                memories[name[:10]][memory.key] = memory
                if memory.split:
                    parts |= parted(name, moments, moments)
            level = parts
        return [DayState(day, memories[day]) for day in subjects]

    def wanted(self, states: Sequence[DayState]) -> set[str]:
        """Return the articles whose rows are to be replaced."""
        return {one for state in states for one in self._days[state.day]}

    def write(self, states: Sequence[DayState], truth: Mapping[str, Record]) -> list[str]:
        """Write the partitions; return the days that were overtaken."""
        overtaken: list[str] = []
        for state in states:
            ids = sorted(self._days[state.day].keys() - self._pages.failed)
            try:
                changed = {one: self._row(truth.get(one), named=False) for one in ids}
                self._update(state.day, state.memories, changed)
            except WriteConflict:
                overtaken.append(state.day)
            except Exception as error:  # noqa: BLE001 - one day's failure is that day's alone
                self._run.report.failed(self._key(state.day), error)
                self.failed |= self.concerned(state.day)
        return overtaken

    def concerned(self, subject: str) -> set[str]:
        """Return the changed articles of a day."""
        return set(self._days[subject])

    def known(self, memory: Snapshot) -> Mapping[str, Row | None]:
        """Return the rows of a memory: as they are there, or made anew where they do not last."""
        if self._series.lasting(memory):
            return self._series.rows(memory)
        truth = self._run.articles.get_many(sorted(self._series.ids(memory)))
        named = self._series.named(memory)
        return {one: self._row(record, named=one in named) for one, record in truth.items()}

    def _row(self, record: Record | None, *, named: bool) -> Row | None:
        """Return an article's row; its page has to be there, unless a row has ``named`` it already.

        Where it is not there yet, whoever writes it brings the row.
        """
        carried = self._run.carried(record)
        if carried is None:
            return None
        page = carried.entry.page
        there = page is None or named or carried.entry.id in self._pages.present
        return self._series.row(carried) if there else None

    def _update(self, name: str, memories: Mapping[str, Snapshot], changed: Mapping[str, Row | None]) -> None:
        """Bring a partition, or what it has been split into, up to date."""
        memory = self._memory(name, memories)
        if memory.splitting:
            self._divide(name, memory)
            memories = {}  # what was read of the children is no more
        if memory.split and not self._series.lasting(memory):
            self._put(name, memory, {}, {"split": "1"})
        if memory.splitting or memory.split:
            self.split.add(name)
            for child, part in parted(name, self._days[name[:10]], changed).items():
                self._update(child, memories, part)
            return
        known = self.known(memory)
        updated = {**known, **changed}
        rows = {one: row for one, row in updated.items() if row is not None}
        if memory.stands or rows:  # a notice stays one as long as there is nothing to list
            before = {one for one, row in known.items() if row is not None}
            note_before_adding(self._run, rows.keys() - before)
            if self._announce and rows and not before:
                self._announce([name])
            self._fill(name, memory, rows)
            self._run.report.listed(memory.key, changed, before, rows)

    def _fill(self, name: str, memory: Snapshot, rows: Mapping[str, Row]) -> None:
        """Give a partition that is not split these rows, whatever it had."""
        if len(rows) > self._series.most and children(name):
            self._begin(name, memory)
            # Not compressed: it is there for as long as it takes to divide it.
            body = Packed.of(self._series.memory(name, rows, memory))
            marks = {**self._series.metadata(rows), "splitting": "1"}
            self._divide(name, self._run.site.replaced(memory, body, marks), rows)
            return
        self._put(name, memory, rows)
        self.leaves[name] = bool(rows)

    def _divide(self, name: str, memory: Snapshot, rows: Mapping[str, Row] | None = None) -> None:
        """Divide the rows of a memory that is ``splitting`` among the partition's children.

        ``rows`` are those of a memory that this run has just written.
        """
        found = self._run.concurrently(self._run.site.read, [self._key(child) for child in children(name)])
        self._confirm(memory)
        if not memory.splitting:
            raise WriteConflict(f"{memory.key} has been split")
        if rows is None:
            rows = {one: row for one, row in self.known(memory).items() if row is not None}
        truth = self._run.articles.get_many(sorted(rows))
        moments = {
            one: self._series.moment(record.listed)
            for one, record in truth.items()
            if isinstance(record, ArticleItem)
        }
        parts = parted(name, moments, {one: row for one, row in rows.items() if one in moments})
        if self._announce:
            self._announce(parts)
        for child, there in zip(children(name), found, strict=True):
            # A child may be left of a run that divided other rows, or may have been split itself.
            if there.splitting:
                self._divide(child, there)
            elif not there.split and (child in parts or there.stored is not None):
                self._fill(child, there, parts.get(child, {}))
        self._put(name, memory, {}, {"split": "1"})
        self.split.add(name)

    def _put(
        self, name: str, memory: Snapshot, rows: Mapping[str, Row], marks: Mapping[str, str] | None = None
    ) -> None:
        """Write the outputs as one, the others begun before where there is no memory."""
        begun = self._begin(name, memory)
        others = {one.key: one for one in begun} if memory.stored is None else {}
        outputs = self._series.outputs(name, rows, memory, split=bool(marks))
        write_set(self._run, memory, outputs, {**self._series.metadata(rows), **(marks or {})}, others)

    def _begin(self, name: str, memory: Snapshot) -> Sequence[Snapshot]:
        """Begin a partition's other outputs without rows where there is no memory; return them.

        Whoever finds a memory may so link to all of its partition.
        """
        site, keys = self._run.site, self._series.keys(name)[1:]
        if memory.stands or not keys:
            return ()
        others = self._run.concurrently(site.read, keys)
        begun = self._series.outputs(name, {}, memory)
        # The page comes first: the feeds lead to it.
        backwards = [one if one.stands else site.replaced(one, begun[one.key]) for one in reversed(others)]
        return backwards[::-1]

    def _confirm(self, memory: Snapshot) -> None:
        if self._run.site.read(memory.key).etag != memory.etag:
            raise WriteConflict(f"{memory.key} has changed")

    def _memory(self, name: str, memories: Mapping[str, Snapshot]) -> Snapshot:
        return memories.get(self._key(name)) or self._run.site.read(self._key(name))

    def _key(self, name: str) -> str:
        return self._series.keys(name)[0]
