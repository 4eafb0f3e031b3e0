"""Runs that die or meet another while they join search's files: no reader misses anything."""

from __future__ import annotations

import itertools
from contextlib import suppress
from datetime import timedelta

import pytest

from functions.publish.search_index import INDEX_KEY
from newswire.bucket import StoredObject
from tests.support.publish_articles import NOW
from tests.support.publish_world import World
from tests.support.search_files import (
    FEBRUARY,
    days_apart,
    found_ids,
    listed_files,
    publish_search,
    refresh_search,
    rows_of,
    search_files,
    store_items,
)


@pytest.mark.parametrize("dies_after", range(8))
def test_whenever_a_run_dies_while_it_joins_no_reader_misses_anything_and_the_next_one_ends_it(
    dies_after: int,
) -> None:
    world = World()
    items = store_items(world, 25, days_apart)
    publish_search(world, items)
    world.now = FEBRUARY
    every, countdown = sorted(item.id for item in items), itertools.count(1)

    def die(_key: str) -> None:
        assert found_ids(world) == every
        if next(countdown) > dies_after:
            raise KeyboardInterrupt

    world.site.before_put = die
    with suppress(KeyboardInterrupt):
        refresh_search(world)
    world.site.before_put = lambda _key: None
    assert found_ids(world) == every
    refresh_search(world)

    assert found_ids(world) == every
    assert list(listed_files(world)) == ["2026-01-2", "2026-01-1", "2026-01-0"]


@pytest.mark.parametrize("moment", range(1, 75))
def test_a_run_that_is_overtaken_while_it_joins_loses_nothing_of_the_other(moment: int) -> None:
    world = World()
    items = store_items(world, 12, days_apart)
    publish_search(world, items[:9])
    beside, calls = world.beside(), itertools.count(1)
    beside.now = NOW if moment % 2 else FEBRUARY  # its clock may be behind
    world.now = FEBRUARY
    get = world.site.get

    def interfering(key: str) -> StoredObject | None:
        if next(calls) == moment:
            world.site.get = get  # type: ignore[method-assign]
            retracted = beside.retract(items[0])
            assert publish_search(beside, [beside.revise(items[1], title="Baru"), items[9]]) == set()
            assert publish_search(beside, [retracted], places=[items[0]]) == set()
        return get(key)

    world.site.get = interfering  # type: ignore[method-assign]
    assert publish_search(world, items[10:], everywhere=True) == set()
    world.site.get = get  # type: ignore[method-assign]
    refresh_search(world)

    happened = next(calls) > moment
    expected = [*items[1:]] if happened else [*items[:9], *items[10:]]
    assert found_ids(world) == sorted(item.id for item in expected)
    titles = {row["id"]: row["title"] for name in listed_files(world) for row in rows_of(world, name)}
    assert (titles[items[1].id] == "Baru") == happened
    gone = items[0].id.encode() if happened else b"nothing"
    assert not [key for key, body in search_files(world).items() if gone in body]


@pytest.mark.parametrize("dies", [False, True])
@pytest.mark.parametrize("moment", range(1, 50))
def test_a_joint_file_that_is_cut_while_another_run_changes_it_and_dies_is_made_good(
    moment: int, dies: bool
) -> None:
    """The other run leaves the list as it was, byte for byte: an article came, and another went."""
    world = World(now=FEBRUARY)
    items = store_items(world, 20, days_apart)
    publish_search(world, items[:8])
    beside, calls, get = world.beside(), itertools.count(1), world.site.get

    def interfering(key: str) -> StoredObject | None:
        if next(calls) == moment:
            world.site.get = get  # type: ignore[method-assign]
            retracted = beside.retract(items[0])
            assert publish_search(beside, [beside.revise(items[1], title="Baru"), items[8]]) == set()
            assert publish_search(beside, [retracted], places=[items[0]]) == set()
            world.site.after_put = die
        return get(key)

    def die(key: str) -> None:
        if dies and key == INDEX_KEY:
            raise KeyboardInterrupt

    world.site.get = interfering  # type: ignore[method-assign]
    with suppress(KeyboardInterrupt):
        assert publish_search(world, items[12:], everywhere=True) == set()
    happened = world.site.get is get
    world.site.get = get  # type: ignore[method-assign]
    world.site.after_put = lambda _key: None
    refresh_search(world)
    publish_search(world, items[12:])  # the batch of the dead run comes back

    expected = [*items[1:9], *items[12:]] if happened else [*items[:8], *items[12:]]
    assert found_ids(world) == sorted(item.id for item in expected)
    titles = {row["id"]: row["title"] for name in listed_files(world) for row in rows_of(world, name)}
    assert (titles[items[1].id] == "Baru") == happened
    assert "unproven" not in world.site.text(INDEX_KEY)


def test_no_list_ever_names_a_file_that_is_not_there() -> None:
    world = World()
    items = store_items(world, 40, lambda number: days_apart(0) + timedelta(hours=17 * number))

    def check(_key: str) -> None:
        if INDEX_KEY in world.site.objects:
            for name, count in listed_files(world).items():
                assert f"search/{name}.json" in world.site.objects
                assert count

    world.site.after_put = check
    for start in range(0, 40, 7):
        publish_search(world, items[start : start + 7])
    world.now = FEBRUARY
    refresh_search(world)
    for item in items[::3]:
        publish_search(world, [world.retract(item)], places=[item])

    assert len(found_ids(world)) == 40 - len(items[::3])
