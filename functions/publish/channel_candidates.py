"""What a channel may list, and what of that has a place in it; what has none is not read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from functions.publish.archive_waiting import Fill
from functions.publish.article_pages import Pages
from functions.publish.carried import Carried
from functions.publish.channel_choice import Choice, Known
from functions.publish.channel_rendering import Rendered
from functions.publish.channels import MOST_BYTES, MOST_ENTRIES, Channel, Place, place_for
from functions.publish.entries import Entry
from functions.publish.feed_bodies import FeedBodies
from functions.publish.json_feed import Remembered
from functions.publish.run import Run
from functions.publish.snapshot import Snapshot

FRAME_BYTES = 4096  # what a feed has beside its items


@dataclass(frozen=True, slots=True)
class ChannelState:
    """One channel before it is decided; ``asked`` are the articles that the table has to be asked about.

    ``outputs`` are those that were read, by key, its memory at least.
    """

    channel: Channel
    outputs: Mapping[str, Snapshot]
    memory: Mapping[str, Remembered]
    asked: frozenset[str]
    known: Known
    fill: Fill
    limit: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that a channel may list; ``named``: the channel names its page already."""

    entry: Entry
    carried: Carried | None
    named: bool


def candidates_of(state: ChannelState, carried: Sequence[Carried]) -> list[Candidate]:
    """Return what the channel may list, newest first."""
    named = {one.entry.id for one in state.memory.values() if one.entry.page}
    found = [
        Candidate(one.entry, one, one.entry.id in named)
        for one in carried
        if state.channel.holds(one.place)
        # What another channel, or a pin, asked for has no place here for that alone.
        and (one.entry.id in state.asked or one.entry.id in state.memory)
    ]
    known = {one.entry.id for one in found} | state.asked
    taken_over = [one.entry for one in state.memory.values() if one.entry.id not in known]
    found += [Candidate(entry, None, named=True) for entry in taken_over]
    return sorted(found, key=lambda one: one.entry.order, reverse=True)


class Choosing:
    """Decides what channels list.

    ``pages`` is what became of the pages of what changed, and ``bodies`` are the entries of the whole run.
    """

    def __init__(self, run: Run, pages: Pages, bodies: FeedBodies) -> None:
        self._run = run
        self._pages = pages
        self._bodies = bodies
        self._page_there: dict[str, bool] = {}

    def load(self, candidates: Mapping[Channel, Sequence[Candidate]]) -> None:
        """Read at once what choosing will most likely ask for."""
        likely = {one.entry.id: one for found in candidates.values() for one in self._fitting(found)}

        def load(one: Candidate) -> None:
            if one.carried and (one.named or self.page_is_there(one.entry)):
                self._bodies.load(one.carried)

        self._run.concurrently(load, likely.values())

    def _fitting(self, candidates: Sequence[Candidate]) -> Iterator[Candidate]:
        count = 0
        for one in candidates:
            place = self._place(count, one.entry)
            if place is Place.FULL:
                return
            if place is Place.TAKE:
                count += 1
                yield one

    def choice(self, candidates: Sequence[Candidate]) -> Choice:
        """Return which of the candidates (newest first) a channel lists; raise what reading one raises."""
        chosen: list[Rendered] = []
        size = FRAME_BYTES
        for one in candidates:
            place = self._place(len(chosen), one.entry)
            if place is Place.FULL:
                return Choice(chosen, one.entry.order, cut=len(chosen) == MOST_ENTRIES)
            if place is Place.PASS:
                continue
            if not one.named and not self.page_is_there(one.entry):
                continue  # its own record will bring it, once there is a page to name
            rendered = self._bodies.rendered(one.entry, one.carried)
            if rendered is None:
                continue
            size += rendered.size + 2
            if size > MOST_BYTES:
                return Choice(chosen, one.entry.order, cut=True)
            chosen.append(rendered)
        is_full = len(chosen) == MOST_ENTRIES
        return Choice(chosen, chosen[-1].entry.order if is_full else None, cut=is_full)

    def _place(self, count: int, entry: Entry) -> Place:
        return place_for(count, entry.listed_at, entry.first_seen_at, self._run.now)

    def page_is_there(self, entry: Entry) -> bool:
        """Return whether readers find the page that the entry names, if it names one."""
        if entry.page is None or entry.id in self._pages.present:
            return True
        if entry.id not in self._page_there:
            self._page_there[entry.id] = self._run.site.read(entry.page).stands
        return self._page_there[entry.id]
