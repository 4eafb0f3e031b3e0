"""What a message asks of an article that may be known already. No I/O, no clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import Enum

from newswire.article_item import RECENT_HINTS, ArticleItem, Tombstone, Via
from newswire.messages import Message


class Step(Enum):
    """What to do with a message."""

    DROP_TOMBSTONE = "tombstoned"
    DROP_STALE = "already handled"
    TOUCH = "known hint"
    EXTRACT = "extract"
    ERASE = "erase"


def next_step(message: Message, known: ArticleItem | Tombstone | None) -> Step:
    """Return what a message asks for.

    A hint that its feed has brought before, and a further feed of a known article, only update
    ``via``; an entry whose own ``updated`` is later than all seen so far is looked at again. A
    re-check counts once, and only while it is due. Of an article that is gone nothing counts but that its
    files are due to be erased.
    """
    if isinstance(known, Tombstone) or (known is not None and known.retired is not None):
        is_due = message.kind == "recheck" and _is_due(known, message)
        return Step.ERASE if is_due else Step.DROP_TOMBSTONE
    if message.kind == "recheck":
        return Step.EXTRACT if _is_due(known, message) else Step.DROP_STALE
    if known is None:
        return Step.EXTRACT
    via = known.via.get(message.feed)
    if via is not None and message.polled <= via.polled:
        return Step.DROP_STALE
    is_changed = via is not None and message.hint_hash not in via.hints
    return Step.EXTRACT if is_changed or _is_later(message, known) else Step.TOUCH


def with_via(item: ArticleItem, message: Message) -> ArticleItem:
    """Return the article's next version with this feed and hint among those that carry it."""
    if message.kind == "recheck":
        return replace(item, version=item.version + 1)
    return replace(item, version=item.version + 1, via={**item.via, message.feed: next_via(item, message)})


def next_via(item: ArticleItem | None, message: Message) -> Via:
    """Return the record of a feed after one more message of it."""
    before = item.via.get(message.feed) if item is not None else None
    hints = tuple(one for one in (before.hints if before else ()) if one != message.hint_hash)
    updated = message.hint.updated if message.hint is not None else None
    return Via(
        source=message.source,
        url=message.url,
        polled=max(message.polled, before.polled) if before else message.polled,
        updated=updated or (before.updated if before else None),
        hints=(*hints, message.hint_hash)[-RECENT_HINTS:],
    )


def _is_due(known: ArticleItem | Tombstone | None, message: Message) -> bool:
    return known is not None and known.recheck_at is not None and known.recheck_at <= message.polled


def _is_later(message: Message, known: ArticleItem) -> bool:
    updated = message.hint.updated if message.hint is not None else None
    seen = [one.updated for one in known.via.values() if one.updated]
    return updated is not None and bool(seen) and _instant(updated) > max(map(_instant, seen))


def _instant(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()
