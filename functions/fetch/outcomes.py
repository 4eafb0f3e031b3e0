"""What to remember of a feed after an answer or a failure. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from functions.fetch import schedule
from functions.fetch.due_feeds import DueFeed
from functions.fetch.feed_state import NEVER, FeedState
from functions.fetch.health import last_sign
from functions.fetch.rhythm import UNKNOWN, Rhythm
from newswire.http_client import Answer

GONE = "HTTP 410"
UNDELIVERED = "queue unavailable"
MOVED_AFTER = 3  # answers in a row that name the same permanent address
# A kept address that fails as often in a row is given up: the configured one knows where the feed is now.
GIVEN_UP_AFTER = 3
# Characters: servers refuse longer headers, and the item has to hold it beside the seen entries.
VALIDATOR_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document said that later polls go by: the pause it asks for, and its rhythm."""

    pause: timedelta = timedelta(0)
    rhythm: Rhythm = UNKNOWN


def unchanged(feed: DueFeed, answer: Answer, now: datetime) -> FeedState:
    """Return the state after a 304, or after the same bytes as last time."""
    state = feed.state
    return after_answer(feed, answer, now, Reading(state.pause, Rhythm(state.rhythm, state.newest)))


def after_answer(feed: DueFeed, answer: Answer, now: datetime, reading: Reading) -> FeedState:
    """Return the state after a 200 or 304: both may bring new validators, kept byte-exact."""
    etag, modified = (feed.state.etag, feed.state.last_modified) if answer.status == 304 else (None, None)
    state = replace(
        _confirmed(feed.state, feed.address, answer.permanent_url),
        polled=now,
        pause=reading.pause,
        rhythm=reading.rhythm.gap,
        newest=reading.rhythm.newest,
        etag=_validator(answer.headers, "etag", etag),
        last_modified=_validator(answer.headers, "last-modified", modified),
        failures=0,
        reason=None,
        last_success=now,
        gone=None,
        listed=feed.listed,
    )
    return _scheduled(feed, state, answer.headers, now)


def _validator(headers: Mapping[str, str], name: str, before: str | None) -> str | None:
    stated = headers.get(name, before)
    return None if stated is None or len(stated) > VALIDATOR_LIMIT else stated


def _scheduled(feed: DueFeed, state: FeedState, headers: Mapping[str, str], now: datetime) -> FeedState:
    """Return the state with the time at which a feed that answered is asked again.

    Of a document whose index dates it, the index tells when it has changed: it is asked then, but not
    before the time that anyone asked for, and otherwise once a day.
    """
    wishes = schedule.Wishes(
        key=state.key,
        interval=feed.source.interval,
        asked=state.pause,
        rhythm=state.rhythm,
        newest=last_sign(state),
        validators=state.has_validators,
    )
    if feed.listed is None:
        return replace(state, next_due=schedule.after_success(now, wishes, headers), not_before=None)
    not_before = now + schedule.shortest(now, wishes, headers)
    daily = replace(wishes, interval=schedule.LONGEST)
    return replace(state, next_due=schedule.after_success(now, daily, headers), not_before=not_before)


def after_failure(feed: DueFeed, reason: str, headers: Mapping[str, str], now: datetime) -> FeedState:
    """Return the state after one more failure in a row; what was known of the feed's entries stays."""
    failures = feed.state.failures + 1
    due = schedule.after_failure(now, feed.source.interval, failures, headers)
    state = replace(
        feed.state,
        polled=now,
        next_due=due,
        failures=failures,
        reason=reason,
        moving_to=None,
        confirmations=0,
    )
    if state.moved_to is not None and failures >= GIVEN_UP_AFTER:
        # Whatever validators are remembered are the other address's.
        return replace(without_validators(state), moved_to=None)
    return state


def undelivered(feed: DueFeed, reason: str, _headers: Mapping[str, str], now: datetime) -> FeedState:
    """Return the state after a poll whose entries our own queue did not take.

    That is no failure of the feed's, and what the document has must not leave it while we wait.
    """
    return replace(feed.state, polled=now, next_due=now + feed.source.interval, reason=reason)


def status_reason(feed: DueFeed, answer: Answer) -> str:
    """Return how an answer that is no document is counted and shown.

    A 410 is the feed's own word only at its configured address or where that leads for good; another
    server's says no more than that it is not there today.
    """
    elsewhere = feed.state.moved_to is not None or answer.url not in (feed.url, answer.permanent_url)
    return (
        f"HTTP {answer.status} elsewhere" if answer.status == 410 and elsewhere else f"HTTP {answer.status}"
    )


def gone(feed: DueFeed, reason: str, headers: Mapping[str, str], now: datetime) -> FeedState:
    """Return the state after a 410: the publisher took the feed down for good (RFC 9110 section 15.5.11)."""
    state = after_failure(feed, reason, headers, now)
    return replace(state, next_due=NEVER, gone=now)


def _confirmed(state: FeedState, asked: str, permanent: str | None) -> FeedState:
    """Return the state with one more confirmation of a permanent move, or with none if there was none."""
    if permanent is None or permanent == asked:
        if state.moving_to is None and not state.confirmations:
            return state
        return replace(state, moving_to=None, confirmations=0)
    confirmations = state.confirmations + 1 if permanent == state.moving_to else 1
    if confirmations < MOVED_AFTER:
        return replace(state, moving_to=permanent, confirmations=confirmations)
    return replace(state, moving_to=None, confirmations=0, moved_to=permanent)


def without_validators(state: FeedState) -> FeedState:
    """Return the state of a document of which something is left to do: the next poll gets it whole again."""
    return replace(state, etag=None, last_modified=None, body_hash=None)
