"""Articles whose retention is over: their files are deleted, and a tombstone takes their place.

Publish has taken such an article out of the site and noted that (``retired``) when this begins. The files go
first: whoever dies in between leaves an item that is still due, and whoever comes next finds less to delete.
"""

from __future__ import annotations

from dataclasses import replace

from functions.extract import records
from functions.extract.archive import Archive
from functions.extract.outcome import Outcome
from functions.extract.retractions import NOTICE
from newswire.article_item import RETENTION, ArticleItem, Tombstone


def erase(archive: Archive, item: ArticleItem) -> Outcome:
    """Erase an article that publish has retired; raise ConditionFailed where somebody else wrote first."""
    stone = stub(item)
    archive.delete_files(item.id)
    archive.retract([stone])
    return Outcome("erased", item.id, None, stone.reason)


def stub(item: ArticleItem) -> Tombstone:
    """Return what remains of an article: identity, and what the notice in its place tells.

    One that its publisher's page called withdrawn to the last is told as withdrawn. Pictures, which have left
    the site, are forgotten.
    """
    if item.withheld_since is not None:
        return records.tombstone(item, NOTICE, item.withheld_since)
    stone = records.tombstone(item, RETENTION, item.retired or "")
    return replace(stone, image_copies=(), owner=item.owner, copy=item.copy, revised=item.revised)
