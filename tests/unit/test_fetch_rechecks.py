"""Looks that are due: all of them where extract keeps up, none beside a queue of articles that waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from unittest import mock

import pytest

from functions.fetch import rechecks
from functions.fetch.enqueueing import Enqueuer
from functions.fetch.rechecks import enqueue_rechecks
from newswire.article_item import ArticleItem
from newswire.article_table import ArticleTable, Due
from newswire.bucket import Bucket
from newswire.clock import instant
from newswire.queue import Outgoing, Queue, Refusal
from tests.support.publish_articles import NOW, item_of, make_article
from tests.support.publish_catalogues import catalogue


@dataclass(slots=True)
class _Queue(Queue):
    """A queue in which ``before`` messages wait; it counts how often it was asked."""

    before: int = 0
    asked: int = 0
    sent: list[str] = field(default_factory=list)

    def send(self, messages: Sequence[Outgoing]) -> list[Refusal]:
        self.sent += [one.body for one in messages]
        return []

    def waiting(self) -> int:
        self.asked += 1
        return self.before


def _articles(count: int) -> ArticleTable:
    """Return a table in which so many articles are due, longest first."""
    sources = catalogue()
    items = [
        replace(
            item_of(make_article(sources, number, "harian"), sources),
            recheck_at=instant(NOW - timedelta(minutes=number)),
        )
        for number in range(count, 0, -1)
    ]
    known = {one.id: one for one in items}
    table = mock.create_autospec(ArticleTable, instance=True)
    table.due_rechecks.side_effect = lambda _now, limit: [
        Due(one.id, str(one.recheck_at)) for one in items[:limit]
    ]

    def peek(ids: Iterable[str]) -> dict[str, ArticleItem]:
        return {one: known[one] for one in ids}

    table.peek_many.side_effect = peek
    found: ArticleTable = table
    return found


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rechecks, "AT_ONCE", 10)
    monkeypatch.setattr(rechecks, "MOST_WAITING", 5)


def _enqueue(queue: Queue, due: int, may_go_on: Callable[[], bool] = lambda: True) -> int:
    enqueuer = Enqueuer(queue, mock.create_autospec(Bucket, instance=True))
    return enqueue_rechecks(_articles(due), enqueuer, NOW, may_go_on=may_go_on)


def test_all_that_are_due_are_enqueued_where_nothing_waits() -> None:
    queue = _Queue()

    assert _enqueue(queue, 34) == 34
    assert len(set(queue.sent)) == 34


def test_many_stay_due_while_messages_wait() -> None:
    queue = _Queue(before=6)

    assert _enqueue(queue, 11) == 0
    assert queue.sent == []


def test_few_are_enqueued_whatever_waits_and_the_queue_is_not_asked() -> None:
    queue = _Queue(before=1000)

    assert _enqueue(queue, 10) == 10
    assert queue.asked == 0


def test_what_there_is_no_time_for_stays_due() -> None:
    queue = _Queue()
    answers = iter([True, False])

    assert _enqueue(queue, 34, lambda: next(answers)) == 20


def test_the_first_share_is_enqueued_even_where_there_is_no_time_for_more() -> None:
    assert _enqueue(_Queue(), 34, lambda: False) == 10
