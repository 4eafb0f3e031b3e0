"""The rhythm of a feed: how far apart its entries usually are, and when it has been silent too long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from functions.fetch.feed_entry import FeedEntry, entry_time, minute_of, moment_of

ENTRIES_CONSIDERED = 30
SILENT_AFTER_GAPS = 10
SHORTEST_SILENCE = timedelta(hours=24)
LONGEST_SILENCE = timedelta(days=60)
SILENCE_OF_UNKNOWN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The usual time between two entries and the time of the last one; ``None`` where unknown."""

    gap: timedelta | None = None
    newest: datetime | None = None


UNKNOWN = Rhythm()


def rhythm_of(entries: Iterable[FeedEntry], now: datetime, unread: Iterable[int] = ()) -> Rhythm:
    """Return the rhythm that the dates of a document tell.

    ``unread`` are the minutes (:func:`~functions.fetch.feed_entry.minute_of`) of entries that were left out.

    The median gap between the newest 30 different minutes with an entry: nights and a batch of entries
    with one date do not move it. Dates in the future tell nothing.
    """
    present = minute_of(now)
    minutes = {minute for minute in unread if minute <= present}
    moments = map(entry_time, entries)
    minutes.update(minute_of(moment) for moment in moments if moment and moment <= now)
    newest_first = sorted(minutes, reverse=True)[:ENTRIES_CONSIDERED]
    if not newest_first:
        return UNKNOWN
    gaps = [later - earlier for later, earlier in pairwise(newest_first)]
    return Rhythm(timedelta(minutes=median(gaps)) if gaps else None, moment_of(newest_first[0]))


def silence_allowed(rhythm: timedelta | None) -> timedelta:
    """Return how long a feed of this rhythm may say nothing new before the operator is told.

    Ten usual gaps, a day at least and 60 days at most; 30 days where the rhythm is unknown.
    """
    if rhythm is None:
        return SILENCE_OF_UNKNOWN
    return min(max(rhythm * SILENT_AFTER_GAPS, SHORTEST_SILENCE), LONGEST_SILENCE)
