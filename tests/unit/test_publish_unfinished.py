"""Runs that are killed between a write and their last look at the table, while an article is withdrawn.

What such a run listed without a stream record of its own behind it, nobody else would take out again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from functions.publish import catalogue_walk, refreshing
from functions.publish.changes import Change, change_of
from functions.publish.channels import Channel, Placement
from functions.publish.look import Look
from functions.publish.publishing import publish, publish_batch
from functions.publish.refreshing import refresh
from functions.publish.unfinished_changes import KEY, Note, Notes
from newswire.article_item import ArticleItem
from newswire.attribute_values import marshalled
from newswire.bucket import StoredObject
from newswire.clock import instant
from tests.support.publish_world import NOW, World, catalogue, source
from tests.support.short_lists import shorten_lists
from tests.support.site_readers import shown_outputs
from tests.support.stream_records import stream_record

DAY = "2026-01-02"
HARIAN = Channel("source", "harian").archive(DAY)[0]
WAITS = timedelta(hours=13)  # a moment comes every twelve hours, and a refresh every hour
HOUR = timedelta(hours=1)


STEP = 3  # writes from one death to the next: each costs a site


Event = Callable[[World, ArticleItem], None]


class Killed(BaseException):
    """Lambda ends the function: no code of ours sees it."""


@cache
def _look() -> Look:
    """Return the look of the portal of one source, of which most sites here are."""
    return World(catalogue(source("harian"))).run().look


def _world() -> World:
    world = World(_look().catalogue, look=_look())
    world.refresh()
    return world


def _listed() -> tuple[World, list[ArticleItem]]:
    """Return a site with three new articles that lists show, and for which archives still wait."""
    world = _world()
    items = [world.arrive(number) for number in range(3)]
    assert world.publish_new(*items) == set()
    return world, items


def _withdraw(world: World, item: ArticleItem) -> None:
    """Withdraw an article, and have another run publish that."""
    old = stream_record("1", item)["dynamodb"]["NewImage"]
    new = marshalled(world.retract(item).to_item())["M"]
    stream = {"SequenceNumber": "1", "OldImage": old, "NewImage": new}
    answer = publish_batch(world.beside().run(), [{"eventName": "MODIFY", "dynamodb": stream}])
    assert answer == {"batchItemFailures": []}


def _noted(world: World) -> dict[str, Change]:
    stored = world.site.objects.get(KEY)
    notes = Notes.from_json(stored.body if stored else b"").by_run.values()
    return {one: change for note in notes for one, change in note.changes.items()}


def _killed(world: World, work: Callable[[], object], at: int, item: ArticleItem, event: Event) -> bool:
    """Do something that is killed at a write after it has noted an article, when the event happens.

    Return whether it was, or had ended before.
    """
    left, begun = at, False

    def count(_key: str) -> None:
        nonlocal left
        if begun and left == 0:
            raise Killed
        left -= begun

    def begin(key: str) -> None:
        nonlocal begun
        if key == KEY and not begun and item.id in world.site.text(KEY):
            world.site.before_put = world.site.after_put = lambda _key: None
            event(world, item)
            world.site.before_put, begun = count, True

    world.site.before_put, world.site.after_put = count, begin
    try:
        work()
    except Killed:
        return True
    finally:
        world.site.before_put = world.site.after_put = lambda _key: None
    assert begun
    return False


def _naming(world: World, item: ArticleItem) -> list[str]:
    """Return the outputs that name an article, those of its own that say that it is gone excepted."""
    own = {f"a/{item.slug}-{item.id}.html", f"json/{item.id}.json"}
    return [key for key, body in world.written().items() if key not in own and item.id in body.decode()]


def _every_death(
    begin: Callable[[], tuple[World, ArticleItem, Callable[[], object]]],
    event: Event = _withdraw,
    wrong: Callable[[World, ArticleItem], list[str]] = _naming,
) -> int:
    """Kill the work at its writes in turn; return how many it had then."""
    for number in range(0, 1000, STEP):
        world, item, work = begin()
        was_killed = _killed(world, work, number, item, event)
        if was_killed:
            world.articles.index_lags = False
            world.articles.catch_up()
            world.now += HOUR
            world.refresh()
        assert (number, wrong(world, item)) == (number, [])
        assert (number, _noted(world)) == (number, {})
        if not was_killed:
            return number
    raise AssertionError("the work never ends")


def test_an_article_that_is_withdrawn_while_a_refresh_archives_it_and_is_killed_is_taken_out_again() -> None:
    def begin() -> tuple[World, ArticleItem, Callable[[], object]]:
        world, items = _listed()
        world.now += WAITS
        return world, items[0], world.refresh

    assert _every_death(begin) > 15


def test_so_is_one_whose_batch_was_given_up_and_which_the_refresh_is_the_first_to_publish() -> None:
    def begin() -> tuple[World, ArticleItem, Callable[[], object]]:
        world = _world()
        return world, world.arrive(1), world.refresh

    assert _every_death(begin) > 15


def test_so_is_one_that_a_changed_catalogue_brings_into_further_archives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refreshing, "NEWEST", 1)
    monkeypatch.setattr(catalogue_walk, "CHUNK", 2)

    def begin() -> tuple[World, ArticleItem, Callable[[], object]]:
        world = World(catalogue(source("harian", enabled=False), source("warta")))
        world.refresh()
        items = [world.add(number, listed=instant(NOW - timedelta(days=2 + number))) for number in range(4)]
        assert world.publish(*items) == set()
        world.catalogue = catalogue(source("harian"), source("warta"))
        return world, items[-1], world.refresh

    assert _every_death(begin) > 15


@pytest.fixture
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a list hold ten entries."""
    shorten_lists(monkeypatch, 10)


@pytest.mark.usefixtures("_short")
def test_so_is_one_that_a_batch_archives_beside_its_own_as_a_list_becomes_full() -> None:
    def begin() -> tuple[World, ArticleItem, Callable[[], object]]:
        world = _world()
        items = [world.arrive(number) for number in range(10, 18)]
        assert world.publish_new(*items) == set()
        world.articles.index_lags = True  # or the withdrawal's own batch would fill the list
        further = [world.arrive(number) for number in range(5)]
        records = [stream_record(str(place), item) for place, item in enumerate(further)]

        def batch() -> None:
            answer = publish_batch(world.run(), records)
            assert answer == {"batchItemFailures": []}

        def killed_and_again() -> None:
            try:
                batch()
            except Killed:
                world.site.before_put = lambda _key: None
                batch()
                raise

        return world, items[-1], killed_and_again

    assert _every_death(begin) > 15


def test_a_second_run_that_is_killed_at_the_same_leaves_it_to_a_third() -> None:
    world, items = _listed()
    world.now += WAITS
    key = HARIAN

    def die(written: str) -> None:
        if written == key:
            raise Killed

    world.site.after_put = die
    with pytest.raises(Killed):
        world.refresh()
    world.site.objects.pop(key)
    world.now += HOUR
    met: list[str] = []

    def withdraw(written: str) -> None:
        if written == key and not met:
            met.append(written)
            world.site.after_put = lambda _key: None
            _withdraw(world, items[0])
            world.site.after_put = die

    world.site.before_put = withdraw
    with pytest.raises(Killed):
        world.refresh()
    assert items[0].id in world.site.text(key)

    world.site.before_put = world.site.after_put = lambda _key: None
    world.now += HOUR
    world.refresh()
    assert _naming(world, items[0]) == []
    assert _noted(world) == {}


def test_two_runs_at_once_lose_neither_what_the_other_is_at() -> None:
    world, items = _listed()
    world.now += WAITS
    beside = world.beside()
    seen: list[set[str]] = []

    def die(written: str) -> None:
        if written == HARIAN:
            raise Killed

    def other_dies(written: str) -> None:
        if written == KEY and not seen:
            seen.append(set())
            world.site.after_put = die
            with pytest.raises(Killed):
                beside.refresh()
            world.site.after_put = lambda _key: None

    world.site.before_put = other_dies
    world.refresh()

    assert seen
    assert _noted(world).keys() == {one.id for one in items}  # the dead one's; this run has ended
    notes = Notes.from_json(world.site.objects[KEY].body)
    assert len(notes.by_run) == 1


def test_what_a_run_that_may_still_live_has_noted_is_left_to_it() -> None:
    world, items = _listed()
    place = Placement("harian", "nasional", items[0].listed, "id")
    note = Note(world.now, {"a" * 16: Change("a" * 16, "satu", frozenset([place]))})
    _store(world, Notes({1: note}).to_json())

    world.now += timedelta(minutes=14)
    world.refresh()
    assert _noted(world).keys() == {"a" * 16}

    world.now += timedelta(minutes=2)
    world.refresh()
    assert _noted(world) == {}


def test_an_article_in_another_language_by_now_leaves_the_archive_that_a_dead_run_put_it_into() -> None:
    def begin() -> tuple[World, ArticleItem, Callable[[], object]]:
        world = World(catalogue(source("harian"), source("tribune", language="en")))
        world.refresh()
        item = world.arrive(1, "harian")
        assert world.publish_new(item) == set()
        world.now += WAITS
        return world, item, world.refresh

    def translate(world: World, item: ArticleItem) -> None:
        changed = change_of(item).merged(change_of(world.revise(item, language="en", revision=2)))
        assert publish(world.beside().run(), {item.id: changed}) == set()

    def misplaced(world: World, item: ArticleItem) -> list[str]:
        assert item.id in world.site.text(Channel("language", "en").archive(DAY)[0])
        return [key for key in _naming(world, item) if key.startswith("l/id")]

    assert _every_death(begin, translate, misplaced) > 15


def _given_up(monkeypatch: pytest.MonkeyPatch) -> tuple[World, ArticleItem]:
    """Return a site with newer articles than one that nobody has published and that is due for archives."""
    monkeypatch.setattr(refreshing, "NEWEST", 2)
    world = _world()
    item = world.arrive(1)
    world.now += WAITS
    newer = [world.add(number, listed=instant(world.now)) for number in (8, 9)]
    assert world.publish(*newer) == set()
    return world, item


def test_an_article_that_is_due_for_archives_and_was_never_published_is_published_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, item = _given_up(monkeypatch)

    world.refresh()

    assert shown_outputs(world) == shown_outputs(world.rebuilt())
    assert item.id in world.site.text("sitemap-2026-01-02.xml")


def test_so_it_is_where_the_refresh_that_found_it_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    def begin() -> tuple[World, ArticleItem, Callable[[], object]]:
        world, item = _given_up(monkeypatch)
        return world, item, world.refresh

    def missing(world: World, item: ArticleItem) -> list[str]:
        found = _naming(world, item)
        return [key for key in ("d/2026-01-02.html", "sitemap-2026-01-02.xml") if key not in found]

    assert _every_death(begin, lambda _world, _item: None, missing) > 15


def test_a_refresh_that_finds_nothing_due_and_nothing_new_notes_nothing() -> None:
    world, _ = _listed()
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
    world, _ = _listed()
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
    world, items = _listed()
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
    world, items = _listed()
    world.now += WAITS

    def put(key: str) -> None:
        if key == Channel("source", "harian").archive(DAY)[3]:
            raise OSError("no")

    world.site.before_put = put
    assert refresh(world.run())["articlesFailed"] == 3
    assert _noted(world).keys() == {item.id for item in items}

    world.site.before_put = lambda _key: None
    _withdraw(world, items[0])
    world.now += HOUR
    assert world.refresh()["articlesFailed"] == 0
    assert _naming(world, items[0]) == []
    assert _noted(world) == {}


def test_where_nothing_can_be_noted_nothing_is_added_and_the_next_refresh_tries_again() -> None:
    world, items = _listed()
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
    read: list[str] = []
    get = world.site.get

    def noted(key: str) -> StoredObject | None:
        read.append(key)
        return get(key)

    world.site.get = noted  # type: ignore[method-assign]
    return read
