"""What comes up for its archives: by which refresh, at what cost, and what readers meet meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from functions.publish import due_articles, refreshing
from functions.publish.changes import read_batch
from functions.publish.channels import PORTAL_CHANNEL
from functions.publish.due_articles import due_change
from functions.publish.publishing import publish
from newswire.clock import instant
from newswire.due_changes import archive_moment
from tests.support.archived_lists import (
    ARCHIVES,
    DAY,
    HARIAN,
    WAITS,
    archives_of,
    harian_world,
    reads_of,
    record_of,
    tell,
)
from tests.support.publish_articles import NOW
from tests.support.site_readers import Readers, shown_outputs


def test_an_article_that_comes_up_for_its_archives_costs_no_look_at_what_has_no_part_in_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = harian_world()
    item = world.arrive(1)
    tell(world, record_of(item))
    world.now = archive_moment(item.first_seen, "harian")
    read = reads_of(world, monkeypatch)
    run = world.run()

    assert publish(run, {item.id: due_change(run, item, settled=True)}) == set()

    assert archives_of(world, item) == ARCHIVES
    assert not [key for key in read if key.startswith(("sitemap-", "search/2", "corrections", "d/"))]
    assert PORTAL_CHANNEL.archive(DAY)[0] not in read


@pytest.mark.parametrize(
    ("changes", "settled"), [({}, False), ({"revision": 2}, True), ({"withheld_since": instant(NOW)}, True)]
)
def test_an_article_that_is_due_for_more_than_its_archives_is_published_whole(
    changes: dict[str, Any], settled: bool
) -> None:
    world = harian_world()
    item = replace(world.arrive(1), **changes)
    world.now += WAITS

    assert not due_change(world.run(), item, settled=settled).only_archives


def test_feeds_lead_to_the_newest_day_that_the_archive_has() -> None:
    world = harian_world()
    before = world.add(1, listed=instant(NOW - timedelta(days=2)))
    tell(world, record_of(before))
    tell(world, record_of(world.arrive(2)), *(record_of(world.arrive(number)) for number in range(10, 68)))

    feed = etree.fromstring(world.site.objects[HARIAN.atom].body)

    older = feed.xpath("//*[@rel='prev-archive']/@href")
    assert older == ["https://kabar.example/s/harian/atom-2025-12-31.xml"]


def test_a_refresh_that_has_no_time_left_archives_the_rest_an_hour_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refreshing, "NEWEST", 2)
    monkeypatch.setattr(due_articles, "AT_ONCE", 4)
    world = harian_world()
    items = [world.arrive(number) for number in range(20)]
    tell(world, *(record_of(item, sequence=str(place)) for place, item in enumerate(items)))
    world.now += WAITS
    page = HARIAN.archive(DAY)[3]

    def end(key: str) -> None:
        if key == page:
            world.seconds_left = 1

    world.site.after_put = end
    world.refresh()
    archived = [item for item in items if archives_of(world, item) == ARCHIVES]
    assert len(archived) < len(items)

    world.site.after_put, world.seconds_left = lambda _key: None, 300
    world.now += timedelta(hours=1)
    world.refresh()

    assert all(archives_of(world, item) == ARCHIVES for item in items)
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


def test_an_article_that_is_due_for_its_archives_alone_is_published_once() -> None:
    world = harian_world()
    item = world.arrive(1)
    tell(world, record_of(item))
    world.now = archive_moment(item.first_seen, "harian") + timedelta(minutes=1)
    assert world.refresh()["articlesDue"] == 1

    world.now += timedelta(hours=1)
    assert world.refresh()["articlesDue"] == 0


def test_a_settled_article_is_no_change_for_the_stream() -> None:
    item = harian_world().arrive(1)

    batch = read_batch([record_of(replace(item, version=2, next_change=None), item)])

    assert batch.has_records
    assert not batch.changes


def test_readers_meet_no_dead_link_while_archives_wait_and_after() -> None:
    world = harian_world()
    readers = Readers(world.site)
    for hour in range(14):
        items = [world.arrive(10 * hour + place, listed=instant(world.now)) for place in range(3)]
        tell(world, *(record_of(item, sequence=str(place)) for place, item in enumerate(items)))
        world.now += timedelta(hours=1)
        world.refresh()

    assert readers.problems == []
    world.now += WAITS
    world.refresh()
    assert shown_outputs(world) == shown_outputs(world.rebuilt())
