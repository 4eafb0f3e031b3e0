"""After a rollback extract meets what a later release has stored: that waits, with a reason, and stands."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from newswire.article_item import ArticleItem, article_pk
from newswire.tables import Table
from newswire.urls import article_id
from tests.integration.test_extract_deliveries import deliveries, record
from tests.support.aws_stack import ARTICLE_TABLE
from tests.support.extract_world import World, entry, recheck
from tests.support.fake_sqs import FakeSqs


def stored_later(world: World, **changes: Any) -> dict[str, Any]:
    """Store an article, then let a later release write its item anew, and return that."""
    world.handle(entry(world.serve("/berita/1")))
    item = world.only()
    written: dict[str, Any] = {**item.to_item(), "version": 2, **changes}
    Table(world.stack.dynamodb, ARTICLE_TABLE).put_unconditionally(written)
    return written


def items(world: World) -> dict[str, dict[str, Any]]:
    return world.stack.items(ARTICLE_TABLE)


def reason_of(letters: FakeSqs) -> str:
    (letter,) = letters.accepted
    reason: str = letter["MessageAttributes"]["reason"]["StringValue"]
    return reason


def test_a_message_of_a_later_schema_waits_among_the_dead_letters(world: World) -> None:
    letters = FakeSqs()
    body = json.dumps(
        {**json.loads(entry(world.serve("/berita/1")).to_json()), "schema": "newswire/message/2"}
    )
    deliveries(world, FakeSqs(), letters).handle(record(body))
    assert reason_of(letters) == "message schema is 'newswire/message/2'; 'newswire/message/1' is allowed"
    assert letters.accepted[0]["MessageBody"] == body
    assert items(world) == {}


@pytest.mark.parametrize(
    "changes", [{"schema": 2}, {"state": "embargoed"}, {"state": "tombstone", "schema": 2}]
)
def test_an_entry_of_an_article_of_a_later_release_waits_and_changes_nothing(
    world: World, changes: dict[str, Any]
) -> None:
    written = stored_later(world, **changes)
    letters = FakeSqs()
    edited = entry(world.url("/berita/1"), poll=1, title="Harga beras naik")
    deliveries(world, FakeSqs(), letters).handle(record(edited.to_json()))
    assert reason_of(letters).startswith(f"article {written['id']} is of a later release (schema ")
    assert items(world)[written["pk"]] == {**written}
    # The later release is back: the dead letter is sent again.
    ours = {name: value for name, value in written.items() if name not in changes} | {"state": "live"}
    Table(world.stack.dynamodb, ARTICLE_TABLE).put_unconditionally(ours)
    deliveries(world, FakeSqs(), FakeSqs()).handle(record(letters.accepted[0]["MessageBody"]))
    assert world.only().title == "Harga beras naik"


def test_an_entry_that_leads_to_such_an_article_waits_as_well(world: World) -> None:
    written = stored_later(world, schema=2)
    second = world.serve("/berita/2", canonical_url=world.url("/berita/1"))
    letters = FakeSqs()
    deliveries(world, FakeSqs(), letters).handle(record(entry(second, poll=1).to_json()))
    assert written["id"] in reason_of(letters)
    assert article_pk(article_id(second)) not in items(world)


def test_a_look_that_is_due_stays_due(world: World, caplog: pytest.LogCaptureFixture) -> None:
    written = stored_later(world, schema=2)
    item = ArticleItem.from_item(written)
    letters = FakeSqs()
    world.now += timedelta(days=1)
    deliveries(world, FakeSqs(), letters).handle(record(recheck(item, world.now).to_json()))
    assert letters.accepted == []
    assert items(world)[written["pk"]] == written
    assert "look left to a later release" in [one.message for one in caplog.records]


def test_an_edit_of_an_article_whose_file_has_a_later_schema_waits(world: World) -> None:
    world.handle(entry(world.serve("/berita/1")))
    item = world.only()
    body = world.stack.objects()[item.article_key].replace(b"newswire/article/1", b"newswire/article/2")
    world.stack.put_object(item.article_key, body)
    letters = FakeSqs()
    world.serve(
        "/berita/1", "Panen raya dimulai di Cirebon, dan harga beras naik lagi pekan ini di pasar induk."
    )
    edited = entry(world.url("/berita/1"), poll=1, title="Harga beras naik")
    deliveries(world, FakeSqs(), letters).handle(record(edited.to_json()))
    assert reason_of(letters) == (
        "article file has schema 'newswire/article/2'; only 'newswire/article/1' can be read"
    )
    assert world.only() == item


def test_what_this_release_does_not_know_of_an_item_goes_with_the_next_write(world: World) -> None:
    written = stored_later(world, mood="calm")
    again = entry(world.url("/berita/1"), feed="further", poll=1)
    deliveries(world, FakeSqs(), FakeSqs()).handle(record(again.to_json()))
    assert "mood" not in items(world)[written["pk"]]
    assert world.only() == replace(world.only(), version=3)
