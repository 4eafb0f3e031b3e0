"""One log line for each change of a feed's health, in the operator's terms."""

from __future__ import annotations

from functions.fetch.due_feeds import DueFeed
from functions.fetch.feed_state import FeedState
from functions.fetch.health import Transition, last_sign
from newswire.clock import instant
from newswire.observability import Logger

_WORDS: dict[Transition, str] = {
    "failing": "feed is failing",
    "silent": "feed is silent for longer than its rhythm allows",
    "gone": "feed is gone and is not asked again",
    "moved": "feed has moved for good",
    "recovered": "feed has recovered",
    "stopped": "feed is stopped and is not asked",
}


def tell(logger: Logger, transition: Transition, feed: DueFeed, state: FeedState) -> None:
    """Log the change with what the operator needs to judge it."""
    log = logger.info if transition in ("recovered", "moved") else logger.warning
    sign = last_sign(state.newest, state.last_new)
    log(
        _WORDS[transition],
        feed=state.key,
        source=feed.source.id,
        transition=transition,
        before=feed.state.health,
        reason=state.reason or feed.state.reason,
        failures=state.failures,
        moved_to=state.moved_to,
        last_success=None if state.last_success is None else instant(state.last_success),
        last_new=None if sign is None else instant(sign),
        rhythm_seconds=None if state.rhythm is None else int(state.rhythm.total_seconds()),
    )
