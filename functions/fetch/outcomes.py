"""What to remember of a feed after an answer or a failure. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from functions.fetch import schedule
from functions.fetch.feed_requests import DueFeed
from functions.fetch.feed_state import FeedState
from newswire.http_client import Answer


def after_answer(feed: DueFeed, answer: Answer, now: datetime, pause: timedelta) -> FeedState:
    """Return the state after a 200 or 304: both may bring new validators, kept byte-exact."""
    fallback = feed.state if answer.status == 304 else None
    etag = answer.headers.get("etag", fallback.etag if fallback else None)
    modified = answer.headers.get("last-modified", fallback.last_modified if fallback else None)
    due = schedule.after_success(
        now, feed.source.interval, pause, answer.headers, validators=etag is not None or modified is not None
    )
    return replace(
        feed.state,
        polled=now,
        next_due=due,
        pause=pause,
        etag=etag,
        last_modified=modified,
        failures=0,
        reason=None,
        last_success=now,
    )


def after_failure(feed: DueFeed, reason: str, headers: Mapping[str, str], now: datetime) -> FeedState:
    """Return the state after one more failure in a row; what was known of the feed's entries stays."""
    failures = feed.state.failures + 1
    due = schedule.after_failure(now, feed.source.interval, failures, headers)
    return replace(feed.state, polled=now, next_due=due, failures=failures, reason=reason)
