"""When a feed is asked next: decided from what the server, the feed and the operator said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from newswire.http_dates import http_date, retry_after

LONGEST = timedelta(hours=24)
WITHOUT_VALIDATORS = timedelta(hours=1)
FIRST_BACKOFF = timedelta(minutes=10)
# A scheduler's tick is seconds early or late: a feed due within this of the tick is due now.
TOLERANCE = timedelta(seconds=30)
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


def is_due(next_due: datetime | None, now: datetime) -> bool:
    """Return whether a feed is to be asked now."""
    return next_due is None or next_due <= now + TOLERANCE


def after_success(
    now: datetime, interval: timedelta, feed_pause: timedelta, headers: Mapping[str, str], *, validators: bool
) -> datetime:
    """Return the next poll after a 200 or 304: the longest of what anyone asked for, at most a day.

    A feed that offers no validator costs its server a whole document a poll and is asked at most hourly.
    """
    pause = max(interval, feed_pause, freshness(headers, now))
    if not validators:
        pause = max(pause, WITHOUT_VALIDATORS)
    return now + min(pause, LONGEST)


def after_failure(now: datetime, interval: timedelta, failures: int, headers: Mapping[str, str]) -> datetime:
    """Return the next poll after the ``failures``-th failure in a row.

    Retry-After is obeyed; without it the pause doubles from ten minutes up to a day.
    """
    doubled = FIRST_BACKOFF * 2 ** min(failures - 1, 10)
    stated = retry_after(headers, now)
    pause = max(interval, doubled if stated is None else stated)
    return now + min(pause, LONGEST)


def freshness(headers: Mapping[str, str], now: datetime) -> timedelta:
    """Return how long an answer stays fresh (RFC 9111 section 4.2.1): max-age, else Expires."""
    if match := _MAX_AGE.search(headers.get("cache-control", "")):
        return timedelta(seconds=int(match[1]))
    expires = http_date(headers.get("expires"))
    return max(expires - now, timedelta(0)) if expires else timedelta(0)
