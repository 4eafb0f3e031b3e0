"""Articles whose retention is over: their files are deleted, and a tombstone is all that remains.

Publish has taken such an article out of the site and noted that (``retired``) when this begins, or its
publisher withdrew it before. The files go first: whoever dies in between leaves an item that is still due,
and whoever comes next finds less to delete. Of one that the operator had purged, all versions go, and every
day anew for as long as some message of it may be under way.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from functions.extract import records
from functions.extract.archive import Archive
from functions.extract.outcome import Outcome
from functions.extract.retractions import NOTICE
from functions.extract.takedowns import PURGED_EVERY
from newswire.article_item import RETENTION, ArticleItem, Tombstone
from newswire.article_table import Record
from newswire.clock import instant


def erase(archive: Archive, known: Record, now: datetime) -> Outcome:
    """Erase an article that is gone; raise ConditionFailed where somebody else wrote first."""
    if isinstance(known, Tombstone):
        if known.purged_until is not None:
            return _purge(archive, known, now)
        # What stood here cannot be restored without its files.
        former = known.former if isinstance(known.former, Tombstone) else None
        stone = replace(known, version=known.version + 1, recheck_at=None, former=former)
    else:
        stone = stub(known)
    archive.delete_files(known.id)
    archive.retract([stone])
    return Outcome("erased", known.id, None, stone.reason)


def _purge(archive: Archive, known: Tombstone, now: datetime) -> Outcome:
    """Delete what was stored again, if anything was, and look again tomorrow until that is over."""
    archive.purge_files(known.id)
    is_over = instant(now) >= (known.purged_until or "")
    following = None if is_over else instant(now + PURGED_EVERY)
    archive.retract([replace(known, version=known.version + 1, recheck_at=following)])
    return Outcome("erased", known.id, None, known.reason)


def stub(item: ArticleItem) -> Tombstone:
    """Return what remains of an article: identity, and what the notice in its place tells.

    One that its publisher's page called withdrawn to the last is told as withdrawn. Pictures, which have left
    the site, are forgotten.
    """
    if item.withheld_since is not None:
        return records.tombstone(item, NOTICE, item.withheld_since)
    stone = records.tombstone(item, RETENTION, item.retired or "")
    return replace(stone, image_copies=(), owner=item.owner, copy=item.copy, revised=item.revised)
