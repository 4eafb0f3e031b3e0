"""What the operator takes down: the tombstone of an order. No I/O, no clock.

Orders come from ``local/takedown``, and from the stops that it has noted: every message is held against them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from functions.extract import records
from newswire.article_item import BLOCKED_SLUG, TAKEDOWN, ArticleItem, Tombstone
from newswire.article_table import Record
from newswire.clock import instant
from newswire.due_changes import ERASED_AFTER
from newswire.stops import Stops
from newswire.urls import article_id

URL_PREFIX = "url#"
PURGED_FOR = timedelta(days=14)  # as long as a message waits in a queue, or among the dead letters
PURGED_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Order:
    """Who is to go (``url#<id>``, ``source#<id>``, ``host#<host>``), the operator's words, and how far.

    With ``purge`` nothing is kept to be restored, and every version of the files goes.
    """

    name: str
    note: str
    purge: bool = False


def order_of(stone: Tombstone) -> Order:
    """Return the order that took an article."""
    return Order(stone.order or "", stone.note or "", purge=stone.purged_until is not None)


def order_in(stops: Stops, name: str) -> Order:
    """Return the order of a stop that was noted."""
    stop = stops.noted[name]
    return Order(name, stop.note, purge=stop.purge)


def is_done(record: Record | None, order: Order) -> bool:
    """Return whether an order has nothing left to write where this stands."""
    return (
        isinstance(record, Tombstone)
        and bool(record.purged_until or not order.purge)
        and (order.name == record.order or _is_outlasted(record, order))
    )


def taken_down(
    known: Record | None,
    url: str,
    order: Order,
    now: datetime,
    erased_from: Callable[[ArticleItem], str | None],
) -> Tombstone:
    """Return what takes the place of an article, of another tombstone, or of nothing that is known yet.

    ``erased_from`` tells from when on an article's files would be erased anyway.
    """
    gone_at = instant(now)
    if known is None:
        stone = Tombstone(article_id(url), 1, url, BLOCKED_SLUG, TAKEDOWN, gone_at)
    elif isinstance(known, ArticleItem):
        stone = records.tombstone(known, TAKEDOWN, gone_at)
        stone = replace(stone, recheck_at=erased_from(known), former=None if order.purge else known)
    else:
        stone = _over(known, gone_at, purge=order.purge)
    if known is None or not _is_outlasted(known, order):
        stone = replace(stone, order=order.name, note=order.note)
    if not order.purge:
        return stone
    return replace(stone, purged_until=instant(now + PURGED_FOR), recheck_at=instant(now + ERASED_AFTER))


def _is_outlasted(known: Record, order: Order) -> bool:
    """Return whether an article stays down by the order that took it.

    An order for the article itself takes over from that of its publisher or of what it is a copy of: that
    may be undone, and it is to stay down all the same.
    """
    is_taken = isinstance(known, Tombstone) and known.is_taken_down
    return is_taken and order.name != URL_PREFIX + known.id


def _over(known: Tombstone, gone_at: str, *, purge: bool) -> Tombstone:
    """Return a tombstone that takes another one's place: what that was of its own is kept in it."""
    former = known.former if known.is_taken_down else known
    return replace(
        known,
        version=known.version + 1,
        reason=TAKEDOWN,
        gone_at=known.gone_at if known.is_taken_down else gone_at,
        owner=None,
        copy=None,
        revised=None,
        former=None if purge and isinstance(former, ArticleItem) else former,
    )
