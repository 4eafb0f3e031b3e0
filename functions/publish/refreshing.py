"""The schedule's task: what no single change of an article brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from functions.publish.catalogue_walk import CatalogueWalk, follow_once_more
from functions.publish.changes import Change, appearance_of
from functions.publish.channel_turn_taking import forget_turns, take_turns
from functions.publish.channels import Channel, channels_of, common_channels
from functions.publish.due_articles import (
    AT_ONCE,
    due_articles,
    due_change,
    due_proposals,
    is_due_for_archives_alone,
    live_articles,
    settle_change,
)
from functions.publish.portal_writing import publish_portal
from functions.publish.publishing import publish, write_channels
from functions.publish.run import Run
from functions.publish.unfinished_noting import close, publish_noted, take_over
from newswire.article_item import PORTAL

NEWEST = 300


def refresh(run: Run) -> dict[str, Any]:
    """Bring up to date what no single change touches: the portal's channels, and articles that are due.

    Then, as far as time allows, channels whose turns have come, and all that a changed catalogue touches.
    Answer with the run's counts, how many articles were due, how many the catalogue touched, how many
    channels still wait for their turns, and how many articles had an output that failed. Where the
    catalogue has changed meanwhile, the next refresh follows all of the change once more.
    """
    try:
        return _refreshed(replace(run, thorough=True))
    finally:
        if not run.is_current():
            follow_once_more(run)
            forget_turns(run)


def _refreshed(run: Run) -> dict[str, Any]:
    publish_portal(run, write_channels)
    failed = _publish_left(run)
    # The newest articles are looked at again whatever the stream said: a batch that was given up is made
    # good within one run. Archives wait for what has just appeared, as they do for the stream's batches; what
    # is due comes next.
    newest = live_articles(run, run.articles.newest("by-portal", PORTAL, NEWEST))
    changes = {item.id: appearance_of(item) for item in newest if not is_due_for_archives_alone(run, item)}
    lists = common_channels(run.look.catalogue)
    unwritten = publish_noted(run, changes, lambda: publish(run, changes, lists, everywhere=True))
    due, missed = _publish_due(run)
    had = _touched(run, changes) - _touched(run, {one: changes[one] for one in changes.keys() & unwritten})
    waiting = take_turns(run, write_channels, {*lists, *had})
    walk = CatalogueWalk(replace(run, thorough=False), _publish)
    walk.go_on()
    close(run)
    failed |= unwritten | missed
    if not failed and not run.report.failures:
        run.report.succeeded()
    return {
        "articlesDue": due,
        "articlesFailed": len(failed),
        **({"articlesTouched": walk.reached} if walk.reached else {}),
        **({"channelsWaiting": waiting} if waiting else {}),
        **run.report.counts,
    }


def after_rebuild(run: Run) -> dict[str, Any]:
    """Refresh after every stored article has been told of, and note that all are up to this catalogue."""
    CatalogueWalk(run, _publish).skip()
    forget_turns(run)
    return refresh(run)


def _touched(run: Run, changes: Mapping[str, Change]) -> set[Channel]:
    placements = [one for change in changes.values() for one in change.placements]
    return set(channels_of(placements, run.look.catalogue)) if changes else set()


def _publish_due(run: Run) -> tuple[int, set[str]]:
    """Publish what time alone has changed; return how many that were, and which failed.

    Where a changed catalogue is still to be followed, half of the time that there is stays for that.
    """
    due, failed, seen = 0, set[str](), set[str]()
    is_settled = CatalogueWalk(run, _publish).is_done
    least_left = 0 if is_settled else run.time_left() / 2
    while run.time_left() >= least_left and (proposed := due_proposals(run, seen)):
        seen.update(proposed)
        items = due_articles(run, proposed)
        due += len(items)
        changes = {item.id: due_change(run, item, settled=is_settled) for item in items}
        missed = _publish_all(run, changes)
        failed |= missed
        done = [item for item in items if item.id not in missed]
        settled = run.concurrently(partial(settle_change, run), done)
        # Written meanwhile: what is due is done with its next version.
        seen.difference_update(item.id for item, last in zip(done, settled, strict=True) if not last)
        if items and len(missed) >= len(items):  # there is no time left, or worse: the next run tries again
            break
    return due, failed


def _publish_all(run: Run, changes: Mapping[str, Change]) -> set[str]:
    """Publish what is due; what comes up for archives alone takes the rest of its lists as they are."""
    archived = {one: change for one, change in changes.items() if change.only_archives}
    shown = {one: change for one, change in changes.items() if not change.only_archives}
    missed = _publish(run, shown) if shown else set()
    return missed | (_publish(replace(run, thorough=False), archived) if archived else set())


def _publish(run: Run, changes: Mapping[str, Change]) -> set[str]:
    return publish_noted(run, changes, lambda: publish(run, changes))


def _publish_left(run: Run) -> set[str]:
    """Publish what runs that are dead by now were at; return which failed, and stay noted."""
    failed = set[str]()
    left, least_left = take_over(run), run.time_left() / 2
    for start in range(0, len(left), AT_ONCE):
        ids = list(left)[start : start + AT_ONCE]
        if run.time_left() < least_left:
            return failed.union(ids)
        failed |= _publish(run, {one: left[one] for one in ids})
    return failed
