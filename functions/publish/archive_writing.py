"""The steps that keep a channel's archive: its partitions, then the links between them and the calendar.

The list of partitions is written last: until it names a partition, whoever comes again makes its links anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from functions.publish import archive_index
from functions.publish.archive_index import Links
from functions.publish.archive_pages import MONTHS_PAGE, month_key, month_page, months_page
from functions.publish.article_pages import Pages
from functions.publish.changes import Change
from functions.publish.channel_rendering import Rendered
from functions.publish.channels import all_channels, channels_of
from functions.publish.day_archives import DayArchive
from functions.publish.feed_bodies import FeedBodies
from functions.publish.partition_writing import PartitionWriter, days_of
from functions.publish.partitions import children
from functions.publish.run import Run
from functions.publish.settling import ATTEMPTS, Settle, Step, check_time
from newswire.article_table import Record
from newswire.bucket import WriteConflict


def archive_steps(
    run: Run, changes: Mapping[str, Change], pages: Pages, bodies: FeedBodies, *, everywhere: bool = False
) -> list[Step]:
    """Return the steps that bring every archive up to date that these articles are, or were, listed in.

    ``everywhere``: the calendar is made anew, too.
    """
    placements = [one for change in changes.values() for one in change.placements]
    channels = set(channels_of(placements, run.look.catalogue)) if changes else set()
    steps: list[Step] = []
    for channel in all_channels(run.look.catalogue):
        renewed = everywhere and channel.kind == "portal"
        if channel in channels or renewed:
            series = DayArchive(run.look, channel, bodies, run.edition)
            listed = {one: change for one, change in changes.items() if channel.lists_any(change.placements)}
            writer = PartitionWriter(run, series, days_of(series, listed), pages)
            steps += [Settle(run, writer), ArchiveLinks(run, series, writer, renewed=renewed)]
    return steps


class ArchiveLinks:
    """The step that links a channel's partitions, and lists them, as they are now.

    ``renewed``: the calendar of all months is looked at, whether a day has come to it or not.
    """

    def __init__(
        self, run: Run, series: DayArchive, written: PartitionWriter[Rendered], *, renewed: bool
    ) -> None:
        self._run = run
        self._series = series
        self._written = written
        self._renewed = renewed

    def read(self) -> set[str]:
        """Ask for no article: links follow from the partitions."""
        return set()

    def write(self, truth: Mapping[str, Record]) -> set[str]:  # noqa: ARG002 - a step's signature
        """Write until the list, as it was read, says what the partitions say; return whose links it lacks."""
        run, looked = self._run, set(self._written.leaves)
        for attempt in range(ATTEMPTS):
            check_time(run)
            snapshot = run.site.read(self._series.channel.archive_index)
            known = archive_index.read(snapshot.body)
            # Where the list still names a split one, whoever split it has not come as far as here.
            unlisted = [child for name in self._written.split & known for child in children(name)]
            looked.update(unlisted)
            holding = self._written.leaves if attempt == 0 and not unlisted else self._holding(looked)
            leaves = _with(known - self._written.split, holding)
            try:
                if self._renewed:
                    self._write_calendar(archive_index.months_of(leaves | known), leaves)
                if leaves == known and snapshot.stored is not None:
                    return set()
                self._link(known, leaves)
                run.site.write(snapshot, archive_index.document(leaves))
            except WriteConflict:
                continue
        return {one for day in self._written.subjects() for one in self._written.concerned(day)}

    def _holding(self, names: Collection[str]) -> dict[str, bool]:
        """Return which of these partitions hold articles now, whoever wrote them last."""
        keys = {self._series.keys(name)[0]: name for name in sorted(names)}
        found = self._run.concurrently(self._run.site.read, keys)
        return {
            keys[one.key]: not one.split and one.stored is not None and bool(self._series.ids(one))
            for one in found
        }

    def _link(self, known: Collection[str], leaves: Collection[str]) -> None:
        links = archive_index.links_of(leaves)
        for name in archive_index.relinked(known, leaves):
            self._relink(name, links.get(name, Links()))
        if self._series.channel.kind == "portal":
            months = archive_index.months_of({*known, *leaves})
            changed = {name[:7] for name in set(known) ^ set(leaves)}
            near = [
                month
                for place, month in enumerate(months)
                if changed & set(months[max(place - 1, 0) : place + 2])
            ]
            self._write_calendar(near, leaves)

    def _relink(self, name: str, links: Links) -> None:
        """Give a partition's outputs their links."""
        site, keys = self._run.site, self._series.keys(name)
        others = self._run.concurrently(site.read, keys[1:])
        memory = site.read(keys[0])
        if memory.stored is None:
            return
        known = self._written.known(memory)
        rows = {one: row for one, row in known.items() if row is not None}
        outputs = self._series.linked(name, rows, links)
        marks = {"split": "1"} if memory.split else {}
        site.write(memory, outputs[memory.key], {**self._series.metadata(), **marks})
        for other in others:
            site.write(other, outputs[other.key])

    def _write_calendar(self, months: Iterable[str], leaves: Collection[str]) -> None:
        look = self._run.look
        bodies = {month_key(month): month_page(look, month, leaves) for month in months}
        bodies[MONTHS_PAGE] = months_page(look, leaves)
        for snapshot in self._run.concurrently(self._run.site.read, sorted(bodies)):
            self._run.site.write(snapshot, bodies[snapshot.key])


def _with(names: Collection[str], holding: Mapping[str, bool]) -> frozenset[str]:
    """Return the names, those that hold articles added and those that hold none taken out."""
    return frozenset({*names, *(name for name, holds in holding.items() if holds)}) - {
        name for name, holds in holding.items() if not holds
    }
