"""What publish's runs take on a portal of this size: its beginning, batches, and hourly refreshes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from benchmarks.scale.limits import PUBLISH_MEMORY, STREAM_BATCH, TIMEOUT
from benchmarks.scale.portal import LargePortal, Took

RUN, RUNS = 17, 3  # 17: a minute's articles in one of four stream shards
OWNERS_DUE = 30  # owners whose articles come up for their archives in the measured refresh
TEN = 10  # what each of them has had since its archives were written last


@dataclass(frozen=True, slots=True)
class Publishing:
    """Runs of publish; ``due`` articles came up for their archives in ``archiving``, none in ``quiet``.

    ``feeds`` is the part of a refresh that looks up how feeds do.
    """

    beginning: Sequence[Took]
    run: Took
    batch: Took
    quiet: Took
    archiving: Took
    feeds: Took
    due: int

    @property
    def seconds_each_due(self) -> float:
        """Seconds of a refresh for each article that comes up."""
        return max(0.0, self.archiving.seconds - self.quiet.seconds) / self.due


def measure(feeds: int, latency: Mapping[str, float]) -> Publishing:
    """Fill a portal and publish."""
    portal = LargePortal(feeds, latency, PUBLISH_MEMORY, TIMEOUT)
    names = [one.id for one in portal.catalogue.sources]
    beginning = portal.begin()
    portal.refresh(quickly=True)
    portal.publish(portal.arrive(names[:OWNERS_DUE] * TEN), quickly=True)
    portal.now += timedelta(hours=12)
    portal.note_turns()
    portal.now += timedelta(hours=1)
    archiving = portal.refresh()
    portal.now += timedelta(hours=1)
    quiet, health = portal.refresh(), portal.look_at_feeds()
    # Lists that many share are full, as they are on every day but the first.
    portal.publish(portal.arrive(names[:STREAM_BATCH]), quickly=True)
    runs = [portal.publish(portal.arrive(names[at * RUN : (at + 1) * RUN])) for at in range(RUNS)]
    run = sorted(runs, key=lambda one: one.seconds)[RUNS // 2]
    batch = portal.publish(portal.arrive(names[-STREAM_BATCH:]))
    return Publishing(beginning, run, batch, quiet, archiving, health, archiving.told["articlesDue"])
