"""Articles that time alone has changed: found by a sparse index, off it when their outputs are written."""

from __future__ import annotations

from collections.abc import Collection

from functions.publish.run import Run
from newswire.article_item import ArticleItem
from newswire.clock import instant
from newswire.due_changes import ERASED_AFTER, is_past_retention, next_change

AT_ONCE = 200


def due_articles(run: Run) -> list[ArticleItem]:
    """Return articles that time alone has changed; the index, which may lag, only proposes them."""
    now = instant(run.now)
    proposed = live_articles(run, [one.id for one in run.articles.due_changes(now, AT_ONCE)])
    return [item for item in proposed if item.next_change is not None and item.next_change <= now]


def settle_change(run: Run, item: ArticleItem) -> bool:
    """Put the article's following change, if any, in the place of the one that is written now.

    Of one whose retention is over, note that the site is rid of it: extract will erase it. Return whether
    that was still the table's last word.
    """
    catalogue = run.look.catalogue
    if item.retired is None and is_past_retention(item, catalogue, run.now):
        return run.articles.retire(item, instant(run.now), instant(run.now + ERASED_AFTER))
    return run.articles.settle_change(item, next_change(item, catalogue, run.now))


def live_articles(run: Run, ids: Collection[str]) -> list[ArticleItem]:
    """Return those of the articles that are no tombstones."""
    return [item for item in run.articles.get_many(ids).values() if isinstance(item, ArticleItem)]
