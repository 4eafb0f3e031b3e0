"""What time alone changes about an article, and when: extract writes it down, publish keeps it up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zlib import crc32

from newswire.article_item import ArticleItem
from newswire.clock import instant
from newswire.sources import Catalogue, Source

# How long after it was noted that an article is gone its files are erased at the earliest. By then no
# invocation is alive that has read the item before (they end after 300 s), and whoever reads it later leaves
# the files alone.
ERASED_AFTER = timedelta(hours=1)
# A list shows for a day at least what it got. Half of that leaves time for refreshes that fail.
ARCHIVED_EVERY = timedelta(hours=12)


def next_change(item: ArticleItem, catalogue: Catalogue, after: datetime) -> str | None:
    """Return when, after ``after``, outputs of an article are next to change (RFC 3339), ``None`` for never.

    The end of its retention is due, however long ago it was, until publish has noted that it is done.
    """
    if item.retired is not None:
        return None
    moments = [*display_changes(item, catalogue), archive_moment(item.first_seen, item.owner.id)]
    ahead = [moment for moment in moments if moment > after]
    end = retention_end(item, catalogue)
    return min(map(instant, ahead if end is None else [*ahead, end]), default=None)


def archive_moment(first_seen: str, owner: str) -> datetime:
    """Return from when on an article stands in the archives of all its lists.

    It is the first of its owner's two moments a day after ``first_seen`` (RFC 3339). What an owner's articles
    write is so written twice a day; the moments of all owners are spread over the day, and no two owners
    share one, as a rule: in the order of time, the articles of one come together.
    """
    seen = datetime.fromisoformat(first_seen).astimezone(UTC)
    midnight = seen.replace(hour=0, minute=0, second=0, microsecond=0)
    one = midnight + timedelta(seconds=crc32(owner.encode()) % ARCHIVED_EVERY.total_seconds())
    return one + ((seen - one) // ARCHIVED_EVERY + 1) * ARCHIVED_EVERY


def display_changes(item: ArticleItem, catalogue: Catalogue) -> list[datetime]:
    """Return the moments, past or to come, from which on less of an article is shown, or nothing."""
    ends = (full_text_end(item, catalogue.source(item.owner.id)), unavailable_from(item))
    return [end for end in ends if end]


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
