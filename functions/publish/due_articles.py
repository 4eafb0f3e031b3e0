"""Articles that time alone has changed: found by a sparse index, off it when their outputs are written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from functions.publish.changes import Change, change_of
from functions.publish.run import Run
from newswire.article_item import ArticleItem
from newswire.clock import instant
from newswire.due_changes import (
    ERASED_AFTER,
    archive_moment,
    display_changes,
    is_past_retention,
    next_change,
)

AT_ONCE = 200
# Longer than a run can take, clocks that differ included
OVERLAP = timedelta(minutes=15)


def due_proposals(run: Run, seen: Collection[str]) -> list[str]:
    """Return further articles (ids) that time alone may have changed, by the index, which may lag."""
    proposed = run.articles.due_changes(instant(run.now), AT_ONCE + len(seen))
    return [one.id for one in proposed if one.id not in seen]


def due_articles(run: Run, proposed: Collection[str]) -> list[ArticleItem]:
    """Return those of the proposed articles that time alone has changed."""
    return [item for item in live_articles(run, proposed) if is_due(item, run)]


def due_change(run: Run, item: ArticleItem, *, settled: bool) -> Change:
    """Return the change that concerns an article that is due.

    ``settled``: all outputs are by this catalogue. Then an article that was not revised and only comes up for
    its archives needs no look at the outputs that have no part in that.
    """
    only_archives = settled and item.revision == 1 and is_due_for_archives_alone(run, item)
    archived_at = archive_moment(item.first_seen, item.owner.id) if only_archives else None
    return replace(change_of(item), archived_at=archived_at, only_archives=only_archives)


def is_due_for_archives_alone(run: Run, item: ArticleItem) -> bool:
    """Return whether an article is due, and its archives are all that waits for it."""
    terms = run.terms(item)
    if terms is None or not terms.has_page:
        return False
    catalogue, archived = run.look.catalogue, archive_moment(item.first_seen, item.owner.id)
    others = [one for one in display_changes(item, catalogue) if archived <= one <= run.now]
    return is_due(item, run) and item.next_change == instant(archived) and not others


def settle_change(run: Run, item: ArticleItem) -> bool:
    """Put the article's following change, if any, in the place of the one that is written now.

    Of one whose retention is over, note that the site is rid of it: extract will erase it. Where another
    change was due only just now, a run that began before may still write what was true then: the article is
    looked at once more; of what is due for its archives no such run takes anything. Return whether this was
    the table's last word.
    """
    catalogue = run.look.catalogue
    if item.retired is None and is_past_retention(item, catalogue, run.now):
        return run.articles.retire(item, instant(run.now), instant(run.now + ERASED_AFTER))
    following = next_change(item, catalogue, run.now)
    just_now = (run.now - OVERLAP < moment <= run.now for moment in display_changes(item, catalogue))
    if is_due(item, run) and any(just_now):
        following = min(filter(None, (following, instant(run.now + OVERLAP))))
    return run.articles.settle_change(item, following)


def is_due(item: ArticleItem, run: Run) -> bool:
    """Return whether the table says that time alone has changed an article's outputs."""
    return item.next_change is not None and item.next_change <= instant(run.now)


def live_articles(run: Run, ids: Collection[str]) -> list[ArticleItem]:
    """Return those of the articles that are no tombstones."""
    return [item for item in run.articles.get_many(ids).values() if isinstance(item, ArticleItem)]
