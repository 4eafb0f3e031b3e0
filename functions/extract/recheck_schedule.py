"""When an article's page is looked at again. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

# The two looks that find a page missing, or a former wording again, are at least this far apart.
CONFIRM_AFTER = timedelta(hours=1)
CONFIRM_FOR = timedelta(days=2)
SPREAD = 0.1
_LEAST_PAUSE = timedelta(minutes=30)
_IDS = 32 * 32


def next_recheck(
    article_id: str,
    first_seen: datetime,
    now: datetime,
    ages: Sequence[timedelta],
    unconfirmed_since: datetime | None = None,
) -> datetime | None:
    """Return when to look at a page again, ``None`` when the schedule is over.

    ``ages`` are counted from ``first_seen``; up to a tenth is taken off each, by the article's id, so that
    what was imported together is not asked for together. A look that came late takes the place of those
    that it missed. With a finding since ``unconfirmed_since`` that a second look has to confirm, that
    comes first, whatever the ages: after :data:`CONFIRM_AFTER`, again and again for two days at most.
    """
    if unconfirmed_since is not None and now < unconfirmed_since + CONFIRM_FOR:
        return now + CONFIRM_AFTER
    early = 1 - SPREAD * _share(article_id)
    due = (first_seen + age * early for age in sorted(ages))
    following = next((moment for moment in due if moment > now), None)
    return None if following is None else max(following, now + _LEAST_PAUSE)


def _share(article_id: str) -> float:
    """Return a number from 0 to 1 by the id's first ten bits (base32, RFC 4648)."""
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    high, low = (alphabet.index(character) for character in article_id[:2])
    return (high * 32 + low) / _IDS
