"""Which articles the archive of a list may do without for some hours (pure).

A list's page shows its newest articles, its feeds many more. While an article is there, nobody looks for it
in the archive of the running day, which would be written anew for every single one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from functions.publish.changes import Change, listed_change
from functions.publish.channel_rendering import PAGE_ENTRIES
from functions.publish.channels import RECENT, Channel
from functions.publish.entries import Entry
from newswire.dates import to_rfc3339
from newswire.due_changes import ARCHIVED_EVERY

# Until the refresh that finds an article due
LATE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Fill:
    """Whether a channel's feeds have everything of the last day, as its memory's marks say.

    ``cut`` is the order (``listed#id``) at which they end for want of room, if they do; ``full_until`` the
    moment from which on they have everything again.
    """

    cut: str | None = None
    full_until: datetime | None = None

    @classmethod
    def of(cls, marks: Mapping[str, str]) -> Fill:
        """Return what a memory's marks say."""
        until = marks.get("full-until")
        return cls(marks.get("cut"), datetime.fromisoformat(until) if until else None)

    def was_full(self, now: datetime) -> bool:
        """Return whether the archive waits for nothing: the list is full, or was within the last day.

        Lists at the limit are full by day and not by night. Each time that one becomes full, its archive
        would be brought up to date for the whole day.
        """
        return self.cut is not None or (self.full_until is not None and self.full_until > now - RECENT)

    def marks(self, end: str | None, now: datetime) -> dict[str, str]:
        """Return the marks of the next list, whose feeds end at the order ``end`` if they are cut."""
        if end is not None:
            return {"cut": end}
        until = now if self.cut is not None else self.full_until
        return {"full-until": to_rfc3339(until)} if until is not None and self.was_full(now) else {}


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a channel's page and feeds go back: to the first article without a place, ``None``: to all.

    ``was_full``: see :meth:`Fill.was_full`.
    """

    end: datetime | None = None
    was_full: bool = False

    @classmethod
    def of(cls, orders: Iterable[str], fill: Fill, now: datetime) -> Reach:
        """Return the reach of a channel of articles of these orders (``listed#id``)."""
        beyond = sorted(orders, reverse=True)[PAGE_ENTRIES : PAGE_ENTRIES + 1]
        end = max(filter(None, (*beyond, fill.cut)), default=None)
        listed = None if end is None else datetime.fromisoformat(end.partition("#")[0])
        return cls(listed, was_full=fill.was_full(now))

    def covers(self, listed: datetime, pause: timedelta) -> bool:
        """Return whether an article stays for so long, if no more come than the last time."""
        return self.end is None or listed - self.end >= pause


def waiting(channel: Channel, reach: Reach, changes: Mapping[str, Change], now: datetime) -> set[str]:
    """Return the articles (ids) that the channel's archive may do without at ``now``.

    The portal's own archive has everything at once, and so has that of a list that is full, or was within
    the last day: nothing has to come up for them. What comes up so late that it may have been no more of the
    last day's when the list became full is archived all the same.
    """
    if channel.kind == "portal" or reach.was_full:
        kept = now - RECENT + ARCHIVED_EVERY + LATE
        come_up = {one: change.archived_at for one, change in changes.items() if change.only_archives}
        return {one for one, at in come_up.items() if channel.kind == "portal" or (at and at > kept)}
    return {one for one, change in changes.items() if _may_wait(change, reach, now)}


def late_for(
    channel: Channel, reach: Reach, changes: Mapping[str, Change], listed: Iterable[Entry], now: datetime
) -> dict[str, Change]:
    """Return by id the articles that a list, which they may leave, may still owe to its archive.

    ``changes`` are those that concern the channel, and ``listed`` what it listed before, where it had not
    been full within a day. Whoever finds a list that was relies on it that the archive waits for nothing.
    """
    if channel.kind == "portal":
        return {}
    later = set() if reach.was_full else waiting(channel, reach, changes, now)
    late = {one: replace(changes[one], archived_at=None) for one in later}
    fresh = [entry for entry in listed if entry.first_seen_at > now - RECENT]
    return late | {entry.id: listed_change(entry) for entry in fresh if entry.id not in changes}


def _may_wait(change: Change, reach: Reach, now: datetime) -> bool:
    at = change.archived_at
    if at is None or at <= now:
        return False
    listed = min((datetime.fromisoformat(one.listed) for one in change.placements), default=now)
    return reach.covers(listed, at - now + LATE)
