"""Channels: read as they are, decided by the table, written only as they were read.

An index proposes candidates, and so do the batch and the channel's own memory; a consistent read of
the items, made after the outputs were read, decides. So a run that was overtaken cannot write.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from functions.publish.channel_rendering import Rendered, channel_outputs
from functions.publish.channels import LEAST_ENTRIES, MOST_BYTES, MOST_ENTRIES, Channel, is_full
from functions.publish.entries import Entry
from functions.publish.feed_bodies import FeedBodies
from functions.publish.json_feed import Remembered, remembered
from functions.publish.run import ATTEMPTS, OutOfTime, Run
from functions.publish.site import Snapshot
from newswire.article_item import ArticleItem
from newswire.article_table import Record
from newswire.bucket import WriteConflict

# Proposals beyond what the channel already has: spare ones for articles that turn out not to be carried.
LEAST_PROPOSALS = 2 * LEAST_ENTRIES
FRAME_BYTES = 4096


@dataclass(slots=True)
class Lists:
    """What became of the channels; ``used`` are the items that this run was the first to list so."""

    failed: set[Channel] = field(default_factory=set)
    used: dict[str, ArticleItem] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _State:
    """One channel before it is decided."""

    channel: Channel
    outputs: Mapping[str, Snapshot]
    memory: Mapping[str, Remembered]
    proposals: Sequence[str]
    more_proposals: bool


def write_channels(
    run: Run, channels: Iterable[Channel], batch: Collection[str], present: Collection[str]
) -> Lists:
    """Bring channels up to date.

    ``batch`` are the ids that changed; ``present`` those of them that have a page, which a list may name.
    """
    writer = _ChannelWriter(run, batch, present)
    return writer.write(channels)


class _ChannelWriter:
    def __init__(self, run: Run, batch: Collection[str], present: Collection[str]) -> None:
        self._run = run
        self._batch = batch
        self._has_page = dict.fromkeys(present, True)
        self._bodies = FeedBodies(run)
        self._lists = Lists()

    def write(self, channels: Iterable[Channel]) -> Lists:
        pending = list(channels)
        wide: set[Channel] = set()
        for _ in range(ATTEMPTS):
            if not pending:
                break
            try:
                self._run.begin_attempt()
            except OutOfTime as reason:
                self._run.report.failed("channels", reason)
                break
            pending = self._attempt(pending, wide)
        self._lists.failed |= set(pending)
        return self._lists

    def _attempt(self, channels: Sequence[Channel], wide: set[Channel]) -> list[Channel]:
        """Return the channels that have to be tried again."""
        states = self._states(channels, wide)
        ids = set(self._batch).union(*((*state.memory, *state.proposals) for state in states))
        entries = self._entries(self._run.articles.get_many(sorted(ids)).values())
        self._load(states, entries)
        again: list[Channel] = []
        for state in states:
            try:
                chosen = self._chosen(state, entries)
                if len(chosen) < LEAST_ENTRIES and state.more_proposals:
                    wide.add(state.channel)
                    again.append(state.channel)
                    continue
                self._write(state, chosen)
            except WriteConflict:
                again.append(state.channel)
            except Exception as error:  # noqa: BLE001 - one channel's failure is that channel's alone
                self._run.report.failed(state.channel.page, error)
                self._lists.failed.add(state.channel)
        return again

    def _states(self, channels: Sequence[Channel], wide: Collection[Channel]) -> list[_State]:
        keys = [key for channel in channels for key in _keys(channel)]
        snapshots = dict(zip(keys, self._run.concurrently(self._run.site.read, keys), strict=True))
        return [
            self._state(channel, {key: snapshots[key] for key in _keys(channel)}, wide)
            for channel in channels
        ]

    def _state(self, channel: Channel, outputs: Mapping[str, Snapshot], wide: Collection[Channel]) -> _State:
        stored = outputs[channel.feed("json")]
        memory = remembered(stored.body)
        limit = MOST_ENTRIES
        if memory and channel not in wide:
            limit = min(limit, max(LEAST_PROPOSALS, len(memory) + len(self._batch)))
        proposals = self._run.articles.newest(channel.index, channel.id, limit)
        if stored.metadata.get("edition") == self._run.edition:
            self._bodies.remember(memory)
        more = limit < MOST_ENTRIES and len(proposals) == limit
        return _State(channel, outputs, memory, proposals, more)

    def _entries(self, records: Iterable[Record]) -> list[Entry]:
        """Return the entries of all candidates that are carried, newest first."""
        items = [record for record in records if isinstance(record, ArticleItem)]
        entries: list[Entry] = []
        for item in items:
            terms = self._run.terms(item)
            entry = self._run.entry(item, terms) if terms else None
            if entry is not None:
                entries.append(entry)
        return sorted(entries, key=lambda entry: entry.order, reverse=True)

    def _load(self, states: Sequence[_State], entries: Sequence[Entry]) -> None:
        """Read at once what choosing will most likely ask for."""
        likely: dict[str, tuple[Entry, _State]] = {}
        for state in states:
            count = 0
            for entry in entries:
                if is_full(count, entry.listed, self._run.now):
                    break
                if state.channel.lists(entry.item):
                    likely.setdefault(entry.id, (entry, state))
                    count += 1

        def load(pair: tuple[Entry, _State]) -> None:
            entry, state = pair
            if self._may_be_named(entry, state.memory):
                self._bodies.load(entry)

        self._run.concurrently(load, likely.values())

    def _chosen(self, state: _State, entries: Sequence[Entry]) -> list[Rendered]:
        chosen: list[Rendered] = []
        size = FRAME_BYTES
        for entry in entries:
            if not state.channel.lists(entry.item):
                continue
            if is_full(len(chosen), entry.listed, self._run.now):
                break
            one = self._bodies.rendered(entry) if self._may_be_named(entry, state.memory) else None
            if one is None:
                continue
            size += one.size + 2
            if size > MOST_BYTES:
                break
            chosen.append(one)
        return chosen

    def _may_be_named(self, entry: Entry, memory: Mapping[str, Remembered]) -> bool:
        """Return whether the entry's page is there; one that is yet to come is listed by its own record."""
        if entry.page is None or (entry.id in memory and memory[entry.id].has_page):
            return True
        if entry.id not in self._has_page:
            page = self._run.site.read(entry.page)
            self._has_page[entry.id] = page.stored is not None and not page.gone
        return self._has_page[entry.id]

    def _write(self, state: _State, chosen: Sequence[Rendered]) -> None:
        for one in chosen:
            known = state.memory.get(one.entry.id)
            if known is None or known.fingerprint != one.entry.fingerprint:
                self._lists.used.setdefault(one.entry.id, one.entry.item)
        for key, body in channel_outputs(self._run.look, state.channel, chosen).items():
            self._run.site.write(state.outputs[key], body, {"edition": self._run.edition})


def _keys(channel: Channel) -> tuple[str, str, str]:
    return channel.feed("json"), channel.feed("xml"), channel.page
