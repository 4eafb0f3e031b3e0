"""When a feed is asked next: decided from what the server, the feed and the operator said.

After a success the pause is the longest of

- what somebody asked for: the source's ``interval``, Cache-Control max-age or Expires, ``<ttl>`` and
  the syndication module's period, an hour for a feed without validators;
- what the feed's own rhythm makes worth while: an eighth of the usual time between two of its entries,
  or a twentieth of the time since its last one, from 15 minutes up;

and a day at most, with up to a tenth of jitter from an hour up. After a failure it is Retry-After, else
ten minutes doubled at each failure in a row, a day at most.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from newswire.http_dates import http_date, retry_after

LONGEST = timedelta(hours=24)
SHORTEST_BY_RHYTHM = timedelta(minutes=15)
WITHOUT_VALIDATORS = timedelta(hours=1)
FIRST_BACKOFF = timedelta(minutes=10)
# An entry is found an eighth of the usual gap late at most, for eight questions an entry.
SHARE_OF_RHYTHM = 8
# A feed that falls asleep is asked less and less, and found awake a twentieth of its sleep late at most.
SHARE_OF_SILENCE = 20
JITTER = 0.1
# Below, the scheduler's own ticks are as far apart as the pause: jitter would double it.
JITTERED_FROM = timedelta(hours=1)
# A scheduler's tick is seconds early or late: a feed due within this of the tick is due now.
TOLERANCE = timedelta(seconds=30)
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What decides about a feed's pause beside the server's headers.

    ``interval`` is the source's, ``asked`` the document's own wish. ``rhythm`` is the usual time between
    two entries and ``newest`` the time of the last one, ``None`` where nothing is known. ``validators``:
    whether the server can say that nothing changed. ``key`` makes the jitter differ from feed to feed.
    """

    key: str
    interval: timedelta
    asked: timedelta = timedelta(0)
    rhythm: timedelta | None = None
    newest: datetime | None = None
    validators: bool = True


def is_due(next_due: datetime | None, now: datetime) -> bool:
    """Return whether a feed is to be asked now."""
    return next_due is None or next_due <= now + TOLERANCE


def after_success(now: datetime, wishes: Wishes, headers: Mapping[str, str]) -> datetime:
    """Return the next poll after a 200 or 304."""
    floor = shortest(now, wishes, headers)
    return now + max(floor, _jittered(max(floor, _by_rhythm(wishes, now)), wishes.key, now))


def shortest(now: datetime, wishes: Wishes, headers: Mapping[str, str]) -> timedelta:
    """Return how long somebody asked that a feed be left alone after a 200 or 304, a day at most.

    A feed that offers no validator costs its server a whole document a poll and is asked at most hourly.
    """
    unvalidated = timedelta(0) if wishes.validators else WITHOUT_VALIDATORS
    return min(max(wishes.interval, wishes.asked, freshness(headers, now), unvalidated), LONGEST)


def after_failure(now: datetime, interval: timedelta, failures: int, headers: Mapping[str, str]) -> datetime:
    """Return the next poll after the ``failures``-th failure in a row.

    Retry-After is obeyed; without it the pause doubles from ten minutes up to a day.
    """
    doubled = FIRST_BACKOFF * 2 ** min(failures - 1, 10)
    stated = retry_after(headers, now)
    pause = max(interval, doubled if stated is None else stated)
    return now + min(pause, LONGEST)


def freshness(headers: Mapping[str, str], now: datetime) -> timedelta:
    """Return how long an answer stays fresh (RFC 9111 section 4.2.1): max-age, else Expires.

    Expires is of the server's clock, which its Date tells; ours stands in where that is missing.
    """
    if match := _MAX_AGE.search(headers.get("cache-control", "")):
        return timedelta(seconds=int(match[1]))
    expires = http_date(headers.get("expires"))
    return max(expires - (http_date(headers.get("date")) or now), timedelta(0)) if expires else timedelta(0)


def _by_rhythm(wishes: Wishes, now: datetime) -> timedelta:
    usual = (wishes.rhythm or timedelta(0)) / SHARE_OF_RHYTHM
    silence = (now - wishes.newest if wishes.newest else timedelta(0)) / SHARE_OF_SILENCE
    shortest = min(SHORTEST_BY_RHYTHM, wishes.interval)
    return min(max(usual, silence, shortest), LONGEST)


def _jittered(pause: timedelta, key: str, now: datetime) -> timedelta:
    """Return a pause that many feeds with the same wishes do not share; longer, at the limit shorter."""
    if pause < JITTERED_FROM:
        return pause
    digest = hashlib.sha256(f"{key}\n{now.timestamp()}".encode()).digest()
    extra = pause * (JITTER * int.from_bytes(digest[:4]) / 2**32)
    return pause + extra if pause + extra <= LONGEST else pause - extra
