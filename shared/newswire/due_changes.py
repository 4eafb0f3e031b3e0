"""What time alone changes about an article, and when: extract writes it down, publish keeps it up."""

from __future__ import annotations

from datetime import datetime

from newswire.article_item import ArticleItem
from newswire.clock import instant
from newswire.sources import Source


def next_change(item: ArticleItem, owner: Source | None, after: datetime) -> str | None:
    """Return when, after ``after``, an article is next shown otherwise (RFC 3339), ``None`` for never.

    ``owner`` is the source that owns it, if one does.
    """
    moments = [moment for moment in (full_text_end(item, owner), unavailable_from(item)) if moment]
    return min((instant(moment) for moment in moments if moment > after), default=None)


def full_text_end(item: ArticleItem, owner: Source | None) -> datetime | None:
    """Return from when on only an excerpt is shown, by ``full_text_for`` of the owner."""
    if owner is None or owner.display != "full" or owner.full_text_for is None:
        return None
    return datetime.fromisoformat(item.listed) + owner.full_text_for


def unavailable_from(item: ArticleItem) -> datetime | None:
    """Return from when on the publisher wants the article shown no more."""
    stated = item.directives.unavailable_after
    return None if stated is None else datetime.fromisoformat(stated)
