"""Archives of categories, sources and languages wait for what has just appeared, which the lists show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from functions.publish import due_articles, refreshing
from functions.publish.archive_waiting import Fill, Reach, waiting
from functions.publish.changes import Change, read_batch
from functions.publish.channel_rendering import PAGE_ENTRIES
from functions.publish.channels import PORTAL_CHANNEL, Channel, Placement
from functions.publish.due_articles import due_change
from functions.publish.publishing import publish, publish_batch
from newswire.article_item import ArticleItem
from newswire.attribute_values import marshalled
from newswire.bucket import StoredObject
from newswire.clock import instant
from newswire.due_changes import archive_moment
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.short_lists import shorten_lists
from tests.support.site_readers import Readers, shown_outputs

DAY = "2026-01-02"
HARIAN = Channel("source", "harian")
NASIONAL = Channel("category", "nasional")
ARCHIVES = {
    HARIAN.archive(DAY)[0],
    NASIONAL.archive(DAY)[0],
}
WAITS = timedelta(hours=13)  # a moment comes every twelve hours, and a refresh every hour


def _record(new: ArticleItem | None, old: ArticleItem | None = None, sequence: str = "1") -> dict[str, Any]:
    images = {
        name: marshalled(item.to_item())["M"]
        for name, item in (("NewImage", new), ("OldImage", old))
        if item is not None
    }
    return {"dynamodb": {"SequenceNumber": sequence, **images}}


def _tell(world: World, *records: Mapping[str, Any]) -> None:
    assert publish_batch(world.run(), records) == {"batchItemFailures": []}


def _archives_of(world: World, item: ArticleItem) -> set[str]:
    """Return those of the first day's archives that list an article."""
    return {key for key in ARCHIVES if key in world.site.objects and item.id in world.site.text(key)}


def _reads(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the keys that are read of the site from now on, as they come."""
    read: list[str] = []
    get = world.site.get

    def noted(key: str) -> StoredObject | None:
        read.append(key)
        return get(key)

    monkeypatch.setattr(world.site, "get", noted)
    return read


def _world() -> World:
    world = World(catalogue(source("harian")))
    world.refresh()
    return world


def test_lists_and_the_portals_days_have_a_new_article_at_once_and_other_archives_twice_a_day() -> None:
    world = _world()
    item = world.arrive(1)

    _tell(world, _record(item))

    for key in ("feed.json", "feed-2026-01-02.json", "d/2026-01-02.html", "s/harian/feed.json"):
        assert item.id in world.site.text(key)
    assert _archives_of(world, item) == set()
    # A list leads to no archive before there is one.
    assert 'class="older"' not in world.site.text("s/harian.html")

    world.now += WAITS
    assert world.refresh()["articlesDue"] == 1
    assert _archives_of(world, item) == ARCHIVES
    assert shown_outputs(world) == shown_outputs(world.rebuilt())
    stored = world.articles.records[item.id]
    assert isinstance(stored, ArticleItem)
    assert stored.next_change is None


def test_no_refresh_before_the_moment_writes_what_waits() -> None:
    world = _world()
    item = world.arrive(1)
    _tell(world, _record(item))
    world.now = archive_moment(item.first_seen, "harian") - timedelta(seconds=1)

    world.refresh()
    assert _archives_of(world, item) == set()

    world.now += timedelta(seconds=1)
    world.refresh()
    assert _archives_of(world, item) == ARCHIVES


@pytest.mark.parametrize("late", [False, True])
def test_a_record_that_comes_after_the_moment_is_archived_at_once(late: bool) -> None:
    world = _world()
    item = world.arrive(1)
    world.now = archive_moment(item.first_seen, "harian") - timedelta(seconds=0 if late else 1)

    _tell(world, _record(item))

    assert _archives_of(world, item) == (ARCHIVES if late else set())


def test_what_a_former_release_stored_and_nobody_will_find_due_is_archived_at_once() -> None:
    world = _world()
    items = [world.add(1), world.arrive(2)]
    items[1] = world.revise(items[1], next_change=instant(NOW + timedelta(days=400)))  # of a retention

    _tell(world, *(_record(item) for item in items))

    for item in items:
        assert _archives_of(world, item) == ARCHIVES


def test_an_article_that_is_due_before_for_another_reason_comes_up_and_is_archived_then() -> None:
    world = World(catalogue(source("harian", full_text_for=timedelta(minutes=30))))
    world.refresh()
    item = world.arrive(1)
    assert item.next_change == instant(NOW + timedelta(minutes=29))
    _tell(world, _record(item))
    assert _archives_of(world, item) == set()

    world.now += timedelta(hours=1)
    world.refresh()

    assert _archives_of(world, item) == ARCHIVES


def test_a_correction_is_archived_at_once_and_so_is_what_leaves() -> None:
    world = _world()
    item, other, untouched = world.arrive(1), world.arrive(2), world.arrive(3)
    _tell(world, _record(item), _record(other), _record(untouched))

    corrected = world.revise(item, title="Judul baru", revision=2)
    _tell(world, _record(corrected, item))
    assert _archives_of(world, item) == ARCHIVES
    assert all("Judul baru" in world.site.text(key) for key in ARCHIVES)
    assert _archives_of(world, other) == set()

    world.retract(corrected)
    _tell(world, _record(None, corrected))
    world.retract(other)
    _tell(world, _record(None, other))
    world.now += WAITS
    world.refresh()
    assert _archives_of(world, item) == _archives_of(world, other) == set()
    assert _archives_of(world, untouched) == ARCHIVES
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


def test_a_correction_whose_batch_was_given_up_is_made_good_by_the_next_refresh() -> None:
    world = _world()
    item, untouched = world.arrive(1), world.arrive(2)
    _tell(world, _record(item), _record(untouched))
    world.revise(item, title="Judul baru", revision=2)

    world.refresh()

    assert all("Judul baru" in world.site.text(key) for key in ARCHIVES)
    assert _archives_of(world, untouched) == set()


def test_a_batch_that_was_given_up_is_made_good_and_its_archives_still_wait() -> None:
    world = _world()
    item = world.arrive(1)

    world.refresh()

    assert item.id in world.site.text("s/harian/feed.json")
    assert _archives_of(world, item) == set()


def test_archives_still_wait_for_an_article_that_comes_in_another_feed_too() -> None:
    world = _world()
    item = world.arrive(1)
    again = world.revise(item, via={**item.via, "warta x": next(iter(item.via.values()))})

    _tell(world, _record(item), _record(again, item))
    _tell(world, _record(again, item))
    assert _archives_of(world, item) == set()

    world.retract(again)
    _tell(world, _record(None, again))
    world.now += WAITS
    world.refresh()
    assert _archives_of(world, item) == set()


def test_two_records_of_one_article_wait_for_nothing() -> None:
    world = _world()
    item = world.arrive(1)
    again = world.revise(item, excerpt="Ringkasan baru.")

    _tell(world, _record(item), _record(again, item))

    assert _archives_of(world, item) == ARCHIVES


def test_a_list_that_fills_leaves_no_article_without_a_page_of_the_list_or_its_archive() -> None:
    world = _world()
    items = [world.arrive(number) for number in range(PAGE_ENTRIES + 30)]

    _tell(world, *(_record(item, sequence=str(place)) for place, item in enumerate(items)))

    page = world.site.text(HARIAN.page)
    for item in items:
        assert item.title in page or _archives_of(world, item) == ARCHIVES
    assert _archives_of(world, items[-1]) == ARCHIVES


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a list hold ten entries."""
    shorten_lists(monkeypatch, 10)


@pytest.mark.usefixtures("short")
def test_a_list_is_full_only_once_its_archive_waits_for_nothing() -> None:
    world = _world()
    items = [world.arrive(number) for number in range(10, 18)]
    _tell(world, *(_record(item, sequence=str(place)) for place, item in enumerate(items)))
    assert not any(_archives_of(world, item) for item in items)
    full: list[set[str]] = []

    def look(key: str) -> None:
        if key == HARIAN.feed("json") and "cut" in world.site.objects[key].metadata:
            full.append({item.id for item in items if item.id in world.site.text(HARIAN.archive(DAY)[0])})

    world.site.after_put = look
    items += [world.arrive(number) for number in range(5)]
    _tell(world, *(_record(item, sequence=str(place)) for place, item in enumerate(items[8:])))

    assert full
    assert full[0] == {item.id for item in items}
    assert all(_archives_of(world, item) == ARCHIVES for item in items)
    one = world.arrive(5, listed=instant(NOW))
    _tell(world, _record(one))
    assert _archives_of(world, one) == ARCHIVES
    world.now += WAITS
    world.refresh()
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


@pytest.mark.usefixtures("short")
def test_a_run_that_meets_a_list_which_another_has_filled_archives_its_own_articles_at_once() -> None:
    world = _world()
    beside = world.beside()
    mine, met = world.arrive(20), list[str]()
    others: list[ArticleItem] = []

    def overtake(key: str) -> None:
        if key == HARIAN.feed("json") and not met:
            met.append(key)
            others.extend(world.arrive(number) for number in range(12))
            _tell(beside, *(_record(item, sequence=str(place)) for place, item in enumerate(others)))

    world.site.before_put = overtake
    _tell(world, _record(mine))

    assert "cut" in world.site.objects[HARIAN.feed("json")].metadata
    for item in (mine, *others):
        assert _archives_of(world, item) == ARCHIVES


@pytest.mark.usefixtures("short")
def test_a_list_that_is_full_again_within_a_day_has_nothing_archived_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = _world()
    items = [world.arrive(number, listed=instant(NOW)) for number in range(12)]
    _tell(world, *(_record(item, sequence=str(place)) for place, item in enumerate(items)))
    assert "cut" in world.site.objects[HARIAN.feed("json")].metadata
    for item in items[:6]:
        world.revise(item, withheld_since=instant(world.now))
    world.now += timedelta(hours=1)
    world.refresh()
    assert "cut" not in world.site.objects[HARIAN.feed("json")].metadata

    world.now += timedelta(hours=2)
    between = world.arrive(12, listed=instant(world.now))
    _tell(world, _record(between))
    assert _archives_of(world, between) == ARCHIVES  # it waits for nothing, as the list may be full again

    read = _reads(world, monkeypatch)
    new = [world.arrive(number, listed=instant(world.now)) for number in range(13, 18)]
    _tell(world, *(_record(item, sequence=str(place)) for place, item in enumerate(new)))

    assert "cut" in world.site.objects[HARIAN.feed("json")].metadata
    assert not [key for key in read if any(item.id in key for item in (*items[6:], between))]
    world.now += WAITS
    world.refresh()
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


@pytest.mark.usefixtures("short")
def test_a_run_that_meets_a_list_which_was_filled_and_emptied_meanwhile_archives_its_own_at_once() -> None:
    world = _world()
    _tell(world, _record(world.add(30)))  # its archive is there
    beside = world.beside()
    mine, met = world.arrive(20, listed=instant(NOW - timedelta(hours=2))), list[str]()

    def overtake(key: str) -> None:
        if key == NASIONAL.feed("json") and not met:
            met.append(key)
            others = [world.arrive(number) for number in range(12)]
            _tell(beside, *(_record(item, sequence=str(place)) for place, item in enumerate(others)))
            gone = [world.revise(item, withheld_since=instant(world.now)) for item in others[:8]]
            pairs = zip(others, gone, strict=False)
            _tell(beside, *(_record(new, old, sequence=str(n)) for n, (old, new) in enumerate(pairs)))

    world.site.before_put = overtake
    _tell(world, _record(mine))

    metadata = world.site.objects[HARIAN.feed("json")].metadata
    assert "cut" not in metadata
    assert "full-until" in metadata
    assert _archives_of(world, mine) == ARCHIVES


@pytest.mark.usefixtures("short")
def test_a_list_was_full_for_nobody_any_more_once_an_archive_waits_for_what_another_run_had_listed() -> None:
    world = World(catalogue(source("harian", display="link")))
    world.refresh()
    _fill_and_empty(world)
    early = world.beside()
    early.now += timedelta(hours=24, minutes=-1)
    world.now += timedelta(hours=24, minutes=1)
    mine = world.arrive(30, listed=instant(early.now - timedelta(minutes=9)))
    assert publish(early.run(), {}, [HARIAN, NASIONAL]) == set()

    _tell(world, _record(mine))
    waits = HARIAN.archive(mine.listed[:10])[0]
    assert waits not in world.site.objects or mine.id not in world.site.text(waits)
    others = [world.arrive(number, listed=instant(early.now)) for number in range(31, 45)]
    _tell(early, *(_record(item, sequence=str(place)) for place, item in enumerate(others)))

    assert "cut" in world.site.objects[HARIAN.feed("json")].metadata
    assert mine.id in world.site.text(waits)
    for _ in range(13):
        world.now += timedelta(hours=1)
        world.refresh()
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


def _fill_and_empty(world: World) -> None:
    """Let the lists have been full until now."""
    items = [world.arrive(number, listed=instant(world.now)) for number in range(12)]
    _tell(world, *(_record(item, sequence=str(place)) for place, item in enumerate(items)))
    gone = [world.revise(item, withheld_since=instant(world.now)) for item in items[:8]]
    pairs = zip(items, gone, strict=False)
    _tell(world, *(_record(new, old, sequence=str(n)) for n, (old, new) in enumerate(pairs)))
    assert "full-until" in world.site.objects[HARIAN.feed("json")].metadata


@pytest.mark.usefixtures("short")
def test_a_run_that_ends_before_a_list_is_full_leaves_it_as_it_was_and_its_records_come_again() -> None:
    world = _world()
    items = [world.arrive(number) for number in range(14)]
    records = [_record(item, sequence=str(place)) for place, item in enumerate(items)]
    _tell(world, *records[:8])

    def end(key: str) -> None:
        if key == HARIAN.archive(DAY)[0]:
            world.seconds_left = 1

    world.site.after_put = end
    assert publish_batch(world.run(), records[8:])["batchItemFailures"]
    assert "cut" not in world.site.objects[HARIAN.feed("json")].metadata

    world.site.after_put, world.seconds_left = lambda _key: None, 300
    _tell(world, *records[8:])
    assert all(_archives_of(world, item) == ARCHIVES for item in items)


def test_an_article_that_comes_up_for_its_archives_costs_no_look_at_what_has_no_part_in_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = _world()
    item = world.arrive(1)
    _tell(world, _record(item))
    world.now = archive_moment(item.first_seen, "harian")
    read = _reads(world, monkeypatch)
    run = world.run()

    assert publish(run, {item.id: due_change(run, item, settled=True)}) == set()

    assert _archives_of(world, item) == ARCHIVES
    assert not [key for key in read if key.startswith(("sitemap-", "search/2", "corrections", "d/"))]
    assert PORTAL_CHANNEL.archive(DAY)[0] not in read


@pytest.mark.parametrize(
    ("changes", "settled"), [({}, False), ({"revision": 2}, True), ({"withheld_since": instant(NOW)}, True)]
)
def test_an_article_that_is_due_for_more_than_its_archives_is_published_whole(
    changes: dict[str, Any], settled: bool
) -> None:
    world = _world()
    item = replace(world.arrive(1), **changes)
    world.now += WAITS

    assert not due_change(world.run(), item, settled=settled).only_archives


def test_feeds_lead_to_the_newest_day_that_the_archive_has() -> None:
    world = _world()
    before = world.add(1, listed=instant(NOW - timedelta(days=2)))
    _tell(world, _record(before))
    _tell(world, _record(world.arrive(2)), *(_record(world.arrive(number)) for number in range(10, 68)))

    feed = etree.fromstring(world.site.objects[HARIAN.atom].body)

    older = feed.xpath("//*[@rel='prev-archive']/@href")
    assert older == ["https://kabar.example/s/harian/atom-2025-12-31.xml"]


def test_a_refresh_that_has_no_time_left_archives_the_rest_an_hour_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refreshing, "NEWEST", 2)
    monkeypatch.setattr(due_articles, "AT_ONCE", 4)
    world = _world()
    items = [world.arrive(number) for number in range(20)]
    _tell(world, *(_record(item, sequence=str(place)) for place, item in enumerate(items)))
    world.now += WAITS
    page = HARIAN.archive(DAY)[3]

    def end(key: str) -> None:
        if key == page:
            world.seconds_left = 1

    world.site.after_put = end
    world.refresh()
    archived = [item for item in items if _archives_of(world, item) == ARCHIVES]
    assert len(archived) < len(items)

    world.site.after_put, world.seconds_left = lambda _key: None, 300
    world.now += timedelta(hours=1)
    world.refresh()

    assert all(_archives_of(world, item) == ARCHIVES for item in items)
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


def test_an_article_that_is_due_for_its_archives_alone_is_published_once() -> None:
    world = _world()
    item = world.arrive(1)
    _tell(world, _record(item))
    world.now = archive_moment(item.first_seen, "harian") + timedelta(minutes=1)
    assert world.refresh()["articlesDue"] == 1

    world.now += timedelta(hours=1)
    assert world.refresh()["articlesDue"] == 0


def test_a_settled_article_is_no_change_for_the_stream() -> None:
    item = _world().arrive(1)

    batch = read_batch([_record(replace(item, version=2, next_change=None), item)])

    assert batch.has_records
    assert not batch.changes


def test_readers_meet_no_dead_link_while_archives_wait_and_after() -> None:
    world = _world()
    readers = Readers(world.site)
    for hour in range(14):
        items = [world.arrive(10 * hour + place, listed=instant(world.now)) for place in range(3)]
        _tell(world, *(_record(item, sequence=str(place)) for place, item in enumerate(items)))
        world.now += timedelta(hours=1)
        world.refresh()

    assert readers.problems == []
    world.now += WAITS
    world.refresh()
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


# The rule.

LISTED = datetime(2026, 1, 2, 6, tzinfo=UTC)


def _change(archived_at: datetime | None, listed: datetime = LISTED) -> Change:
    place = Placement("harian", "nasional", instant(listed), "id")
    return Change("a", "satu", frozenset([place]), archived_at=archived_at)


@pytest.mark.parametrize(
    ("channel", "reach", "change", "waits"),
    [
        (HARIAN, Reach(), _change(LISTED + timedelta(hours=4)), True),
        (PORTAL_CHANNEL, Reach(), _change(LISTED + timedelta(hours=4)), False),
        (HARIAN, Reach(), _change(None), False),
        (HARIAN, Reach(), _change(LISTED), False),
        (HARIAN, Reach(LISTED - timedelta(hours=5)), _change(LISTED + timedelta(hours=4)), True),
        (
            HARIAN,
            Reach(LISTED - timedelta(hours=5), was_full=True),
            _change(LISTED + timedelta(hours=4)),
            False,
        ),
        (HARIAN, Reach(LISTED - timedelta(hours=4)), _change(LISTED + timedelta(hours=4)), False),
        (HARIAN, Reach(LISTED + timedelta(hours=4)), _change(LISTED + timedelta(hours=4)), False),
    ],
)
def test_an_article_waits_while_its_list_reaches_back_for_long_enough(
    channel: Channel, reach: Reach, change: Change, waits: bool
) -> None:
    assert ("a" in waiting(channel, reach, {"a": change}, LISTED)) is waits


def test_a_list_reaches_back_to_the_first_that_its_page_or_its_feeds_have_no_place_for() -> None:
    orders = [f"{instant(LISTED - timedelta(hours=number))}#a" for number in range(PAGE_ENTRIES + 2)]

    def reach(orders: list[str], cut: str | None = None) -> Reach:
        return Reach.of(orders, Fill(cut), LISTED)

    assert reach(orders[:PAGE_ENTRIES]) == Reach()
    assert reach(orders[:10], orders[10]) == Reach(LISTED - timedelta(hours=10), was_full=True)
    assert reach(orders) == Reach(LISTED - timedelta(hours=PAGE_ENTRIES))
    assert reach(orders, orders[-1]) == Reach(LISTED - timedelta(hours=PAGE_ENTRIES), was_full=True)


@pytest.mark.parametrize(
    ("fill", "end", "marks"),
    [
        (Fill(), None, {}),
        (Fill(), "o#a", {"cut": "o#a"}),
        (Fill("o#a"), "o#b", {"cut": "o#b"}),
        (Fill("o#a"), None, {"full-until": "2026-01-02T06:00:00Z"}),
        (Fill(None, LISTED - timedelta(hours=23)), None, {"full-until": "2026-01-01T07:00:00Z"}),
        (Fill(None, LISTED - timedelta(hours=23)), "o#a", {"cut": "o#a"}),
        (Fill(None, LISTED - timedelta(hours=24)), None, {}),
    ],
)
def test_a_memory_says_for_a_day_until_when_its_list_was_full(
    fill: Fill, end: str | None, marks: dict[str, str]
) -> None:
    assert fill.marks(end, LISTED) == marks
    assert Fill.of(marks).was_full(LISTED) is bool(marks)
