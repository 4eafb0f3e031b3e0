"""The steps that keep a channel's archive: its partitions, then the links between them and the calendar.

The list of partitions names each one before it first holds articles: it is all by which a channel can be
taken out whole. Then it says which of them are not linked yet, so that all runs make the same links; whoever
meets such a list makes what links it still wants.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from functions.publish import archive_index
from functions.publish.archive_index import Links, Listing
from functions.publish.archive_waiting import Reach, waiting
from functions.publish.article_pages import Pages
from functions.publish.calendar_writing import BegunMonths, calendar_pages
from functions.publish.changes import Change
from functions.publish.channel_rendering import Rendered
from functions.publish.channels import Channel, all_channels, channels_of
from functions.publish.day_archives import DayArchive
from functions.publish.feed_bodies import FeedBodies
from functions.publish.output_sets import write_set
from functions.publish.partition_writing import PartitionWriter, days_of
from functions.publish.partitions import children
from functions.publish.run import Run
from functions.publish.settling import ATTEMPTS, Settle, Step, check_time
from functions.publish.snapshot import Snapshot
from newswire.article_table import Record
from newswire.bucket import WriteConflict


def archive_steps(
    run: Run,
    changes: Mapping[str, Change],
    pages: Pages,
    bodies: FeedBodies,
    reaches: Mapping[Channel, Reach],
    listed: dict[Channel, Listing],
    *,
    everywhere: bool = False,
) -> list[Sequence[Step]]:
    """Return for each archive that these articles are, or were, listed in the steps that bring it up to date.

    What is within the reach of its channel may wait. ``listed`` gets the list of partitions of each archive
    that is up to date. ``everywhere``: the calendar is made anew, too.
    """
    placements = [one for change in changes.values() for one in change.placements]
    channels = set(channels_of(placements, run.look.catalogue)) if changes else set()
    archives: list[Sequence[Step]] = []
    for channel in all_channels(run.look.catalogue):
        renewed = everywhere and channel.kind == "portal"
        if channel in channels or renewed:
            series = DayArchive(run.look, channel, bodies, run.editions)
            days = days_of(series, _due(channel, changes, reaches.get(channel, Reach()), run.now))
            if not days and not renewed:
                continue
            months = [BegunMonths(run, {day[:7] for day in days})] if channel.kind == "portal" else []
            # Nobody takes the portal's own archive out.
            announce = None if channel.kind == "portal" else partial(_announce, run, channel)
            writer = PartitionWriter(run, series, days, pages, announce)
            links = ArchiveLinks(run, series, writer, listed, renewed=renewed)
            archives.append([*months, Settle(run, writer), links])
    return archives


def _due(
    channel: Channel, changes: Mapping[str, Change], reach: Reach, now: datetime
) -> Mapping[str, Change]:
    """Return those of the changes that the channel's archive is to show now."""
    listed = {one: change for one, change in changes.items() if channel.lists_any(change.placements)}
    later = waiting(channel, reach, listed, now)
    return {one: change for one, change in listed.items() if one not in later}


def _announce(run: Run, channel: Channel, names: Collection[str]) -> None:
    """Have the list of the channel's archive name partitions that are about to hold articles.

    A run that finds them in the list only later may die before. Raise :class:`WriteConflict` where another
    run writes the list.
    """
    snapshot = run.site.read(channel.archive_index)
    listing = archive_index.read(snapshot.body)
    if not listing.begun.issuperset(names):
        begun = replace(listing, begun=listing.begun.union(names))
        run.site.write(snapshot, archive_index.document(begun))


class ArchiveLinks:
    """The step that links a channel's partitions, and lists them, as they are now.

    ``listed`` gets the list as it is at last. ``renewed``: the calendar of all months is looked at, whether a
    day has come to it or not.
    """

    def __init__(
        self,
        run: Run,
        series: DayArchive,
        written: PartitionWriter[Rendered],
        listed: dict[Channel, Listing],
        *,
        renewed: bool,
    ) -> None:
        self._run = run
        self._series = series
        self._written = written
        self._listed = listed
        self._tried: frozenset[str] = frozenset()
        self._renewed = renewed

    def read(self) -> set[str]:
        """Ask for no article: links follow from the partitions."""
        return set()

    def write(self, truth: Mapping[str, Record]) -> set[str]:  # noqa: ARG002 - a step's signature
        """Write until the list, as it was read, says what the partitions say; return whose links it lacks."""
        for _ in range(ATTEMPTS):
            check_time(self._run)
            try:
                snapshot, listing = self._list()
                self._link(snapshot, listing)
            except WriteConflict:
                continue
            self._listed[self._series.channel] = listing
            return set()
        return {one for day in self._written.subjects() for one in self._written.concerned(day)}

    def _list(self) -> tuple[Snapshot, Listing]:
        """List those partitions that hold articles, of all that this run has looked at; return the list."""
        snapshot, known = self._read_list()
        split, found = self._written.split, self._written.leaves
        # Where the list still names a split one, whoever split it has not come as far as here.
        unlisted = [child for name in split & known.partitions for child in children(name)]
        news = [name for name, holds in found.items() if holds != (name in known.partitions)]
        news += [name for name, holds in found.items() if holds and name in known.begun]
        # What was found before the list was read may be another by now.
        holding = self._holding({*unlisted, *news})
        leaves = _with(known.partitions - split, holding)
        # One that holds nothing stays begun: another run may be about to fill it. So does one that no longer
        # holds anything: its documents, to which nothing leads, are still there to be taken out.
        emptied = known.partitions - leaves if self._series.channel.kind != "portal" else frozenset[str]()
        begun = (known.begun | emptied) - split - {name for name, holds in holding.items() if holds}
        listing = Listing(leaves, known.unlinked | (leaves ^ known.partitions), begun)
        if listing == known and snapshot.stored is not None:
            return snapshot, known
        self._run.site.write(snapshot, archive_index.document(listing))
        return self._read_list()

    def _link(self, snapshot: Snapshot, listing: Listing) -> None:
        """Make the links that are still to be made, whoever listed the partitions.

        Whatever is written was read before the list, or before it was found to be the same still: whoever
        has changed it meanwhile comes to the same documents later. Where they were then as they were to be,
        nothing tells that run that this one was late: what this one wrote by a list that had changed, it
        writes anew by the next one.
        """
        pending = replace(listing, unlinked=listing.unlinked | self._tried)
        linked = archive_index.relinked(pending)
        self._tried = pending.unlinked.union(linked)
        for name, links in linked.items():
            self._relink(name, links, snapshot)
        if self._series.channel.kind == "portal" and (self._renewed or pending.unlinked):
            self._write_calendar(pending, snapshot)
        if listing.unlinked:
            self._run.site.write(snapshot, archive_index.document(replace(listing, unlinked=frozenset())))
        elif pending.unlinked:
            self._confirm(snapshot)

    def _read_list(self) -> tuple[Snapshot, Listing]:
        snapshot = self._run.site.read(self._series.channel.archive_index)
        return snapshot, archive_index.read(snapshot.body)

    def _holding(self, names: Collection[str]) -> dict[str, bool]:
        """Return which of these partitions, or their parts, hold articles now, whoever wrote them last."""
        keys = {self._series.keys(name)[0]: name for name in sorted(names)}
        found = self._run.concurrently(self._run.site.read, keys)
        holding = {keys[one.key]: not one.split and bool(self._series.ids(one)) for one in found}
        parts = [part for one in found if one.split for part in children(keys[one.key])]
        return holding | (self._holding(parts) if parts else {})

    def _relink(self, name: str, links: Links, listed: Snapshot) -> None:
        """Give a partition's outputs their links, again and again where overtaken."""
        for _ in range(ATTEMPTS):
            others = self._run.concurrently(self._run.site.read, self._series.keys(name)[1:])
            memory = self._run.site.read(self._series.keys(name)[0])
            self._confirm(listed)
            try:
                return self._write_linked(name, links, memory, others)
            except WriteConflict:
                check_time(self._run)
        raise WriteConflict(f"{name} is being written all the time")

    def _write_linked(self, name: str, links: Links, memory: Snapshot, others: Collection[Snapshot]) -> None:
        if memory.stored is None:
            return
        rows = {one: row for one, row in self._written.known(memory).items() if row is not None}
        outputs = self._series.linked(name, rows, links, split=memory.split)
        kept = {mark: "1" for mark in ("split", "splitting") if mark in memory.metadata}
        marks = {**self._series.metadata(rows), **kept}
        write_set(self._run, memory, outputs, marks, {one.key: one for one in others})

    def _write_calendar(self, listing: Listing, listed: Snapshot) -> None:
        bodies = calendar_pages(self._run.look, listing, every=self._renewed)
        found = self._run.concurrently(self._run.site.read, bodies)
        self._confirm(listed)
        for snapshot in found:
            self._run.site.write(snapshot, bodies[snapshot.key])

    def _confirm(self, listed: Snapshot) -> None:
        if self._run.site.read(listed.key).etag != listed.etag:
            raise WriteConflict(f"{listed.key} has changed")


def _with(names: frozenset[str], holding: Mapping[str, bool]) -> frozenset[str]:
    """Return the names, those that hold articles added and those that hold none taken out."""
    return frozenset({*names, *(name for name, holds in holding.items() if holds)}) - {
        name for name, holds in holding.items() if not holds
    }
