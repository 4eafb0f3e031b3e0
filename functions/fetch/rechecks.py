"""Articles that extract has to see to: found by the sparse index, enqueued by the scheduled run.

Either their page is due for another look, or their files are due to be erased; extract knows which.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from functions.fetch.enqueueing import Enqueuer
from newswire.article_table import ArticleTable
from newswire.clock import instant

RECHECKS_PER_RUN = 1000


def enqueue_rechecks(
    articles: ArticleTable,
    enqueuer: Enqueuer,
    now: datetime,
    tell: Callable[[Sequence[str]], object] = tuple,
) -> int:
    """Enqueue what is due and return how much was accepted.

    Index and items propose, as they were a moment ago; extract decides by what is there by then.
    ``tell`` is told the ids of what was accepted, if that is anything. Raise
    :class:`~newswire.queue.QueueUnavailable` where the queue takes nothing: all stays due.
    """
    moment = instant(now)
    due = articles.due_rechecks(moment, RECHECKS_PER_RUN)
    if not due:
        return 0
    records = articles.peek_many(one.id for one in due).values()
    wanted = [one for one in records if one.recheck_at is not None and one.recheck_at <= moment]
    accepted = enqueuer.recheck([(one.id, one.url) for one in wanted], now)
    if accepted:
        tell(accepted)
    return len(accepted)
