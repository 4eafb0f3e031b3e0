"""Search's files: by the day while a month lasts, joined when it has ended, cut where they grow."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta

from functions.publish.search_index import joined
from newswire.clock import instant
from tests.support.publish_world import World
from tests.support.search_files import (
    FEBRUARY,
    MOST,
    days_apart,
    found_ids,
    listed_files,
    publish_search,
    refresh_search,
    rows_of,
    search_files,
    store_items,
)


def test_the_list_names_the_newest_first_and_no_empty_partition() -> None:
    world = World()
    items = store_items(world, 5, days_apart)
    publish_search(world, items)
    gone = world.retract(items[2])
    publish_search(world, [gone], places=[items[2]])

    assert list(listed_files(world)) == ["2026-01-05", "2026-01-04", "2026-01-02", "2026-01-01"]


def test_the_refresh_joins_a_month_when_it_has_ended_and_not_before() -> None:
    world = World()
    items = [world.add(number, listed=instant(days_apart(number))) for number in range(5)]
    world.publish(*items)
    world.refresh()
    assert len(listed_files(world)) == 5

    world.now = FEBRUARY
    world.refresh()

    assert listed_files(world) == {"2026-01": 5}
    assert [row["id"] for row in rows_of(world, "2026-01")] == [item.id for item in reversed(items)]
    written = len(world.site.puts)
    world.refresh()
    assert len(world.site.puts) == written


def test_a_month_is_joined_to_as_few_files_as_the_limit_allows() -> None:
    days = {f"2026-01-{day:02}": 1 for day in range(1, 32)}
    assert joined(days, 31) == {"2026-01": sorted(days)}
    assert [(name, len(parts)) for name, parts in joined(days, 10).items()] == [
        ("2026-01-0", 9),
        ("2026-01-1", 10),
        ("2026-01-2", 10),
        ("2026-01-3", 2),
    ]
    split = {**days, "2026-01-15-08": 1, "2026-01-15-09": 9}
    del split["2026-01-15"]
    found = joined(split, 100)
    assert [name for name in found if len(name) < 10] == ["2026-01-0", "2026-01-2", "2026-01-3"]
    assert sorted(itertools.chain.from_iterable(found.values())) == sorted(split)
    assert joined({}, 10) == {}


def test_a_later_correction_or_retraction_of_an_old_article_goes_to_the_joint_file() -> None:
    world = World()
    items = store_items(world, 9, days_apart)
    publish_search(world, items)
    world.now = FEBRUARY
    refresh_search(world)

    publish_search(world, [world.revise(items[3], title="Judul baru")])
    gone = world.retract(items[4])
    publish_search(world, [gone], places=[items[4]])

    assert listed_files(world) == {"2026-01": 8}
    assert [row["title"] for row in rows_of(world, "2026-01") if row["id"] == items[3].id] == ["Judul baru"]
    assert not [key for key, body in search_files(world).items() if gone.id.encode() in body]


def test_a_correction_in_a_joint_month_costs_the_same_however_many_days_it_has() -> None:
    counts = []
    for number in (4, 9):
        world = World()
        items = store_items(world, number, days_apart)
        publish_search(world, items)
        world.now = FEBRUARY
        refresh_search(world)
        revised = world.revise(items[3], title="Judul baru")
        world.site.calls.clear()

        publish_search(world, [revised])

        counts.append(dict(world.site.calls))
    assert counts[0] == counts[1]
    assert counts[0]["PutObject"] == 2  # the day and the month


def test_an_article_that_comes_late_is_added_to_the_joint_file() -> None:
    world = World()
    items = store_items(world, 8, days_apart)
    publish_search(world, items[:7])
    world.now = FEBRUARY
    refresh_search(world)

    publish_search(world, items[7:])

    assert listed_files(world) == {"2026-01": 8}
    assert found_ids(world) == sorted(item.id for item in items)


def test_a_joint_file_that_grows_too_large_is_cut_again_and_left_without_rows() -> None:
    world = World()
    items = store_items(world, 14, days_apart)
    publish_search(world, items[:10])
    world.now = FEBRUARY
    refresh_search(world)
    assert listed_files(world) == {"2026-01": 10}

    publish_search(world, items[10:])

    assert listed_files(world) == {"2026-01-1": 5, "2026-01-0": 9}
    assert rows_of(world, "2026-01") == []
    assert found_ids(world) == sorted(item.id for item in items)


def test_joint_files_that_shrink_are_joined_further() -> None:
    world = World()
    items = store_items(world, 11, days_apart)
    publish_search(world, items)
    world.now = FEBRUARY
    refresh_search(world)
    assert len(listed_files(world)) == 2
    gone = world.retract(items[0])

    publish_search(world, [gone], places=items[:1])

    assert listed_files(world) == {"2026-01": 10}
    assert rows_of(world, "2026-01-0") == []


def test_a_day_of_a_joint_month_that_has_to_be_split_leaves_the_joint_file() -> None:
    world = World()
    few, many = (
        store_items(world, 5, days_apart),
        store_items(world, 25, lambda number: days_apart(3) + timedelta(minutes=40 * (number - 5)), first=5),
    )
    publish_search(world, few)
    world.now = FEBRUARY
    refresh_search(world)

    publish_search(world, many)

    listed = listed_files(world)
    assert not {"2026-01", "2026-01-0", "2026-01-04"} & listed.keys()
    every = {item.id for item in (*few, *many)}
    assert found_ids(world) == sorted(every)
    assert max(listed.values()) <= MOST


def test_any_order_of_arrival_before_and_after_the_end_of_the_month_gives_equal_bytes() -> None:
    for seed in range(8):
        whole, shuffled = World(now=FEBRUARY), World()
        items = store_items(whole, 60, lambda number: days_apart(0) + timedelta(hours=13 * number))
        shuffled.articles.records = dict(whole.articles.records)
        order, dice = list(items), random.Random(seed)  # noqa: S311 - an order of arrival
        dice.shuffle(order)

        publish_search(whole, items)
        while order:
            size = dice.randint(1, 12)
            publish_search(shuffled, order[:size])
            del order[:size]
            if dice.random() < 0.2:
                shuffled.now = FEBRUARY
        shuffled.now = FEBRUARY
        refresh_search(shuffled)

        named = {name: whole.site.text(f"search/{name}.json") for name in listed_files(whole)}
        assert listed_files(shuffled) == listed_files(whole)
        assert {name: shuffled.site.text(f"search/{name}.json") for name in named} == named


def test_what_lived_through_the_months_end_is_what_a_rebuild_makes() -> None:
    world = World()
    items = [world.add(number, listed=instant(days_apart(2 * number))) for number in range(12)]
    world.publish(*items[:8])
    world.refresh()
    world.now = FEBRUARY
    world.refresh()
    world.publish(world.revise(items[2], title="Judul lain"), *items[8:])
    world.publish(world.add(50, listed=instant(FEBRUARY)))

    assert search_files(world) == search_files(world.rebuilt())
    assert list(listed_files(world)) == ["2026-02-01", "2026-01"]
