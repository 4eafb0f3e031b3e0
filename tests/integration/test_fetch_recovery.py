"""What fetch makes of a memory that was lost, damaged, put back, or written by a later release."""

from __future__ import annotations

from datetime import timedelta

import pytest

from local.recover.__main__ import main as recover
from newswire.tables import Table
from tests.support.aws_stack import FEED_TABLE
from tests.support.deployed import deploy
from tests.support.fetch_feeds import Item, rss
from tests.support.fetch_run import FetchRuns
from tests.support.table_shapes import table_shape
from tests.support.web_server import Reply

LATER = timedelta(hours=25)
BACKUP = "newswire-feeds-this-morning"


def serve(fetch: FetchRuns, *items: Item) -> None:
    body = rss(items)
    fetch.web.replies["/rss"] = Reply(body, etag=f'"{hash(body)}"')


def key(fetch: FetchRuns) -> str:
    return str(fetch.state()["pk"])


@pytest.fixture
def known(fetch: FetchRuns) -> FetchRuns:
    """Return a run whose feed has brought one entry, and left out one that is older than the backfill."""
    serve(fetch, Item(1), Item(9, age=100))
    fetch.poll()
    assert fetch.urls() == ["1"]
    return fetch


def test_a_feed_whose_memory_is_lost_is_read_as_for_the_first_time(known: FetchRuns) -> None:
    Table(known.stack.dynamodb, FEED_TABLE).delete(key(known))
    serve(known, Item(2), Item(1), Item(9, age=100))
    assert known.poll(after=LATER).sent == 2
    assert known.urls() == ["2", "1"]
    assert known.poll(after=2 * LATER).sent == 0


def test_a_memory_that_a_later_release_has_written_counts_as_lost_and_is_written_over(
    known: FetchRuns,
) -> None:
    state = known.state()
    later = {
        "pk": state["pk"],
        "version": 7,
        "schema": 2,
        "next_due": "2025-06-02T08:00:00.000Z",
        "seen": b"new form",
    }
    Table(known.stack.dynamodb, FEED_TABLE).put_unconditionally(later)
    serve(known, Item(2), Item(1), Item(9, age=100))
    assert known.poll(after=LATER).sent == 2
    assert known.urls() == ["2", "1"]
    written = known.state()
    assert (int(written["version"]), "schema" in written) == (8, False)


@pytest.mark.parametrize(
    "damage", [{"polled": "yesterday"}, {"failures": "many"}, {"seen": 7}, {"next_due": "9 o'clock"}]
)
def test_a_damaged_memory_costs_no_other_feed_its_turn_and_is_written_anew(
    known: FetchRuns, damage: dict[str, object]
) -> None:
    state = known.state()
    Table(known.stack.dynamodb, FEED_TABLE).put_unconditionally({**state, **damage})
    serve(known, Item(2), Item(1), Item(9, age=100))
    assert known.poll(after=LATER).sent >= 1
    assert "2" in known.urls()
    assert int(known.state()["version"]) == int(state["version"]) + 1


def test_entries_whose_messages_were_purged_come_back_with_a_memory_of_before(known: FetchRuns) -> None:
    deploy(known.stack)
    known.stack.dynamodb.create_table(**table_shape(BACKUP))
    Table(known.stack.dynamodb, BACKUP).put_unconditionally(known.state())
    serve(known, Item(3, age=90), Item(2), Item(1), Item(9, age=100))  # of these one is dated back
    assert known.poll(after=LATER).sent == 2
    known.messages()  # ArticleQueue is purged
    assert known.poll(after=2 * LATER).sent == 0
    assert recover(["--from", BACKUP, "--stack", "newswire"]) == 0
    assert known.poll(after=3 * LATER).sent == 0
    assert recover(["--from", BACKUP, "--stack", "newswire", "--damaged"]) == 0
    assert known.poll(after=4 * LATER).sent == 2
    assert sorted(known.urls()) == ["2", "3"]


def test_without_a_backup_they_come_back_as_far_as_the_backfill_reaches(known: FetchRuns) -> None:
    serve(known, Item(3, age=90), Item(2), Item(1), Item(9, age=100))
    assert known.poll(after=LATER).sent == 2
    known.messages()  # ArticleQueue is purged
    Table(known.stack.dynamodb, FEED_TABLE).delete(key(known))
    assert known.poll(after=2 * LATER).sent == 2
    assert sorted(known.urls()) == ["1", "2"]
