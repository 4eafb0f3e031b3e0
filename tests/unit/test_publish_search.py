"""Search's files: rows as the rights allow them, by the day while a month lasts, joined when it has ended."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.publish.article_pages import Pages
from functions.publish.changes import change_of
from functions.publish.search_index import INDEX_KEY, joined
from functions.publish.search_rows import SearchSeries
from functions.publish.search_writing import search_steps
from newswire.article_item import ArticleItem, Tombstone
from newswire.bucket import StoredObject
from newswire.clock import instant
from newswire.directives import Directives
from tests.support.publish_world import NOW, World, catalogue, item_of, make_article, source

MOST = 10
FEBRUARY = datetime(2026, 2, 1, 0, 30, tzinfo=UTC)
Records = Iterable[ArticleItem | Tombstone]


def _listed(world: World) -> dict[str, int]:
    """Return what the list names, with the number of articles, in its order."""
    partitions = json.loads(world.site.text(INDEX_KEY))["partitions"]
    return {one["name"]: one["articles"] for one in partitions}


def _rows(world: World, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(world.site.text(f"search/{name}.json"))["articles"]
    return rows


def _found(world: World) -> list[str]:
    """Return the ids of all articles that a reader who loads everything finds."""
    return sorted(row["id"] for name in _listed(world) for row in _rows(world, name))


def _publish(
    world: World, records: Records, places: Iterable[ArticleItem] = (), *, everywhere: bool = False
) -> set[str]:
    """Bring these articles' files up to date, ten rows a file; ``places``: where the gone ones were."""
    run, pages = world.run(), Pages()
    items = {one.id: one for one in (*places, *records) if isinstance(one, ArticleItem)}
    pages.present.update(one.id for one in records if isinstance(one, ArticleItem))
    changes = {one: change_of(item) for one, item in items.items()}
    steps = search_steps(run, changes, pages, everywhere=everywhere, series=SearchSeries(MOST))
    truth = run.articles.get_many(sorted(set().union(*[step.read() for step in steps])))
    return set().union(*[step.write(truth) for step in steps])


def _refresh(world: World) -> None:
    assert _publish(world, [], everywhere=True) == set()


def _items(world: World, number: int, listed: Callable[[int], datetime], first: int = 0) -> list[ArticleItem]:
    """Store articles without files: search reads none."""
    articles = [
        make_article(world.catalogue, one, "harian", listed=instant(listed(one)))
        for one in range(first, first + number)
    ]
    items = [item_of(article, world.catalogue) for article in articles]
    world.articles.records |= {item.id: item for item in items}
    return items


def _days(number: int) -> datetime:
    """One article a day from the first of January on."""
    return datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=number)


def _searched(world: World) -> dict[str, bytes]:
    return {key: body for key, body in world.written().items() if key.startswith("search/")}


def test_a_row_says_what_a_list_shows_of_the_article() -> None:
    world = World()
    item = world.add(1, title="Harga beras turun", excerpt="kata " * 60)
    world.publish(item)

    (row,) = _rows(world, "2026-01-02")

    excerpt = row.pop("excerpt")
    assert row == {
        "id": item.id,
        "title": "Harga beras turun",
        "owner": "harian",
        "category": "nasional",
        "listed": item.listed,
        "page": f"a/{item.slug}-{item.id}.html",
        "language": "id",
    }
    assert 100 < len(excerpt) <= 160


def test_an_article_without_a_page_has_its_headline_and_leads_to_its_publisher() -> None:
    world = World()
    item = world.add(1, "tribune")
    world.publish(item)

    (row,) = _rows(world, "2026-01-02")

    assert row["link"] == item.url
    assert row["title"] == item.title
    assert not row.keys() & {"page", "excerpt", "image"}


@pytest.mark.parametrize(("asked", "longest"), [(12, 12), (0, 0)])
def test_what_the_page_asks_of_snippets_holds_for_search(asked: int, longest: int) -> None:
    world = World()
    item = world.store(make_article(world.catalogue, 1, "harian"), directives=Directives(max_snippet=asked))
    world.publish(item)

    (row,) = _rows(world, "2026-01-02")

    assert len(row.get("excerpt", "")) <= longest
    assert ("page" in row) == bool(asked)


def test_an_owner_that_is_no_source_is_named_in_the_row() -> None:
    world = World(catalogue(source("warta", others="excerpt")))
    item = world.store(make_article(world.catalogue, 1, "@mingguan.example"))
    world.publish(item)

    (row,) = _rows(world, "2026-01-02")

    assert row["owner"] == "@mingguan.example"
    assert row["name"] == item.owner.name


def test_hostile_text_stays_text_in_the_file() -> None:
    world = World()
    title = '</script><img src=x onerror="alert(1)">\u2028\x00'
    world.publish(world.add(1, title=title, slug="judul"))

    (row,) = _rows(world, "2026-01-02")

    assert row["title"] == title.replace("\x00", "")


def test_a_retracted_article_leaves_within_the_run() -> None:
    world = World()
    items = [world.add(number) for number in range(3)]
    world.publish(*items)
    world.retract(items[1])

    world.publish(items[1])

    assert _found(world) == sorted([items[0].id, items[2].id])
    assert _listed(world) == {"2026-01-02": 2}
    assert items[1].id not in world.site.text("search/2026-01-02.json")


def test_an_article_whose_page_is_not_there_is_not_found() -> None:
    world = World()
    item = world.add(1)
    world.archive.objects.clear()

    world.publish(item)

    assert _found(world) == []


def test_the_list_names_the_newest_first_and_no_empty_partition() -> None:
    world = World()
    items = _items(world, 5, _days)
    _publish(world, items)
    gone = world.retract(items[2])
    _publish(world, [gone], places=[items[2]])

    assert list(_listed(world)) == ["2026-01-05", "2026-01-04", "2026-01-02", "2026-01-01"]


def test_the_refresh_joins_a_month_when_it_has_ended_and_not_before() -> None:
    world = World()
    items = [world.add(number, listed=instant(_days(number))) for number in range(5)]
    world.publish(*items)
    world.refresh()
    assert len(_listed(world)) == 5

    world.now = FEBRUARY
    world.refresh()

    assert _listed(world) == {"2026-01": 5}
    assert [row["id"] for row in _rows(world, "2026-01")] == [item.id for item in reversed(items)]
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
    items = _items(world, 9, _days)
    _publish(world, items)
    world.now = FEBRUARY
    _refresh(world)

    _publish(world, [world.revise(items[3], title="Judul baru")])
    gone = world.retract(items[4])
    _publish(world, [gone], places=[items[4]])

    assert _listed(world) == {"2026-01": 8}
    assert [row["title"] for row in _rows(world, "2026-01") if row["id"] == items[3].id] == ["Judul baru"]
    assert not [key for key, body in _searched(world).items() if gone.id.encode() in body]


def test_a_correction_in_a_joint_month_costs_the_same_however_many_days_it_has() -> None:
    counts = []
    for number in (4, 9):
        world = World()
        items = _items(world, number, _days)
        _publish(world, items)
        world.now = FEBRUARY
        _refresh(world)
        revised = world.revise(items[3], title="Judul baru")
        world.site.calls.clear()

        _publish(world, [revised])

        counts.append(dict(world.site.calls))
    assert counts[0] == counts[1]
    assert counts[0]["PutObject"] == 2  # the day and the month


def test_an_article_that_comes_late_is_added_to_the_joint_file() -> None:
    world = World()
    items = _items(world, 8, _days)
    _publish(world, items[:7])
    world.now = FEBRUARY
    _refresh(world)

    _publish(world, items[7:])

    assert _listed(world) == {"2026-01": 8}
    assert _found(world) == sorted(item.id for item in items)


def test_a_joint_file_that_grows_too_large_is_cut_again_and_left_without_rows() -> None:
    world = World()
    items = _items(world, 14, _days)
    _publish(world, items[:10])
    world.now = FEBRUARY
    _refresh(world)
    assert _listed(world) == {"2026-01": 10}

    _publish(world, items[10:])

    assert _listed(world) == {"2026-01-1": 5, "2026-01-0": 9}
    assert _rows(world, "2026-01") == []
    assert _found(world) == sorted(item.id for item in items)


def test_joint_files_that_shrink_are_joined_further() -> None:
    world = World()
    items = _items(world, 11, _days)
    _publish(world, items)
    world.now = FEBRUARY
    _refresh(world)
    assert len(_listed(world)) == 2
    gone = world.retract(items[0])

    _publish(world, [gone], places=items[:1])

    assert _listed(world) == {"2026-01": 10}
    assert _rows(world, "2026-01-0") == []


def test_a_day_of_a_joint_month_that_has_to_be_split_leaves_the_joint_file() -> None:
    world = World()
    few, many = (
        _items(world, 5, _days),
        _items(world, 25, lambda number: _days(3) + timedelta(minutes=40 * (number - 5)), first=5),
    )
    _publish(world, few)
    world.now = FEBRUARY
    _refresh(world)

    _publish(world, many)

    listed = _listed(world)
    assert not {"2026-01", "2026-01-0", "2026-01-04"} & listed.keys()
    every = {item.id for item in (*few, *many)}
    assert _found(world) == sorted(every)
    assert max(listed.values()) <= MOST


def test_any_order_of_arrival_before_and_after_the_end_of_the_month_gives_equal_bytes() -> None:
    for seed in range(8):
        whole, shuffled = World(now=FEBRUARY), World()
        items = _items(whole, 60, lambda number: _days(0) + timedelta(hours=13 * number))
        shuffled.articles.records = dict(whole.articles.records)
        order, dice = list(items), random.Random(seed)  # noqa: S311 - an order of arrival
        dice.shuffle(order)

        _publish(whole, items)
        while order:
            size = dice.randint(1, 12)
            _publish(shuffled, order[:size])
            del order[:size]
            if dice.random() < 0.2:
                shuffled.now = FEBRUARY
        shuffled.now = FEBRUARY
        _refresh(shuffled)

        named = {name: whole.site.text(f"search/{name}.json") for name in _listed(whole)}
        assert _listed(shuffled) == _listed(whole)
        assert {name: shuffled.site.text(f"search/{name}.json") for name in named} == named


def test_what_lived_through_the_months_end_is_what_a_rebuild_makes() -> None:
    world = World()
    items = [world.add(number, listed=instant(_days(2 * number))) for number in range(12)]
    world.publish(*items[:8])
    world.refresh()
    world.now = FEBRUARY
    world.refresh()
    world.publish(world.revise(items[2], title="Judul lain"), *items[8:])
    world.publish(world.add(50, listed=instant(FEBRUARY)))

    assert _searched(world) == _searched(world.rebuilt())
    assert list(_listed(world)) == ["2026-02-01", "2026-01"]


@pytest.mark.parametrize("dies_after", range(8))
def test_whenever_a_run_dies_while_it_joins_no_reader_misses_anything_and_the_next_one_ends_it(
    dies_after: int,
) -> None:
    world = World()
    items = _items(world, 25, _days)
    _publish(world, items)
    world.now = FEBRUARY
    every, countdown = sorted(item.id for item in items), itertools.count(1)

    def die(_key: str) -> None:
        assert _found(world) == every
        if next(countdown) > dies_after:
            raise KeyboardInterrupt

    world.site.before_put = die
    with suppress(KeyboardInterrupt):
        _refresh(world)
    world.site.before_put = lambda _key: None
    assert _found(world) == every
    _refresh(world)

    assert _found(world) == every
    assert list(_listed(world)) == ["2026-01-2", "2026-01-1", "2026-01-0"]


@pytest.mark.parametrize("moment", range(1, 75))
def test_a_run_that_is_overtaken_while_it_joins_loses_nothing_of_the_other(moment: int) -> None:
    world = World()
    items = _items(world, 12, _days)
    _publish(world, items[:9])
    beside, calls = world.beside(), itertools.count(1)
    beside.now = NOW if moment % 2 else FEBRUARY  # its clock may be behind
    world.now = FEBRUARY
    get = world.site.get

    def interfering(key: str) -> StoredObject | None:
        if next(calls) == moment:
            world.site.get = get  # type: ignore[method-assign]
            retracted = beside.retract(items[0])
            assert _publish(beside, [beside.revise(items[1], title="Baru"), items[9]]) == set()
            assert _publish(beside, [retracted], places=[items[0]]) == set()
        return get(key)

    world.site.get = interfering  # type: ignore[method-assign]
    assert _publish(world, items[10:], everywhere=True) == set()
    world.site.get = get  # type: ignore[method-assign]
    _refresh(world)

    happened = next(calls) > moment
    expected = [*items[1:]] if happened else [*items[:9], *items[10:]]
    assert _found(world) == sorted(item.id for item in expected)
    titles = {row["id"]: row["title"] for name in _listed(world) for row in _rows(world, name)}
    assert (titles[items[1].id] == "Baru") == happened
    gone = items[0].id.encode() if happened else b"nothing"
    assert not [key for key, body in _searched(world).items() if gone in body]


@pytest.mark.parametrize("dies", [False, True])
@pytest.mark.parametrize("moment", range(1, 50))
def test_a_joint_file_that_is_cut_while_another_run_changes_it_and_dies_is_made_good(
    moment: int, dies: bool
) -> None:
    """The other run leaves the list as it was, byte for byte: an article came, and another went."""
    world = World(now=FEBRUARY)
    items = _items(world, 20, _days)
    _publish(world, items[:8])
    beside, calls, get = world.beside(), itertools.count(1), world.site.get

    def interfering(key: str) -> StoredObject | None:
        if next(calls) == moment:
            world.site.get = get  # type: ignore[method-assign]
            retracted = beside.retract(items[0])
            assert _publish(beside, [beside.revise(items[1], title="Baru"), items[8]]) == set()
            assert _publish(beside, [retracted], places=[items[0]]) == set()
            world.site.after_put = die
        return get(key)

    def die(key: str) -> None:
        if dies and key == INDEX_KEY:
            raise KeyboardInterrupt

    world.site.get = interfering  # type: ignore[method-assign]
    with suppress(KeyboardInterrupt):
        assert _publish(world, items[12:], everywhere=True) == set()
    happened = world.site.get is get
    world.site.get = get  # type: ignore[method-assign]
    world.site.after_put = lambda _key: None
    _refresh(world)
    _publish(world, items[12:])  # the batch of the dead run comes back

    expected = [*items[1:9], *items[12:]] if happened else [*items[:8], *items[12:]]
    assert _found(world) == sorted(item.id for item in expected)
    titles = {row["id"]: row["title"] for name in _listed(world) for row in _rows(world, name)}
    assert (titles[items[1].id] == "Baru") == happened
    assert "unproven" not in world.site.text(INDEX_KEY)


def test_no_list_ever_names_a_file_that_is_not_there() -> None:
    world = World()
    items = _items(world, 40, lambda number: _days(0) + timedelta(hours=17 * number))

    def check(_key: str) -> None:
        if INDEX_KEY in world.site.objects:
            for name, count in _listed(world).items():
                assert f"search/{name}.json" in world.site.objects
                assert count

    world.site.after_put = check
    for start in range(0, 40, 7):
        _publish(world, items[start : start + 7])
    world.now = FEBRUARY
    _refresh(world)
    for item in items[::3]:
        _publish(world, [world.retract(item)], places=[item])

    assert len(_found(world)) == 40 - len(items[::3])
