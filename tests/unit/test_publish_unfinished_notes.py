"""The note of what a run is at: when it is written, how long it stays, and what becomes of a broken one."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from functions.publish.changes import Change
from functions.publish.channels import Channel, Placement
from functions.publish.publishing import publish_batch
from functions.publish.refreshing import refresh
from functions.publish.unfinished_changes import KEY, Note, Notes
from newswire.article_item import ArticleItem
from newswire.bucket import StoredObject
from newswire.clock import instant
from tests.support.publish_articles import NOW
from tests.support.publish_world import World
from tests.support.site_readers import shown_outputs
from tests.support.stream_records import stream_record
from tests.support.unfinished_runs import (
    DAY,
    HARIAN,
    HOUR,
    WAITS,
    listed_world,
    naming,
    noted_changes,
    withdraw_beside,
)


def test_what_a_run_that_may_still_live_has_noted_is_left_to_it() -> None:
    world, items = listed_world()
    place = Placement("harian", "nasional", items[0].listed, "id")
    note = Note(world.now, {"a" * 16: Change("a" * 16, "satu", frozenset([place]))})
    _store(world, Notes({1: note}).to_json())

    world.now += timedelta(minutes=14)
    world.refresh()
    assert noted_changes(world).keys() == {"a" * 16}

    world.now += timedelta(minutes=2)
    world.refresh()
    assert noted_changes(world) == {}


def test_a_refresh_that_finds_nothing_due_and_nothing_new_notes_nothing() -> None:
    world, _ = listed_world()
    world.refresh()
    assert KEY not in world.site.objects
    world.now += WAITS
    written, read = len(world.site.puts), _reads(world)

    assert world.refresh()["articlesDue"] == 3
    assert world.site.puts[written:].count(KEY) == 2
    assert read.count(KEY) == 1

    world.now += HOUR
    written = len(world.site.puts)
    assert world.refresh()["articlesDue"] == 0
    assert KEY not in world.site.puts[written:]
    assert read.count(KEY) == 2


def test_a_batch_of_new_articles_neither_reads_nor_writes_notes() -> None:
    world, _ = listed_world()
    read, item = _reads(world), world.arrive(7)

    assert publish_batch(world.run(), [stream_record("1", item)]) == {"batchItemFailures": []}

    assert KEY not in {*read, *world.site.puts}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"runs":7}',
        b'{"runs":[7]}',
        b'{"runs":[{"number":1,"noted":"soon","articles":[]}]}',
        b'{"runs":[{"number":1,"noted":"2026-01-02T12:00:00.000Z","articles":[{"id":"a"}]}]}',
        "\u00e9".encode("latin-1"),
    ],
)
def test_notes_that_cannot_be_read_are_counted_once_and_stop_nobody(body: bytes) -> None:
    world, items = listed_world()
    _store(world, body)
    world.now += WAITS

    answer = world.refresh()

    assert answer["articlesDue"] == 3
    assert answer["OutputsFailed"] == 1
    assert [told["output"] for _, told in world.log.lines] == [KEY]
    assert all(item.id in world.site.text(HARIAN) for item in items)
    assert shown_outputs(world) == shown_outputs(world.rebuilt())
    world.now += HOUR
    assert "OutputsFailed" not in world.refresh()


def test_of_several_notes_one_that_cannot_be_read_costs_no_other() -> None:
    place = Placement("harian", "nasional", instant(NOW))
    change = Change("a" * 16, "satu", frozenset([place]), frozenset(["images/a/b-320.webp"]))
    kept: dict[str, Any] = json.loads(Notes({3: Note(NOW, {change.id: change})}).to_json())
    kept["runs"].append({"number": 4})

    notes = Notes.from_json(json.dumps(kept).encode())

    assert notes == Notes({3: Note(NOW, {change.id: change})}, is_whole=False)
    assert notes.free == 4


def test_an_article_that_fails_stays_noted_until_it_can_be_published() -> None:
    world, items = listed_world()
    world.now += WAITS

    def put(key: str) -> None:
        if key == Channel("source", "harian").archive(DAY)[3]:
            raise OSError("no")

    world.site.before_put = put
    assert refresh(world.run())["articlesFailed"] == 3
    assert noted_changes(world).keys() == {item.id for item in items}

    world.site.before_put = lambda _key: None
    withdraw_beside(world, items[0])
    world.now += HOUR
    assert world.refresh()["articlesFailed"] == 0
    assert naming(world, items[0]) == []
    assert noted_changes(world) == {}


def test_where_nothing_can_be_noted_nothing_is_added_and_the_next_refresh_tries_again() -> None:
    world, items = listed_world()
    world.now += WAITS

    def refuse(key: str) -> None:
        if key == KEY:
            raise OSError("no")

    world.site.before_put = refuse
    assert world.refresh()["articlesFailed"] == 3
    assert HARIAN not in world.site.objects

    world.site.before_put = lambda _key: None
    world.now += HOUR
    assert world.refresh()["articlesFailed"] == 0
    assert _archived(world, items) == {item.id for item in items}


def _archived(world: World, items: list[ArticleItem]) -> set[str]:
    return {item.id for item in items if item.id in world.site.text(HARIAN)}


def _store(world: World, body: bytes) -> None:
    world.site.objects[KEY] = StoredObject(body, '"1"', "application/json", {})


def _reads(world: World) -> list[str]:
    """Return the keys that are read from now on, as they are."""
    world.site.reads.clear()
    return world.site.reads
