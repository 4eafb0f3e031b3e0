"""The schedule's task: what no single change of an article brings."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from functions.publish.catalogue_walk import CatalogueWalk, follow_once_more
from functions.publish.changes import appearance_of
from functions.publish.due_articles import (
    due_articles,
    due_change,
    due_proposals,
    is_due,
    live_articles,
    settle_change,
)
from functions.publish.portal_writing import publish_portal
from functions.publish.publishing import publish, write_channels
from functions.publish.run import Run
from newswire.article_item import PORTAL

NEWEST = 300


def refresh(run: Run) -> dict[str, Any]:
    """Bring up to date what no single change touches: every channel, and articles that are due.

    Then, as far as time allows, all that a changed catalogue touches. Answer with the run's counts, how many
    articles were due, how many the catalogue touched, and how many had an output that failed. Where the
    catalogue has changed meanwhile, the next refresh follows all of the change once more.
    """
    try:
        return _refreshed(replace(run, thorough=True))
    finally:
        if not run.is_current():
            follow_once_more(run)


def _refreshed(run: Run) -> dict[str, Any]:
    publish_portal(run, write_channels)
    # The newest articles are looked at again whatever the stream said: a batch that was given up is made
    # good within one run. Archives wait for what has just appeared, as they do for the stream's batches; what
    # is due comes next.
    newest = live_articles(run, run.articles.newest("by-portal", PORTAL, NEWEST))
    changes = {item.id: appearance_of(item) for item in newest if not is_due(item, run)}
    failed = publish(run, changes, everywhere=True)
    due, missed = _publish_due(replace(run, thorough=False))
    walk = CatalogueWalk(replace(run, thorough=False), publish)
    walk.go_on()
    failed |= missed
    if not failed and not run.report.failures:
        run.report.succeeded()
    return {
        "articlesDue": due,
        "articlesFailed": len(failed),
        **({"articlesTouched": walk.reached} if walk.reached else {}),
        **run.report.counts,
    }


def after_rebuild(run: Run) -> dict[str, Any]:
    """Refresh after every stored article has been told of, and note that all are up to this catalogue."""
    CatalogueWalk(run, publish).skip()
    return refresh(run)


def _publish_due(run: Run) -> tuple[int, set[str]]:
    """Publish what time alone has changed; return how many that were, and which failed."""
    due, failed, seen = 0, set[str](), set[str]()
    is_settled = CatalogueWalk(run, publish).is_done
    while proposed := due_proposals(run, seen):
        seen.update(proposed)
        items = due_articles(run, proposed)
        due += len(items)
        changes = {item.id: due_change(run, item, settled=is_settled) for item in items}
        missed = publish(run, changes) if changes else set()
        failed |= missed
        done = [item for item in items if item.id not in missed]
        settled = run.concurrently(partial(settle_change, run), done)
        # Written meanwhile: what is due is done with its next version.
        seen.difference_update(item.id for item, last in zip(done, settled, strict=True) if not last)
        if items and len(missed) >= len(items):  # there is no time left, or worse: the next run tries again
            break
    return due, failed
