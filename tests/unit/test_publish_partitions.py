"""Partitioned series: no file grows without bound, whoever writes beside whom and whenever a run ends."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.publish.article_pages import Pages
from functions.publish.changes import change_of
from functions.publish.channels import PORTAL_CHANNEL
from functions.publish.day_archives import DayArchive
from functions.publish.feed_bodies import FeedBodies
from functions.publish.partition_series import Series
from functions.publish.partition_writing import PartitionWriter, days_of
from functions.publish.partitions import children, names_for, narrower
from functions.publish.search_rows import SearchSeries
from functions.publish.settling import Settle, Step
from functions.publish.sitemap_writing import SitemapIndex
from functions.publish.sitemaps import ArticleSitemaps
from functions.publish.snapshot import Snapshot
from newswire.article_item import ArticleItem, Tombstone
from newswire.bucket import StoredObject
from newswire.clock import instant
from tests.support.publish_articles import NOW, item_of, make_article
from tests.support.publish_world import World

MOST = 10


def _publish(
    world: World, records: Iterable[ArticleItem | Tombstone], places: Iterable[ArticleItem] = ()
) -> set[str]:
    """Bring these articles' sitemaps up to date, ten rows a file; ``places``: where the gone ones were."""
    run, pages = world.run(), Pages()
    items = {one.id: one for one in (*places, *records) if isinstance(one, ArticleItem)}
    pages.present.update(one.id for one in records if isinstance(one, ArticleItem))
    series = ArticleSitemaps("https://kabar.example", MOST)
    writer = PartitionWriter(
        run, series, days_of(series, {one: change_of(item) for one, item in items.items()}), pages
    )
    steps: list[Step] = [Settle(run, writer), SitemapIndex(run, series, writer)]
    wanted = set().union(*[step.read() for step in steps])
    truth = run.articles.get_many(wanted)
    return set().union(*[step.write(truth) for step in steps])


def _items(world: World, number: int, listed: Callable[[int], str]) -> list[ArticleItem]:
    """Store articles without files: a sitemap reads none."""
    articles = [make_article(world.catalogue, one, "harian", listed=listed(one)) for one in range(number)]
    items = [item_of(article, world.catalogue) for article in articles]
    world.articles.records |= {item.id: item for item in items}
    return items


def _minutes_apart(number: int) -> str:
    return instant(NOW + timedelta(minutes=number))


def _named(world: World) -> dict[str, list[str]]:
    """Return the article ids that each file names which the index names."""
    files = re.findall(r"<loc>https://kabar.example/(sitemap-2.*?)</loc>", world.site.text("sitemap.xml"))
    return {file: re.findall(r"([a-z2-7]{16})\.html</loc>", world.site.text(file)) for file in files}


def _ids(named: Mapping[str, list[str]]) -> list[str]:
    return sorted(itertools.chain.from_iterable(named.values()))


def test_an_articles_partitions_follow_from_when_it_is_listed_and_its_id() -> None:
    names = names_for("2026-01-02T15:37:12Z", "kqabcdefghijklmn")

    assert names == ("2026-01-02", "2026-01-02-15", "2026-01-02-1530", "2026-01-02-1530-k")
    for wider, name in itertools.pairwise(names):
        assert narrower(wider, "2026-01-02T15:37:12Z", "kqabcdefghijklmn") == name
        assert name in children(wider)
    assert [len(children(name)) for name in names] == [24, 6, 32, 0]


def test_a_day_has_one_file_until_it_holds_more_than_the_series_allows() -> None:
    world = World()
    items = _items(world, MOST + 1, lambda number: instant(NOW + timedelta(minutes=30 * number)))

    _publish(world, items[:MOST])
    assert list(_named(world)) == ["sitemap-2026-01-02.xml"]
    _publish(world, items[MOST:])

    assert list(_named(world)) == [f"sitemap-2026-01-02-{hour}.xml" for hour in range(12, 18)]
    assert _ids(_named(world)) == sorted(item.id for item in items)


def test_a_split_file_names_no_article_and_is_not_in_the_index() -> None:
    world = World()
    _publish(world, _items(world, MOST + 1, _minutes_apart))

    assert world.site.objects["sitemap-2026-01-02.xml"].metadata == {"split": "1"}
    assert "/a/" not in world.site.text("sitemap-2026-01-02.xml")
    assert "sitemap-2026-01-02.xml" not in world.site.text("sitemap.xml")


def test_articles_of_one_second_are_divided_by_their_ids() -> None:
    world = World()
    items = _items(world, 80, lambda _number: instant(NOW))

    _publish(world, items)

    assert {len(name) for name in _named(world)} == {len("sitemap-2026-01-02-1200-a.xml")}
    assert _ids(_named(world)) == sorted(item.id for item in items)


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_arrival_in_any_batches_gives_equal_bytes(seed: int) -> None:
    shuffled, whole = World(), World()
    items = _items(whole, 90, lambda number: instant(NOW + timedelta(minutes=7 * (number % 60))))
    shuffled.articles.records = dict(whole.articles.records)
    order, dice = list(items), random.Random(seed)  # noqa: S311 - an order of arrival
    dice.shuffle(order)

    _publish(whole, items)
    while order:
        size = dice.randint(1, 20)
        _publish(shuffled, order[:size])
        del order[:size]

    assert shuffled.written() == whole.written()


def test_a_retraction_leaves_its_partition_however_finely_it_is_cut() -> None:
    world = World()
    items = _items(world, 80, _minutes_apart)
    _publish(world, items)
    gone = [world.retract(item) for item in items[::7]]

    _publish(world, gone, places=items[::7])

    assert _ids(_named(world)) == sorted(item.id for number, item in enumerate(items) if number % 7)


@pytest.mark.parametrize("dies_after", range(1, 12))
def test_a_run_that_dies_while_it_splits_leaves_nothing_out_and_names_nothing_gone(dies_after: int) -> None:
    world = World()
    items = _items(world, 3 * MOST, lambda number: instant(NOW + timedelta(minutes=11 * number)))
    _publish(world, items[: MOST - 1])
    countdown = itertools.count(1)

    def die(_key: str) -> None:
        if next(countdown) > dies_after:
            raise KeyboardInterrupt

    world.site.before_put = die
    with suppress(KeyboardInterrupt):
        _publish(world, items[MOST - 1 :])
    world.site.before_put = lambda _key: None
    gone = world.retract(items[0])

    _publish(world, [gone], places=[items[0]])  # of the day's first hour alone
    _publish(world, items[MOST - 1 :])  # the batch comes back

    assert _ids(_named(world)) == sorted(item.id for item in items[1:])


@pytest.mark.parametrize("moment", range(1, 40))
def test_a_run_that_is_overtaken_while_it_splits_loses_nothing_of_the_other(moment: int) -> None:
    world = World()
    items = _items(world, 3 * MOST, lambda number: instant(NOW + timedelta(minutes=11 * number)))
    _publish(world, items[:MOST])
    beside, calls = world.beside(), itertools.count(1)
    get = world.site.get

    def interfering(key: str) -> StoredObject | None:
        if next(calls) == moment:
            world.site.get = get  # type: ignore[method-assign]
            retracted = beside.retract(items[0])
            assert _publish(beside, items[MOST : 2 * MOST]) == set()
            assert _publish(beside, [retracted], places=[items[0]]) == set()
        return get(key)

    world.site.get = interfering  # type: ignore[method-assign]
    assert _publish(world, items[2 * MOST :]) == set()
    world.site.get = get  # type: ignore[method-assign]

    expected = items[1:] if next(calls) > moment else [*items[:MOST], *items[2 * MOST :]]
    assert _ids(_named(world)) == sorted(item.id for item in expected)


def test_a_day_of_many_thousands_stays_within_the_protocols_limits() -> None:
    world = World()
    template = item_of(make_article(world.catalogue, 1, "harian"), world.catalogue)
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    ids = ("".join(digits).rjust(16, "x") for digits in itertools.product(letters, repeat=4))
    day = NOW.replace(hour=0)
    moments = (instant(day + timedelta(seconds=86_400 * number / 120_000)) for number in itertools.count())
    items = [
        replace(template, id=one, listed=moment)
        for one, moment in zip(itertools.islice(ids, 120_000), moments, strict=False)
    ]
    world.articles.records = {item.id: item for item in items}
    run, pages = world.run(), Pages(present={item.id for item in items})
    series = ArticleSitemaps("https://kabar.example")
    writer = PartitionWriter(
        run, series, days_of(series, {item.id: change_of(item) for item in items}), pages
    )
    steps: list[Step] = [Settle(run, writer), SitemapIndex(run, series, writer)]
    truth = run.articles.get_many(steps[0].read())

    assert [step.write(truth) for step in steps] == [set(), set()]

    named = _named(world)
    assert sum(map(len, named.values())) == 120_000
    assert max(map(len, named.values())) <= 5000
    assert len(named) <= 50_000
    assert max(len(world.site.objects[key].body) for key in named) < 50 * 1024 * 1024


def test_what_a_partition_has_before_it_is_divided_is_its_memory() -> None:
    world = World()
    items = [world.add(number, "harian") for number in range(3)]
    run, day = world.run(), items[0].listed[:10]
    every: list[Series[Any]] = [
        ArticleSitemaps("https://kabar.example"),
        SearchSeries(),
        DayArchive(run.look, PORTAL_CHANNEL, FeedBodies(run), run.editions),
    ]
    for series in every:
        rows = {item.id: series.row(carried) for item in items if (carried := run.carried(item))}
        nothing = Snapshot(series.keys(day)[0], None)
        assert len(rows) == len(items)
        assert series.memory(day, rows, nothing) == series.outputs(day, rows, nothing)[nothing.key]
