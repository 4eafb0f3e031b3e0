"""Search's files of the changed articles, then the list of all of them, in which ended months are joined.

Joint files are made from those of their days, which stay, true but unnamed. Whoever has written a day goes on
to the joint file that stands for it, and whoever makes a joint file looks at its days once more when the
list names it: so of two runs at once the later one sees the other's day, or finds its joint file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from functions.publish import search_index
from functions.publish.article_pages import Pages
from functions.publish.changes import Change
from functions.publish.partition_writing import PartitionWriter, days_of
from functions.publish.partitions import children
from functions.publish.run import Run
from functions.publish.search_index import INDEX_KEY, has_ended, is_joint, joint_names, month_of
from functions.publish.search_months import EndedMonth, Rows
from functions.publish.search_rows import SearchRow, SearchSeries, document, search_key
from functions.publish.settling import ATTEMPTS, Settle, Step, check_time
from functions.publish.snapshot import Snapshot
from newswire.article_table import Record
from newswire.bucket import WriteConflict


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
class _Days:
    """The rows of the days, and parts of days, that were looked at; ``split`` are those that have none."""

    rows: Mapping[str, Rows]
    split: Collection[str]


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
        run = self._run
        snapshot = run.site.read(INDEX_KEY)
        listed, unproven = search_index.read(snapshot.body), search_index.unproven(snapshot.body)
        joint = {month: self._joint(month) for month in sorted(self._months_to_join(listed, unproven))}
        days = self._days(listed)
        ended = {month: self._month(files, listed, days, unproven) for month, files in joint.items()}
        if unread := {day for month in ended.values() for day in month.unread()}:
            self._looked |= unread
            return False
        named = {name: count for name, count in listed.items() if name not in days.split}
        named |= {name: len(rows) for name, rows in days.rows.items()}
        named = {name: count for name, count in named.items() if month_of(name) not in ended}
        for month in ended.values():
            named |= month.partitions()
        files = {name: file for one in joint.values() for name, file in one.items()}
        bodies = {name: document(rows) for month in ended.values() for name, rows in month.rows().items()}
        # What the list names is there before it is named, and as long as it is.
        wrote = self._replace(files, {name: body for name, body in bodies.items() if name in named})
        new = bodies.keys() - listed.keys()
        wrote = run.site.write(snapshot, search_index.document(named, new)) or wrote
        left = self._replace(files, {name: body for name, body in bodies.items() if name not in named})
        return not (wrote or left)

    def _replace(self, files: Mapping[str, Snapshot], bodies: Mapping[str, bytes]) -> bool:
        """Write joint files; return whether one was not the same already."""
        wrote = [self._run.site.write(files[name], body) for name, body in sorted(bodies.items())]
        return any(wrote)

    def _months_to_join(self, listed: Mapping[str, int], unproven: Collection[str]) -> set[str]:
        """Return the months of the files looked at, unproven ones and, everywhere, those not joined yet.

        A month that another run has joined has ended, whatever this one's clock says.
        """
        joint = {month_of(name) for name in listed if is_joint(name)}
        months = {month_of(name) for name in (*self._looked, *unproven)}
        if self._everywhere:
            months |= search_index.unjoined(listed, self._series.most)
        return {month for month in months if month in joint or has_ended(month, self._run.now)}

    def _joint(self, month: str) -> dict[str, Snapshot]:
        names = joint_names(month)
        files = self._run.concurrently(self._run.site.read, [search_key(name) for name in names])
        return dict(zip(names, files, strict=True))

    def _days(self, listed: Mapping[str, int]) -> _Days:
        """Read what is to be looked at; of a split one that is listed, by itself or jointly, all parts."""
        rows: dict[str, Rows] = {}
        split = set(self._written.split)  # for good: no need to look again
        parts = {
            part for name in split if search_index.covering(name) & listed.keys() for part in children(name)
        }
        pending = (self._looked | parts) - split
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
        return _Days(rows, split)

    def _month(
        self, joint: Mapping[str, Snapshot], listed: Mapping[str, int], days: _Days, unproven: Collection[str]
    ) -> EndedMonth:
        month = month_of(next(iter(joint)))
        return EndedMonth(
            listed={name: count for name, count in listed.items() if month_of(name) == month},
            joint={name: self._rows(file) for name, file in joint.items() if file.stored is not None},
            fresh={name: rows for name, rows in days.rows.items() if month_of(name) == month},
            split=days.split,
            unproven=unproven,
            most=self._series.most,
        )

    def _rows(self, memory: Snapshot) -> Rows:
        return {one: row for one, row in self._written.known(memory).items() if row is not None}
