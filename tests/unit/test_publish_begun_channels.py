"""Lists of a portal that is new are begun in as many runs as they take."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from functions.publish import begun_channels
from functions.publish.channels import PORTAL_CHANNEL, all_channels
from functions.publish.portal_writing import publish_portal
from functions.publish.publishing import publish_batch, write_channels
from functions.publish.settling import OutOfTime
from newswire.sources import Catalogue
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.stream_records import stream_record

SOURCES = [f"sumber{number:03}" for number in range(24)]


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(begun_channels, "CHUNK", 5)


def _world(*sources: str) -> World:
    return World(catalogue(*map(source, sources or SOURCES)))


def _begins(world: World, catalogue: Catalogue) -> int:
    """Return how many of a catalogue's channels are there."""
    return sum(channel.page in world.site.objects for channel in all_channels(catalogue))


def _ends_after(world: World, pages: int) -> Callable[[str], None]:
    """Return what leaves no time once so many lists' pages were begun."""
    begun: set[str] = set()

    def spend(key: str) -> None:
        if key in {channel.page for channel in all_channels(world.catalogue)}:
            begun.add(key)
        world.seconds_left = 300 if len(begun) < pages else 5

    return spend


def test_a_run_whose_time_ends_among_new_lists_leaves_the_others_to_the_next() -> None:
    world = _world()
    world.site.after_put = _ends_after(world, 10)
    with pytest.raises(OutOfTime, match="18 of 28 new lists are still to be begun"):
        publish_portal(world.run(), write_channels)
    assert _begins(world, world.catalogue) == 10
    assert "sources.opml" not in world.site.objects  # it leads to lists that are not there

    world.site.after_put = lambda _key: None
    world.seconds_left = 300
    world.site.puts.clear()
    assert publish_portal(world.run(), write_channels)

    assert _begins(world, world.catalogue) == 28
    assert PORTAL_CHANNEL.feed("json") not in world.site.puts
    assert json.loads(world.site.text("catalogue.json"))["written"] == world.run().edition


def test_a_batch_whose_time_ends_among_new_lists_comes_back() -> None:
    world = _world()
    item = world.add(1, SOURCES[0])
    record = stream_record("1", item)
    world.site.after_put = _ends_after(world, 10)

    assert publish_batch(world.run(), [record])["batchItemFailures"] == [{"itemIdentifier": "1"}]

    world.site.after_put = lambda _key: None
    world.seconds_left = 300
    assert publish_batch(world.run(), [record]) == {"batchItemFailures": []}
    assert item.id in world.site.text(f"s/{SOURCES[0]}/feed.json")


def test_lists_that_were_begun_for_a_catalogue_that_is_no_more_become_notices() -> None:
    world = _world()
    world.site.after_put = _ends_after(world, 10)
    with pytest.raises(OutOfTime):
        publish_portal(world.run(), write_channels)
    world.site.after_put = lambda _key: None
    world.seconds_left = 300
    begun = [one for one in SOURCES if f"s/{one}.html" in world.site.objects]

    world.catalogue = replace(world.catalogue, sources=world.catalogue.sources[len(begun) :])
    publish_portal(world.run(), write_channels)

    assert begun
    for one in begun:
        assert world.site.objects[f"s/{one}.html"].metadata.get("gone")


def test_lists_that_another_run_has_begun_stay_as_they_are() -> None:
    world = _world("harian")
    beside = world.beside()
    met: list[str] = []

    def overtake(key: str) -> None:
        if key == "s/harian.html" and not met:
            met.append(key)
            publish_portal(beside.run(), write_channels)
            assert beside.publish_new(beside.add(1, "harian")) == set()

    world.site.before_put = overtake
    publish_portal(world.run(), write_channels)

    assert met
    assert len(json.loads(world.site.text("s/harian/feed.json"))["items"]) == 1


def test_a_list_that_is_named_again_is_begun_in_place_of_its_notice() -> None:
    world = _world("harian", "warta")
    publish_portal(world.run(), write_channels)
    full = world.catalogue
    world.catalogue = replace(full, sources=full.sources[:1])
    publish_portal(world.run(), write_channels)
    assert world.site.objects["s/warta.html"].metadata.get("gone")

    world.catalogue = full
    publish_portal(world.run(), write_channels)

    assert not world.site.objects["s/warta.html"].metadata.get("gone")
