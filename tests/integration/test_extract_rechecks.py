"""An article whose page did not come: its feed's words at first, and a later look at the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.extract.failures import RECHECK_AFTER, TransientFailure
from functions.fetch.enqueueing import Enqueuer
from functions.fetch.rechecks import enqueue_rechecks
from newswire.clock import instant
from newswire.messages import Message
from newswire.queue import Queue
from tests.support.aws_stack import ARTICLE_TABLE
from tests.support.extract_pages import TEXT
from tests.support.extract_world import NOW, SUMMARY, TITLE, World, entry, recheck
from tests.support.table_reads import TableReads


def scheduled_fetch(world: World) -> list[Message]:
    """Let the fetch stage enqueue what is due and return what it put in the queue."""
    enqueuer = Enqueuer(Queue(world.stack.sqs, world.stack.queue_url), world.bucket)
    enqueue_rechecks(world.table, enqueuer, world.now)
    return [Message.from_json(message.raw) for message in world.stack.drain()]


def test_the_third_receive_stores_the_feeds_summary_and_a_due_recheck(world: World) -> None:
    outcome = world.handle(entry(world.fail("/berita/1", 503)), receive_count=3)
    assert (outcome.what, outcome.origin, outcome.reason) == ("stored", "feed", "HTTP 503")
    item = world.only()
    assert item.recheck_at == instant(NOW + RECHECK_AFTER)
    assert world.table.due_rechecks(instant(NOW + RECHECK_AFTER), 10)[0].id == item.id
    assert world.table.due_rechecks(instant(NOW + RECHECK_AFTER - timedelta(seconds=1)), 10) == []


def test_a_due_recheck_turns_the_feeds_summary_into_the_page(world: World) -> None:
    message = entry(world.fail("/berita/1", 503), authors=("Siti",), categories=("Pangan",))
    world.handle(message, receive_count=3)
    first = world.only()
    assert scheduled_fetch(world) == []
    world.serve("/berita/1")
    world.now += RECHECK_AFTER
    (again,) = scheduled_fetch(world)
    assert (again.kind, again.article_id, again.url) == ("recheck", first.id, first.url)
    assert world.handle(again).what == "revised"
    second = world.only()
    assert (second.origin, second.reason, second.revision, second.revised) == ("page", None, 2, None)
    assert (second.slug, second.listed, second.first_seen) == (first.slug, first.listed, first.first_seen)
    assert second.via == first.via
    document = world.document()
    assert (document.text, document.title, document.excerpt) == (TEXT, TITLE, SUMMARY)
    assert (document.authors, document.categories) == (("Siti",), ("Pangan",))
    assert {first.article_key, second.article_key} == set(world.stack.objects())
    assert second.recheck_at is not None
    assert instant(world.now) < second.recheck_at <= instant(NOW + timedelta(hours=4))


def test_what_is_due_is_proposed_by_a_read_that_may_lag_and_decided_by_one_that_does_not(
    world: World,
) -> None:
    world.handle(entry(world.fail("/berita/1", 503)), receive_count=3)
    world.serve("/berita/1")
    world.now += RECHECK_AFTER
    reads = TableReads(world.stack.dynamodb)
    (again,) = scheduled_fetch(world)
    assert reads.of(ARTICLE_TABLE) == [(["article"], False)]
    world.handle(again)
    assert reads.of(ARTICLE_TABLE)[1] == (["article", "stops"], True)


def test_a_recheck_that_is_delivered_twice_asks_once(world: World) -> None:
    world.handle(entry(world.fail("/berita/1", 503)), receive_count=3)
    world.now += RECHECK_AFTER
    again = recheck(world.only(), world.now)
    world.serve("/berita/1")
    world.handle(again)
    before = world.everything()
    assert world.handle(again).what == "already handled"
    assert world.everything() == before
    assert len(world.pages_asked()) == 2


def test_a_recheck_never_makes_an_article(world: World) -> None:
    url = world.serve("/berita/1")
    unknown = replace(entry(url), kind="recheck", source="", feed="")
    assert world.handle(unknown).what == "already handled"
    assert world.articles() == {}


def test_a_recheck_of_a_retracted_article_is_dropped(world: World) -> None:
    url = world.fail("/berita/1", 503)
    world.handle(entry(url), receive_count=3)
    item = world.only()
    world.now += RECHECK_AFTER
    world.bury(url)
    assert world.handle(recheck(item, world.now)).what == "tombstoned"


def test_a_recheck_that_fails_again_is_due_again_and_makes_no_revision(world: World) -> None:
    url = world.fail("/berita/1", 503)
    world.handle(entry(url, summary=SUMMARY + " Lima persen, " * 40), receive_count=3)
    files = world.stack.objects()
    world.now += RECHECK_AFTER
    again = recheck(world.only(), world.now)
    with pytest.raises(TransientFailure, match="HTTP 503"):
        world.handle(again)
    assert world.handle(again, receive_count=3).what == "unchanged"
    assert world.only().recheck_at == instant(world.now + RECHECK_AFTER)
    assert world.stack.objects() == files


def test_a_page_that_turns_out_not_to_exist_ends_the_rechecks(world: World) -> None:
    world.handle(entry(world.fail("/berita/1", 503)), receive_count=3)
    world.fail("/berita/1", 404)
    world.now += RECHECK_AFTER
    world.handle(recheck(world.only(), world.now))
    assert (world.only().reason, world.only().recheck_at) == ("HTTP 404", None)


def test_rechecks_end_after_a_week(world: World) -> None:
    world.handle(entry(world.fail("/berita/1", 503)), receive_count=3)
    world.now += timedelta(days=7)
    world.handle(recheck(world.only(), world.now), receive_count=3)
    assert world.only().recheck_at is None


def test_further_feeds_leave_a_recheck_due(world: World) -> None:
    url = world.fail("/berita/1", 503)
    world.handle(entry(url), receive_count=3)
    due = world.only().recheck_at
    world.handle(entry(url, source="warta"))
    assert world.only().recheck_at == due
