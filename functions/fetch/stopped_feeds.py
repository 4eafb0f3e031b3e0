"""Feeds of publishers that said stop: they are not asked, and their states, the log and the totals say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from functions.fetch.due_feeds import KnownFeed
from functions.fetch.feed_memory import FeedMemory
from functions.fetch.health_log import tell
from functions.fetch.totals import Totals
from newswire.observability import Logger
from newswire.stops import REFUSED
from newswire.tables import ConditionFailed


def note_stopped(feeds: Sequence[KnownFeed], memory: FeedMemory, logger: Logger, totals: Totals) -> None:
    """Count them, and note once of each that was ever asked that it is stopped; its memory stays."""
    totals.stopped += len(feeds)
    # Of one that was written a moment ago the next run notes it.
    states = memory.states((feed.key for feed in feeds), may_lag=True) if feeds else {}
    for feed in feeds:
        before = states[feed.key]
        if not before.version or before.health == "stopped":
            continue
        state = replace(before, health="stopped", reason=REFUSED)
        try:
            memory.save(state)
        except ConditionFailed:
            continue  # a poll was under way: the next run notes it
        totals.transitions["stopped"] += 1
        tell(logger, "stopped", feed.with_state(before), state)
