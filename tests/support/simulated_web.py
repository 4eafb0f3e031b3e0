"""Publishers as functions of time: what each feed would answer at any second of a simulated day.

A document is told by its channel's number and the second of its last change; the client sends that as
the body, and the reader (:class:`FakeWorker`) makes the same entries of it.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.fetch.feed_entry import Child, FeedDocument, FeedEntry

EDITED = 7  # one entry in so many is changed once, two of its feed's usual gaps after it appeared


@dataclass(frozen=True, slots=True)
class Trouble:
    """A time in which a server answers with this status, or not at all (``status`` 0)."""

    begins: int
    ends: int
    status: int
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """One feed. Times are whole seconds since the epoch, durations whole seconds.

    Entry n appears about n x ``rhythm`` after ``origin``, up to ``last``; the document has the newest
    ``size``. ``validator`` is ``etag``, ``last-modified`` or empty. ``children`` makes it a sitemap index.
    """

    number: int
    source: str
    url: str
    domain: str
    rhythm: int
    origin: int
    interval: int = 900
    size: int = 10
    validator: str = "etag"
    ttl: int = 0
    max_age: int = 0
    last: int | None = None
    troubles: tuple[Trouble, ...] = ()
    moves: tuple[int, str] | None = None
    topic: int | None = None
    parent: str | None = None
    children: tuple[Channel, ...] = ()

    @property
    def floor(self) -> int:
        """The seconds that must pass between two polls that succeed."""
        return min(max(self.interval, self.ttl, self.max_age, 0 if self.validator else 3600), 86400)

    def published(self, entry: int) -> int:
        """Return when an entry appeared."""
        return self.origin + entry * self.rhythm + entry * 7919 % (self.rhythm // 2)

    def entries(self, at: int) -> range:
        """Return the numbers of a document's entries."""
        at = at if self.last is None else min(at, self.last)
        newest = (at - self.origin) // self.rhythm
        newest -= self.published(newest) > at
        return range(max(0, newest - self.size + 1), newest + 1)

    def edited(self, entry: int) -> int | None:
        """Return when an entry was changed, ``None`` where it never is."""
        return self.published(entry) + 2 * self.rhythm if entry % EDITED == 0 else None

    def version(self, entry: int, at: int) -> str:
        """Return the title of an entry, which tells its version."""
        moment = self.edited(entry)
        return f"Berita {entry}, direvisi" if moment is not None and moment <= at else f"Berita {entry}"

    def changed(self, at: int) -> int:
        """Return when the document last changed."""
        if self.children:
            return max(child.changed(at) for child in self.children)
        numbers = self.entries(at)
        edits = (self.edited(number) for number in numbers)
        return max(self.published(numbers[-1]), *(edit for edit in edits if edit and edit <= at), 0)

    def link(self, entry: int) -> str:
        """Return an entry's link; channels of one topic have the same."""
        return f"https://www.{self.domain}/{self.number if self.topic is None else self.topic}/{entry}"

    def versions(self, at: int) -> set[tuple[str, str]]:
        """Return link and title of every entry of the document."""
        return {(self.link(entry), self.version(entry, at)) for entry in self.entries(at)}

    def document(self, changed: int) -> FeedDocument:
        """Return what a parser makes of the document."""
        if self.children:
            children = (Child(child.url, _stamp(child.changed(changed))) for child in self.children)
            return FeedDocument("sitemap index", (), children=tuple(children))
        entries = (
            FeedEntry(
                guid=str(entry),
                url=self.link(entry),
                title=self.version(entry, changed),
                published=_stamp(self.published(entry)),
            )
            for entry in reversed(self.entries(changed))
        )
        return FeedDocument("feed", tuple(entries), timedelta(seconds=self.ttl))


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the publisher saw it; ``moment`` is the clock of the invocation that asked."""

    channel: Channel
    host: str
    domain: str
    moment: int
    begins: float
    ends: float
    status: int
    retry_after: int | None = None


@dataclass(slots=True)
class SimulatedWeb:
    """All publishers, the log of what they were asked, and ``collisions``: hosts asked twice at once."""

    channels: Mapping[str, Channel]
    log: list[Request] = field(default_factory=list)
    collisions: Counter[str] = field(default_factory=Counter)
    inside: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, channels: Sequence[Channel]) -> SimulatedWeb:
        """Return the web of these channels, their children and their new addresses."""
        every = [*channels, *(child for channel in channels for child in channel.children)]
        moved = {channel.moves[1]: channel for channel in every if channel.moves}
        return cls({channel.url: channel for channel in every} | moved)


class FakeWorker:
    """Parses the client's documents in this process and takes all markup for clean."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._channels = {channel.number: channel for channel in channels.values()}

    def call(self, body: bytes, params: Mapping[str, Any]) -> dict[str, Any]:
        """Do as the worker does."""
        if params["task"] == "sanitise":
            return {"entries": params["entries"]}
        number, changed = map(int, body.split())
        return self._channels[number].document(changed).to_document()


def _stamp(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()
