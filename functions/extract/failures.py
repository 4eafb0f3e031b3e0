"""Why a page was not had: for good, or for now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from newswire.http_dates import retry_after

FIRST_RETRY = 60  # seconds
FINAL_RECEIVE = 3
RECHECK_AFTER = timedelta(hours=1)


class PermanentFailure(Exception):
    """Asking again would not help: the feed's own text is the article, with this reason."""

    def __init__(self, reason: str, status: int | None = None, url: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.url = url


class TransientFailure(Exception):
    """The publisher's server may answer later; ``headers`` are its answer's, names in lower case."""

    def __init__(self, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.headers = headers or {}


def retry_seconds(failure: TransientFailure, receive_count: int, now: datetime) -> int:
    """Return how long to hide a message: what Retry-After asks for, else 60 s doubled at each receive."""
    stated = retry_after(failure.headers, now)
    if stated is not None:
        return int(stated.total_seconds())
    return int(FIRST_RETRY * 2 ** (max(receive_count, 1) - 1))


def is_final(receive_count: int) -> bool:
    """Return whether a message has waited long enough: one bad page must not hold up its publisher."""
    return receive_count >= FINAL_RECEIVE
