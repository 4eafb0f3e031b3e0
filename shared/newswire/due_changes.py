"""What time alone changes about an article, and when: extract writes it down, publish keeps it up."""

from __future__ import annotations

from datetime import datetime, timedelta

from newswire.article_item import ArticleItem
from newswire.clock import instant
from newswire.sources import Catalogue, Source

# How long after it was noted that an article is gone its files are erased at the earliest. By then no
# invocation is alive that has read the item before (they end after 300 s), and whoever reads it later leaves
# the files alone.
ERASED_AFTER = timedelta(hours=1)


def next_change(item: ArticleItem, catalogue: Catalogue, after: datetime) -> str | None:
    """Return when, after ``after``, an article is next shown otherwise (RFC 3339), ``None`` for never.

    The end of its retention is due, however long ago it was, until publish has noted that it is done.
    """
    if item.retired is not None:
        return None
    owner = catalogue.source(item.owner.id)
    moments = [moment for moment in (full_text_end(item, owner), unavailable_from(item)) if moment]
    ahead = [moment for moment in moments if moment > after]
    end = retention_end(item, catalogue)
    return min(map(instant, ahead if end is None else [*ahead, end]), default=None)


def full_text_end(item: ArticleItem, owner: Source | None) -> datetime | None:
    """Return from when on only an excerpt is shown, by ``full_text_for`` of the owner."""
    if owner is None or owner.display != "full" or owner.full_text_for is None:
        return None
    return datetime.fromisoformat(item.listed) + owner.full_text_for


def unavailable_from(item: ArticleItem) -> datetime | None:
    """Return from when on the publisher wants the article shown no more."""
    stated = item.directives.unavailable_after
    return None if stated is None else datetime.fromisoformat(stated)


def retention_end(item: ArticleItem, catalogue: Catalogue) -> datetime | None:
    """Return until when an article is kept: by its owner's ``retention``, else by the portal's."""
    owner = catalogue.source(item.owner.id)
    kept_for = catalogue.retention if owner is None else owner.retention
    return None if kept_for is None else datetime.fromisoformat(item.listed) + kept_for


def is_past_retention(item: ArticleItem, catalogue: Catalogue, now: datetime) -> bool:
    """Return whether an article is not kept any more, by the clock or because that was noted before."""
    end = retention_end(item, catalogue)
    return item.retired is not None or (end is not None and end <= now)
