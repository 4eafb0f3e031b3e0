"""Channels: the index, the batch and their own memory propose what they list, and the table decides.

What changed, and what the index proposes beyond the memory, is asked for by consistent reads; the
rest is taken over from the memory, because its changes have records of their own. A thorough run (the
schedule's) asks for everything, and so does one whose edition is not the memory's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from functions.publish import archive_index
from functions.publish.archive_index import Listing
from functions.publish.archive_waiting import Fill, Reach, late_for
from functions.publish.article_pages import Pages
from functions.publish.carried import Carried
from functions.publish.changes import Change
from functions.publish.channel_candidates import Candidate, ChannelState, Choosing, candidates_of
from functions.publish.channel_choice import Choice, Known, is_whole
from functions.publish.channel_rendering import Rendered, channel_outputs
from functions.publish.channels import LEAST_ENTRIES, MOST_ENTRIES, Channel, all_channels, channels_of
from functions.publish.entries import Entry
from functions.publish.feed_bodies import FeedBodies
from functions.publish.output_sets import write_set
from functions.publish.pinned_articles import pinned_among, pinned_on
from functions.publish.run import Run
from functions.publish.snapshot import Snapshot
from functions.publish.unfinished_noting import note_before_adding
from newswire.article_item import ArticleItem
from newswire.article_table import Record
from newswire.bucket import WriteConflict

# How far the index is looked through for what takes the place of articles that left
WIDER = 4
MOST_PROPOSALS = WIDER**3 * MOST_ENTRIES


class ChannelWriter:
    """Brings channels up to date.

    ``changes`` are the articles that changed, by id, and ``pages`` what became of their pages, which are
    written before; ``bodies`` are the entries of the whole run. ``further`` channels are looked at whether
    a change touches them or not. ``used`` are the items that this run was the first to list so;
    ``newest`` the newest entries of the source channels that it has decided; ``reaches`` how far the channels
    go back, as they were read first, with what changed; ``archived`` the lists of their archives' partitions,
    as far as they were read since the channels were; ``late`` articles that have to be archived before a list
    of theirs, which is full now, can be written.
    """

    def __init__(
        self,
        run: Run,
        changes: Mapping[str, Change],
        pages: Pages,
        bodies: FeedBodies,
        further: Collection[Channel] = (),
    ) -> None:
        self._run = run
        self._changes = changes
        self._further = frozenset(further)
        self._bodies = bodies
        self._choosing = Choosing(run, pages, bodies)
        self._limits: dict[Channel, int] = {}
        self._overtaken: set[Channel] = set()
        self.failed: set[str] = set()
        self.used: dict[str, ArticleItem] = {}
        self.newest: dict[Channel, Entry | None] = {}
        self.reaches: dict[Channel, Reach] = {}
        self.archived: dict[Channel, Listing] = {}
        self.late: dict[str, Change] = {}

    def subjects(self) -> list[Channel]:
        """Return the channels that the changed articles are, or were, listed in, and the further ones."""
        catalogue = self._run.look.catalogue
        placements = [one for change in self._changes.values() for one in change.placements]
        touched = frozenset(channels_of(placements, catalogue) if self._changes else ())
        return [one for one in all_channels(catalogue) if one in touched | self._further]

    def read(self, channels: Sequence[Channel]) -> list[ChannelState]:
        """Return the channels as they are now.

        A thorough run looks at all of their outputs, and so does one that was overtaken: pages show days and
        pinned articles, of which memories say nothing. Where there is a hub, each feed says how often it was
        written. The memories come last: who finds one as it was cannot have read an output that followed a
        newer one.
        """
        self.archived.clear()
        looks = self._run.thorough or self._run.site.has_hub
        whole = [one for one in channels if looks or one in self._overtaken]
        others = [key for channel in whole for key in _keys(channel)[1:]]
        memories = [_keys(channel)[0] for channel in channels]
        found = [
            *self._run.concurrently(self._run.site.read, others),
            *self._run.concurrently(self._run.site.read, memories),
        ]
        snapshots = {snapshot.key: snapshot for snapshot in found}

        def state(channel: Channel) -> ChannelState:
            return self._state(channel, {key: snapshots[key] for key in _keys(channel) if key in snapshots})

        return self._run.concurrently(state, channels)

    def wanted(self, states: Sequence[ChannelState]) -> set[str]:
        """Return the articles that have to be asked for."""
        pinned = (pinned_on(self._run.look.catalogue, state.channel) for state in states)
        return set().union(*pinned, *(state.asked for state in states))

    def write(self, states: Sequence[ChannelState], truth: Mapping[str, Record]) -> list[Channel]:
        """Write the channels; return those that were overtaken or need more proposals."""
        carried = [one for record in truth.values() if (one := self._run.carried(record))]
        candidates = {state.channel: candidates_of(state, carried) for state in states}
        self._choosing.load(candidates)
        items = {one.entry.id: one.item for one in carried}
        again: list[Channel] = []
        decided: list[tuple[ChannelState, Choice, Sequence[Rendered]]] = []
        for state in states:
            with self._alone(state.channel, again):
                choice = self._whole_choice(state, candidates[state.channel])
                if choice is None:
                    again.append(state.channel)
                else:
                    decided.append((state, choice, self._pinned(state, carried)))

        def write(one: tuple[ChannelState, Choice, Sequence[Rendered]]) -> None:
            with self._alone(one[0].channel, again):
                self._write(*one, items)

        self._run.concurrently(write, decided)
        return again

    @contextmanager
    def _alone(self, channel: Channel, again: list[Channel]) -> Iterator[None]:
        """Let one channel's failure be that channel's alone; one that was overtaken comes ``again``."""
        try:
            yield
        except WriteConflict:
            self._overtaken.add(channel)
            again.append(channel)
        except Exception as error:  # noqa: BLE001 - whatever it is
            self._run.report.failed(channel.page, error)
            self.failed.update(self.concerned(channel))

    def _whole_choice(self, state: ChannelState, found: Sequence[Candidate]) -> Choice | None:
        """Return what the channel lists, ``None`` where more has to be known for that."""
        choice = self._choosing.choice(found)
        here = {one.entry.id for one in found}
        if state.limit >= MOST_PROPOSALS or is_whole(choice, state.known, here):
            return choice
        self._limits[state.channel] = max(MOST_ENTRIES, WIDER * state.limit)
        return None

    def concerned(self, subject: Channel) -> set[str]:
        """Return the changed articles that the channel lists, or listed."""
        return {one for one, change in self._changes.items() if subject.lists_any(change.placements)}

    def _state(self, channel: Channel, outputs: Mapping[str, Snapshot]) -> ChannelState:
        run, stored = self._run, outputs[channel.feed("json")]
        memory = self._bodies.memory(stored)
        edition = stored.metadata.get("edition")
        same_edition = edition == self._edition(one.entry for one in memory.values())
        if run.editions.is_of_program(edition):
            self._bodies.remember(memory.values())
        batch = self.concerned(channel)
        limit = self._limits.get(channel, MOST_ENTRIES)
        if memory and channel not in self._limits:
            limit = min(limit, max(LEAST_ENTRIES, len(memory.keys() | batch)) + 1)
        proposals = run.articles.listed_before(channel.index, channel.id, None, limit)
        fill = Fill.of(stored.metadata)
        cut = fill.cut
        added = (f"{place.listed}#{one}" for one in batch for place in self._changes[one].placements)
        orders = {*(one.entry.order for one in memory.values()), *added}
        self.reaches.setdefault(channel, Reach.of(orders, fill, run.now))
        # What had no place before shows, as long as it is there, that there is none.
        asked = frozenset(
            batch.union((one.id for one in proposals), memory, {cut.partition("#")[2]} if cut else ())
        )
        if same_edition and not run.thorough:
            asked -= memory.keys() - batch
        known = Known(
            memory=memory.keys(),
            cut=cut,
            floor=proposals[-1].position if len(proposals) == limit else "",
            looked_far=limit >= MOST_ENTRIES,
        )
        return ChannelState(channel, outputs, memory, asked, known, fill, limit)

    def _pinned(self, state: ChannelState, carried: Sequence[Carried]) -> list[Rendered]:
        """Return the pinned articles that the channel's page can show."""
        shown: list[Rendered] = []
        for one in pinned_among(carried, self._run.look.catalogue, state.channel):
            if self._choosing.page_is_there(one.entry) and (
                rendered := self._bodies.rendered(one.entry, one)
            ):
                shown.append(rendered)
                # Whoever takes it away meanwhile may find it nowhere yet: its version is asked for again.
                self.used.setdefault(one.item.id, one.item)
        return shown

    def _write(
        self,
        state: ChannelState,
        choice: Choice,
        pinned: Sequence[Rendered],
        items: Mapping[str, ArticleItem],
    ) -> None:
        filled = state.fill.marks(choice.end if choice.cut else None, self._run.now)
        if filled and (late := self._late(state)):
            self.late.update(late)
            return
        chosen = choice.entries
        for one in chosen:
            known = state.memory.get(one.entry.id)
            if known is None or known.entry.fingerprint != one.entry.fingerprint:
                self.used.setdefault(one.entry.id, items[one.entry.id])
        outputs = channel_outputs(self._run.look, state.channel, chosen, pinned, self._days(state.channel))
        # Marks are the memory's: the others are written whenever they differ.
        marks = {
            "edition": self._edition(one.entry for one in chosen),
            **filled,
        }
        here = {one.entry.id for one in chosen}
        note_before_adding(self._run, here - state.memory.keys())
        memory = state.channel.feed("json")
        others = {key: one for key, one in state.outputs.items() if key != memory}
        write_set(
            self._run,
            state.outputs[memory],
            outputs,
            marks,
            others,
            memory_says_all=False,
            settled=lambda: self._run.report.listed(memory, self._changes, state.memory, here),
        )
        if state.channel.kind == "source":
            self.newest[state.channel] = chosen[0].entry if chosen else None

    def _days(self, channel: Channel) -> set[str]:
        """Return the days of a channel's archive.

        Read after the channel: whoever adds a day comes to the channel after that.
        """
        listing = self.archived.get(channel)
        if listing is None:
            listing = archive_index.read(self._run.site.read(channel.archive_index).body)
        return {name[:10] for name in listing.partitions}

    def _late(self, state: ChannelState) -> dict[str, Change]:
        """Return what the archive has to have before the channel is full, by article."""
        changes = {one: self._changes[one] for one in self.concerned(state.channel)}
        listed = () if state.fill.was_full(self._run.now) else (one.entry for one in state.memory.values())
        return late_for(state.channel, self.reaches[state.channel], changes, listed, self._run.now)

    def _edition(self, entries: Iterable[Entry]) -> str:
        return self._run.editions.memory(one.owner.id for one in entries)


def _keys(channel: Channel) -> tuple[str, ...]:
    return channel.feed("json"), channel.feed("xml"), channel.atom, channel.page
