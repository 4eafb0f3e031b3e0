"""Moments and pauses in HTTP headers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return what Retry-After asks for (RFC 9110 section 10.2.3), in seconds or as a date.

    ``None`` where it names no time to come: 0 and a date that is over ask for no pause, as silence does.
    """
    stated = headers.get("retry-after", "").strip()
    if stated.isascii() and stated.isdigit():
        pause = timedelta(seconds=min(int(stated[:9]), 10**8))
    else:
        pause = (http_date(stated) or now) - now
    return pause if pause > timedelta(0) else None


def http_date(text: str | None) -> datetime | None:
    """Return an HTTP-date (RFC 9110 section 5.6.7), or ``None`` where the text is none."""
    try:
        moment = parsedate_to_datetime(text) if text else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # Its oldest form, asctime's, names no zone: it is UTC, as all of them are.
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
