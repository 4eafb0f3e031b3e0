"""What readers and publishers are told of a feed, from what fetch has written down about it. Pure.

Days, not minutes: what is told changes only when somebody would care. Whatever a server said is reduced to
a cause out of a few, and at most an HTTP status.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from newswire.backoff import BUSY, Backoff

Kind = Literal["delivering", "silent", "paused", "failing", "unread", "gone"]
Cause = Literal[
    "missing",
    "refused",
    "server_error",
    "http",
    "timed_out",
    "unreachable",
    "insecure",
    "redirected",
    "too_large",
    "not_a_feed",
    "unreadable",
    "ours",
]
# The best first: what several feeds are together.
KINDS: tuple[Kind, ...] = get_args(Kind)
CAUSES: tuple[Cause, ...] = get_args(Cause)
# Nothing comes of such a feed, whoever wants it so.
UNAVAILABLE: tuple[Kind, ...] = ("paused", "failing", "gone")

# A pause that ends sooner is the day's business, and nobody's who reads the page.
LONG_PAUSE = timedelta(hours=6)
_STATUS = re.compile(r"HTTP ([1-5]\d\d)\b")
# Reasons of fetch (docs/operations.md); all others are "unreadable".
_CAUSES: dict[str, Cause] = {
    "address refused": "unreachable",
    "connection failed": "unreachable",
    "domain asked to wait": "unreachable",
    "host not found": "unreachable",
    "internal error": "ours",
    "not a feed": "not_a_feed",
    "queue unavailable": "ours",
    "timed out": "timed_out",
    "TLS failed": "insecure",
    "too large": "too_large",
    "too many redirects": "redirected",
}
_REFUSED = frozenset({401, 402, 403, 407, 451})
_MISSING = frozenset({404, 410})

Day = Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class FeedReport:
    """Of a feed's state what its health is told from; ``docs/architecture.md`` explains the attributes."""

    polled: datetime
    next_due: datetime | None = None
    health: str | None = None
    failures: int = 0
    reason: str | None = None
    last_success: datetime | None = None
    last_new: datetime | None = None
    newest: datetime | None = None
    gone: datetime | None = None
    moved_to: str | None = None
    children: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """How a feed does, and since which day (``YYYY-MM-DD`` by the portal's clock) where one is known.

    The day of ``delivering`` and ``silent`` is that of the newest entry, of ``failing`` and ``paused`` that
    of the last good answer, of ``gone`` that on which the publisher ended it.
    """

    kind: Kind
    day: str | None = None
    cause: Cause | None = None
    status: int | None = None


UNREAD = FeedHealth("unread")


def health_of(report: FeedReport | None, backoff: Backoff | None, day: Day) -> FeedHealth:
    """Return what is told of a feed.

    ``report`` is ``None`` for one that was never asked, ``backoff`` what its domain asks for now, ``day``
    returns the day of a moment.
    """
    if report is None:
        return UNREAD
    answered = day(report.last_success) if report.last_success else None
    if report.gone is not None:
        return FeedHealth("gone", day(report.gone))
    busy = _asked_to_wait(report, backoff)
    if busy is not None:
        return FeedHealth("paused", answered, status=busy)
    if report.health == "failing":
        return FeedHealth("failing", answered, *_cause(report.reason or ""))
    if answered is None:
        return UNREAD
    signs = [moment for moment in (report.newest, report.last_new) if moment is not None]
    kind: Kind = "silent" if report.health == "silent" else "delivering"
    return FeedHealth(kind, day(max(signs)) if signs else None)


def together(healths: Iterable[FeedHealth]) -> FeedHealth:
    """Return what several feeds are as one: the best of them, and of these the one with the latest day."""
    return min(sorted(healths, key=lambda one: one.day or "", reverse=True), key=_rank)


def _rank(health: FeedHealth) -> int:
    return KINDS.index(health.kind)


def _asked_to_wait(report: FeedReport, backoff: Backoff | None) -> int | None:
    """Return the status by which the publisher asked for a pause that a reader would notice, or ``None``.

    Its own refusals count once they are three in a row, as for any failure, or at once where they make it
    wait for long; those of other pages of the domain, where they hold the feed up for as long.
    """
    due = report.next_due or report.polled
    status = _status(report.reason or "") if report.failures else None
    if status in BUSY and (report.health == "failing" or due - report.polled >= LONG_PAUSE):
        return status
    return _status(backoff.reason) if backoff is not None and backoff.until - due >= LONG_PAUSE else None


def _cause(reason: str) -> tuple[Cause, int | None]:
    status = _status(reason)
    if status is None:
        return _CAUSES.get(reason, "unreadable"), None
    if status in _MISSING:
        return "missing", status
    if status in _REFUSED:
        return "refused", status
    return ("server_error" if status >= 500 else "http"), status


def _status(reason: str) -> int | None:
    found = _STATUS.match(reason)
    return int(found[1]) if found else None
