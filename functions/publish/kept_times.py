"""For how long articles are kept, as the site remembers it (pure).

A time is in seconds, by the source that owns them and, under :data:`UNOWNED`, of those that no source owns;
what is kept for ever has none. A negative one is to be settled: runs have gone by several times, and by none
that is shorter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from newswire.article_item import ArticleItem
from newswire.sources import Catalogue

UNOWNED = ""  # in place of a source's id

KeptTimes = Mapping[str, int]


def kept_times(catalogue: Catalogue) -> dict[str, int]:
    """Return the times of a catalogue."""
    stated = {UNOWNED: catalogue.retention, **{one.id: one.retention for one in catalogue.sources}}
    return {name: int(kept_for.total_seconds()) for name, kept_for in stated.items() if kept_for}


def differing(before: KeptTimes, present: KeptTimes) -> set[str]:
    """Return for whom one is not as the other."""
    return {one for one in before.keys() | present.keys() if before.get(one) != present.get(one)}


def unsettled(before: KeptTimes, present: KeptTimes) -> dict[str, int]:
    """Return the times before, those that differ as to be settled."""
    shortest = {
        name: min(abs(one[name]) for one in (before, present) if name in one)
        for name in differing(before, present)
    }
    return {**before, **{name: -seconds for name, seconds in shortest.items()}}


def may_have_left(
    item: ArticleItem, keepers: Collection[str], before: KeptTimes, present: KeptTimes, now: datetime
) -> bool:
    """Return whether an article's retention is over by any of the times of its ``keepers``."""
    times = [abs(one[name]) for one in (before, present) for name in keepers if name in one]
    return bool(times) and datetime.fromisoformat(item.listed) + timedelta(seconds=min(times)) <= now
