"""Whether a feed does what is expected of it, and the changes that an operator wants to hear of. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from functions.fetch.feed_state import FeedState, Health
from functions.fetch.rhythm import silence_allowed

# One failure is the network's, three in a row are the feed's.
FAILING_AFTER = 3

Transition = Literal["failing", "silent", "gone", "moved", "recovered", "stopped"]


def assessed(before: FeedState, after: FeedState, now: datetime) -> tuple[FeedState, tuple[Transition, ...]]:
    """Return the state with its health, and what changed against the state before."""
    health = _health(after, now)
    transitions: list[Transition] = []
    if health != before.health:
        transitions.append("recovered" if health == "ok" else health)
    if after.moved_to is not None and after.moved_to != before.moved_to:
        transitions.append("moved")
    return after if health == after.health else replace(after, health=health), tuple(transitions)


def last_sign(newest: datetime | None, last_new: datetime | None) -> datetime | None:
    """Return when a feed last said something new: by its own dates, else by what we saw of it."""
    return max((moment for moment in (newest, last_new) if moment is not None), default=None)


def _health(state: FeedState, now: datetime) -> Health:
    if state.gone is not None:
        return "gone"
    if state.failures:
        return "failing" if state.failures >= FAILING_AFTER else state.health
    if state.is_child:
        return "ok"  # last year's sitemap is silent by nature
    sign = last_sign(state.newest, state.last_new)
    silent = sign is not None and now - sign > silence_allowed(state.rhythm)
    return "silent" if silent else "ok"
