"""Looks that are due: all of them where extract keeps up, none beside a queue of articles that waits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from unittest import mock

import pytest

from functions.fetch import rechecks
from functions.fetch.enqueueing import Enqueuer
from functions.fetch.rechecks import enqueue_rechecks
from newswire.article_history import PageRecord
from newswire.article_item import ArticleItem, Tombstone
from newswire.article_table import ArticleTable, Due, Record
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


def _due(count: int) -> list[Record]:
    """Return so many articles that are due, longest first."""
    sources = catalogue()
    return [
        replace(
            item_of(make_article(sources, number, "harian"), sources),
            recheck_at=instant(NOW - timedelta(minutes=number)),
        )
        for number in range(count, 0, -1)
    ]


def _going(items: Sequence[Record]) -> list[Record]:
    """Return articles as they are once their files are to be erased, or one look has found them gone."""
    live = [one for one in items if isinstance(one, ArticleItem)]
    moment = instant(NOW - timedelta(days=1))
    kinds: tuple[Callable[[ArticleItem], Record], ...] = (
        lambda one: Tombstone(one.id, 2, one.url, one.slug, "HTTP 410", moment, recheck_at=one.recheck_at),
        lambda one: replace(one, retired=moment),
        lambda one: replace(one, withheld_since=moment),
        lambda one: replace(one, page=PageRecord(one.url, missing_since=moment)),
    )
    return [kinds[number % len(kinds)](one) for number, one in enumerate(live)]


def _table(items: Sequence[Record]) -> ArticleTable:
    """Return a table in which these are due."""
    known = {one.id: one for one in items}
    table = mock.create_autospec(ArticleTable, instance=True)
    table.due_rechecks.side_effect = lambda _now, limit: [
        Due(one.id, str(one.recheck_at)) for one in items[:limit]
    ]

    def peek(ids: Iterable[str]) -> dict[str, Record]:
        return {one: known[one] for one in ids}

    table.peek_many.side_effect = peek
    found: ArticleTable = table
    return found


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rechecks, "AT_ONCE", 10)
    monkeypatch.setattr(rechecks, "MOST_WAITING", 5)


def _enqueue(queue: Queue, due: int | Sequence[Record], may_go_on: Callable[[], bool] = lambda: True) -> int:
    enqueuer = Enqueuer(queue, mock.create_autospec(Bucket, instance=True))
    items = _due(due) if isinstance(due, int) else due
    return enqueue_rechecks(_table(items), enqueuer, NOW, may_go_on=may_go_on)


def test_all_that_are_due_are_enqueued_where_nothing_waits() -> None:
    queue = _Queue()

    assert _enqueue(queue, 34) == 34
    assert len(set(queue.sent)) == 34


def test_many_stay_due_while_messages_wait() -> None:
    queue = _Queue(before=6)

    assert _enqueue(queue, 11) == 0
    assert queue.sent == []


def test_what_is_to_go_is_enqueued_beside_the_looks_that_wait() -> None:
    queue = _Queue(before=6)
    looks, going = _due(29)[:25], _going(_due(4))

    assert _enqueue(queue, [*looks, *going]) == 4
    assert {json.loads(body)["article_id"] for body in queue.sent} == {one.id for one in going}


def test_of_what_is_to_go_a_run_enqueues_no_more_than_a_share_while_messages_wait() -> None:
    queue, going = _Queue(before=6), _going(_due(34))

    assert _enqueue(queue, [*going[:7], *_due(44)[:10], *going[7:]]) == 10
    assert [json.loads(body)["article_id"] for body in queue.sent] == [one.id for one in going[:10]]


def test_what_is_to_go_is_not_looked_for_where_there_is_no_time() -> None:
    looks, going = _due(14)[:10], _going(_due(4))

    assert _enqueue(_Queue(before=6), [*looks, *going], lambda: False) == 0


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
