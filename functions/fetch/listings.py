"""Documents that list others: the sitemaps of an index, the feed of a page. Pure.

What is listed is polled as a feed of its own: with its own validators, seen entries and due time. The
listing only says what there is and, where it gives dates, what has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from functions.fetch import schedule
from functions.fetch.due_feeds import DueFeed
from functions.fetch.feed_entry import Child, FeedDocument
from functions.fetch.feed_state import CHILD_MEMORY, FeedState
from functions.fetch.health import FAILING_AFTER
from functions.fetch.outcomes import Reading, without_validators
from functions.fetch.rhythm import Rhythm
from newswire.dates import parse_date
from newswire.feed_keys import feed_key, parent_tag

PAGE = "page"
URL_LIMIT = 1500  # characters: a URL is part of a table key
# A listing's date may be of another zone than the entries' dates.
MARGIN = timedelta(hours=24)


def wanted(document: FeedDocument, feed: DueFeed, now: datetime) -> list[Child]:
    """Return what of a listing may be read: a page's feeds, an index's sitemaps within ``backfill``."""
    children = [child for child in document.children if len(child.url) <= URL_LIMIT]
    if document.format == PAGE:
        return children
    backfill = feed.source.backfill
    if backfill is None:
        return children
    moments = {child: parse_date(child.modified, UTC) if child.modified else None for child in children}
    oldest = now - backfill - MARGIN
    return [child for child, moment in moments.items() if moment is None or moment >= oldest]


@dataclass(frozen=True, slots=True)
class Selection:
    """Of what a listing names: what is polled for it, and the URLs of which a state is kept."""

    polled: tuple[Child, ...]
    kept: tuple[str, ...]


def selected(
    document: FeedDocument, children: Sequence[Child], feed: DueFeed, states: Mapping[str, FeedState]
) -> Selection:
    """Return all sitemaps of an index; of a page the best feed that neither fails nor is gone, else the best.

    Of its failing feeds the states are kept, so that they are not chosen again.
    """
    if document.format != PAGE:
        return Selection(tuple(children), tuple(child.url for child in children))
    known = {child: states[child_key(feed, child.url)] for child in children}
    working = [one for one, state in known.items() if not state.gone and state.failures < FAILING_AFTER]
    best = tuple((working or children)[:1])
    failing = (child for child, state in known.items() if state.failures)
    return Selection(best, tuple(dict.fromkeys(child.url for child in (*best, *failing))))


def pending(children: Iterable[Child], feed: DueFeed, states: Mapping[str, FeedState]) -> list[DueFeed]:
    """Return the listed documents to poll in this run: new ones, and those that the listing dates otherwise.

    One that is merely due is a feed as any other: whoever holds its domain's shard polls it.
    """
    asked: list[DueFeed] = []
    for child in children:
        state = states[child_key(feed, child.url)]
        new = not state.version
        changed = child.modified != state.listed
        if state.gone is None and (new or (changed and not state.failures)):
            asked.append(DueFeed(feed.source, child.url, state, child.modified))
    return asked


def relied_on(state: FeedState, now: datetime) -> FeedState:
    """Return the state of a listing without validators where FeedTable may have forgotten what it lists.

    So after a long time in which its source was disabled: unchanged, it would never lead to that again.
    """
    outdated = state.polled is not None and now - state.polled > CHILD_MEMORY / 2
    return without_validators(state) if state.children and outdated else state


def reading(document: FeedDocument, now: datetime) -> Reading:
    """Return what later polls of a listing go by: a page is read once a day, an index by its last date.

    Dates in the future tell nothing.
    """
    if document.format == PAGE:
        return Reading(schedule.LONGEST)
    moments = (parse_date(child.modified, UTC) for child in document.children if child.modified)
    newest = max((moment for moment in moments if moment and moment <= now), default=None)
    return Reading(document.pause, Rhythm(None, newest))


def child_key(feed: DueFeed, url: str) -> str:
    """Return the feed key of a document that ``feed`` lists."""
    return feed_key(feed.source.id, url, parent_tag(feed.url))
