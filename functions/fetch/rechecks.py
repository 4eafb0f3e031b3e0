"""Articles that extract has to see to: found by the sparse index, enqueued by the scheduled run.

Either their page is due for another look, or their files are due to be erased; extract knows which.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from functions.fetch.enqueueing import Enqueuer
from newswire.article_item import Tombstone
from newswire.article_table import ArticleTable, Record
from newswire.clock import instant

AT_ONCE = 1000
# Days of a portal's looks: more than it ever has due, and no reason to read its whole index.
MOST = 20_000
# Articles in the queue: a minute's work, or two
MOST_WAITING = 1000


def enqueue_rechecks(
    articles: ArticleTable,
    enqueuer: Enqueuer,
    now: datetime,
    tell: Callable[[Sequence[str]], object] = tuple,
    may_go_on: Callable[[], bool] = lambda: True,
) -> int:
    """Enqueue what is due, longest due first, and return how much was accepted.

    Index and items propose, as they were a moment ago; extract decides by what is there by then. Beyond
    :data:`AT_ONCE` it goes on while it ``may_go_on``; where so many are due, and messages wait for extract
    already, looks stay due: they would be enqueued again by each run until extract has seen to them. What is
    to go waits for no look; of that, each such run enqueues :data:`AT_ONCE`. ``tell`` is told the ids of what
    was accepted, if that is anything. Raise :class:`~newswire.queue.QueueUnavailable` where the queue takes
    nothing: the rest stays due.
    """
    moment, sent = instant(now), 0
    due = articles.due_rechecks(moment, MOST)
    looks_wait = len(due) > AT_ONCE and enqueuer.waiting() > MOST_WAITING
    most = AT_ONCE if looks_wait else len(due)
    for start in range(0, len(due), AT_ONCE):
        if sent >= most or (start and not may_go_on()):
            break
        records = articles.peek_many(one.id for one in due[start : start + AT_ONCE]).values()
        wanted = [one for one in records if one.recheck_at is not None and one.recheck_at <= moment]
        chosen = [one for one in wanted if _is_going(one)] if looks_wait else wanted
        accepted = enqueuer.recheck([(one.id, one.url) for one in chosen[: most - sent]], now)
        if accepted:
            tell(accepted)
        sent += len(accepted)
    return sent


def _is_going(known: Record) -> bool:
    """Return whether files are to be erased, or a second look is to confirm that an article is gone."""
    if isinstance(known, Tombstone) or known.retired is not None or known.withheld_since is not None:
        return True
    return known.page is not None and known.page.missing_since is not None
