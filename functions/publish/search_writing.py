"""Search's files of the changed articles, then the list of all of them, in which ended months are joined.

Joint files are made from those of their days, which stay, true but unnamed. Whoever has written a day goes on
to the joint file that stands for it, and whoever makes a joint file looks at its days once more when the
list names it: so of two runs at once the later one sees the other's day, or finds its joint file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from functions.publish import search_index
from functions.publish.article_pages import Pages
from functions.publish.changes import Change
from functions.publish.partition_writing import PartitionWriter, days_of
from functions.publish.partitions import children
from functions.publish.run import Run
from functions.publish.search_index import has_ended, is_joint, joint_names, month_of
from functions.publish.search_rows import SearchRow, SearchSeries, document, search_key
from functions.publish.settling import ATTEMPTS, Settle, Step, check_time
from functions.publish.snapshot import Snapshot
from newswire.article_table import Record
from newswire.bucket import WriteConflict

Rows = Mapping[str, SearchRow]


def search_steps(
    run: Run,
    changes: Mapping[str, Change],
    pages: Pages,
    *,
    everywhere: bool = False,
    series: SearchSeries | None = None,
) -> tuple[Step, ...]:
    """Return the steps that bring search up to date; ``everywhere``: months that have ended are joined."""
    series = series or SearchSeries()
    writer = PartitionWriter(run, series, days_of(series, changes), pages)
    return Settle(run, writer), SearchIndex(run, series, writer, everywhere=everywhere)


@dataclass(frozen=True, slots=True)
class _Look:
    """What one look found: the list, and the rows of the files looked at that are not split."""

    listed: Mapping[str, int]
    rows: Mapping[str, Rows]
    split: Collection[str]

    def months(self) -> set[str]:
        """Return the months of the files looked at."""
        return {month_of(name) for name in (*self.rows, *self.split)}


@dataclass(frozen=True, slots=True)
class _Ended:
    """A month that has ended: its joint files as they were read, and its leaves.

    ``counts`` says how many articles each leaf has; of those whose file was read, or stands in a joint file
    that the list names, there are ``rows``.
    """

    joint: Mapping[str, Snapshot]
    rows: Mapping[str, Rows]
    counts: Mapping[str, int]


class SearchIndex:
    """The step that makes the list, and the joint files, say what the files say that were written."""

    def __init__(
        self, run: Run, series: SearchSeries, written: PartitionWriter[SearchRow], *, everywhere: bool
    ) -> None:
        self._run = run
        self._series = series
        self._written = written
        self._everywhere = everywhere
        self._looked: set[str] = set()

    def read(self) -> set[str]:
        """Ask for no article: the list follows from the files."""
        return set()

    def write(self, truth: Mapping[str, Record]) -> set[str]:  # noqa: ARG002 - a step's signature
        """Write until the list, as it was read, says what the files say; return whose files it lacks."""
        self._looked = {*self._written.leaves, *self._written.split}
        for _ in range(ATTEMPTS):
            check_time(self._run)
            try:
                if self._is_settled():
                    return set()
            except WriteConflict:
                continue
        return {one for day in self._written.subjects() for one in self._written.concerned(day)}

    def _is_settled(self) -> bool:
        """Look at everything once and write what differs; return whether nothing did."""
        snapshot = self._run.site.read(search_index.INDEX_KEY)
        look = self._look(search_index.read(snapshot.body))
        ended = {month: self._month(month, look) for month in sorted(self._months_to_join(look))}
        if unread := {leaf for month in ended.values() for leaf in self._unread(month)}:
            self._looked |= unread
            return False
        counts = {name: count for name, count in look.listed.items() if name not in look.split}
        counts |= {name: len(rows) for name, rows in look.rows.items()}
        named = {name: count for name, count in counts.items() if month_of(name) not in ended}
        settled = True
        for month in ended.values():
            partitions, wrote = self._join(month)
            named |= partitions
            settled = settled and not wrote
        wrote = self._run.site.write(snapshot, search_index.document(named))
        joint = [pair for month in ended.values() for pair in month.joint.items()]
        emptied = self._empty(file for name, file in joint if name not in named)
        return settled and not wrote and not emptied

    def _look(self, listed: Mapping[str, int]) -> _Look:
        """Read the files to look at; of a split one that is still listed, by itself or jointly, all parts."""
        rows: dict[str, Rows] = {}
        split: set[str] = set()
        pending = set(self._looked)
        while pending:
            self._looked |= pending
            names = sorted(pending)
            files = self._run.concurrently(self._run.site.read, [search_key(name) for name in names])
            pending = set()
            for name, file in zip(names, files, strict=True):
                if not file.split:
                    rows[name] = self._rows(file)
                    continue
                split.add(name)
                if search_index.covering(name) & listed.keys():
                    pending.update(children(name))
            pending -= rows.keys() | split
        return _Look(listed, rows, split)

    def _months_to_join(self, look: _Look) -> set[str]:
        """Return the months of the files looked at and, everywhere, all that can be joined further.

        A month that another run has joined has ended, whatever this one's clock says.
        """
        joint = {month_of(name) for name in look.listed if is_joint(name)}
        months = look.months()
        if self._everywhere:
            months |= search_index.unjoined(look.listed, self._series.most)
        return {month for month in months if month in joint or has_ended(month, self._run.now)}

    def _month(self, month: str, look: _Look) -> _Ended:
        names = joint_names(month)
        files = self._run.concurrently(self._run.site.read, [search_key(name) for name in names])
        joint = dict(zip(names, files, strict=True))
        days: dict[str, dict[str, SearchRow]] = {}
        for name in joint.keys() & look.listed.keys():
            for one, row in self._rows(joint[name]).items():
                days.setdefault(row.day, {})[one] = row
        rows = {**days, **{name: found for name, found in look.rows.items() if month_of(name) == month}}
        rows = {name: found for name, found in rows.items() if name not in look.split}
        counts = search_index.leaves_of(month, look.listed) | {name: len(rows[name]) for name in rows}
        held = {name: count for name, count in counts.items() if count and name not in look.split}
        return _Ended(joint, rows, held)

    def _unread(self, month: _Ended) -> set[str]:
        joined = search_index.joined(month.counts, self._series.most)
        return {
            leaf for name, leaves in joined.items() if is_joint(name) for leaf in leaves
        } - month.rows.keys()

    def _join(self, month: _Ended) -> tuple[dict[str, int], bool]:
        """Write a month's joint files; return its partitions, and whether one was written."""
        partitions, wrote = {}, False
        for name, leaves in search_index.joined(month.counts, self._series.most).items():
            partitions[name] = sum(month.counts[leaf] for leaf in leaves)
            if is_joint(name):
                rows = {one: row for leaf in leaves for one, row in month.rows[leaf].items()}
                wrote = self._run.site.write(month.joint[name], document(rows)) or wrote
        return partitions, wrote

    def _empty(self, files: Iterable[Snapshot]) -> bool:
        """Take the rows out of joint files that the list names no more; return whether one had any."""
        wrote = [self._run.site.write(file, document({})) for file in files if file.stored is not None]
        return any(wrote)

    def _rows(self, memory: Snapshot) -> Rows:
        return {one: row for one, row in self._written.known(memory).items() if row is not None}
