"""The outputs that follow from the catalogue are looked at once under an edition, then by refreshes alone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from functions.publish.catalogue_walk import follow_once_more
from functions.publish.portal_rendering import portal_outputs
from functions.publish.portal_writing import publish_portal
from functions.publish.publishing import write_channels
from newswire.bucket import StoredObject
from newswire.sources import Catalogue
from tests.support.interleaving import Baton, SharedObjects
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_stores import MemoryObjects
from tests.support.publish_world import World


class _Watched(MemoryObjects):
    """A bucket that remembers what was read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def get(self, key: str) -> StoredObject | None:
        self.read.append(key)
        return super().get(key)


def _world() -> tuple[World, _Watched]:
    site = _Watched()
    world = World(site=site)
    assert publish_portal(world.run(), write_channels)
    site.read.clear()
    site.puts.clear()
    return world, site


def _written(world: World) -> str:
    return str(json.loads(world.site.text("catalogue.json")).get("written"))


def test_a_run_of_an_edition_that_has_written_all_reads_one_object() -> None:
    world, site = _world()

    assert not publish_portal(world.run(), write_channels)

    assert site.read == ["catalogue.json"]
    assert site.puts == []


@pytest.mark.parametrize("lost", ["robots.txt", "about.html", "404.html", "sources.opml"])
def test_a_refresh_puts_back_what_the_bucket_lacks(lost: str) -> None:
    world, site = _world()
    world.refresh()
    before = site.objects.pop(lost).body
    publish_portal(world.run(), write_channels)
    assert lost not in site.objects

    world.refresh()

    assert site.objects[lost].body == before


def test_another_edition_looks_at_everything_once() -> None:
    world, site = _world()
    world.edition = "2"

    publish_portal(world.run(), write_channels)

    assert set(portal_outputs(world.run().look)) < set(site.read)
    assert _written(world) == world.run().edition
    site.read.clear()
    publish_portal(world.run(), write_channels)
    assert site.read == ["catalogue.json"]


def test_a_run_that_is_killed_between_two_outputs_leaves_no_word_that_all_are_written() -> None:
    world, site = _world()
    world.catalogue = catalogue(source("baru"), source("warta"))

    def die(key: str) -> None:
        if key == "robots.txt":
            raise KeyboardInterrupt

    site.objects["robots.txt"] = replace(site.objects["robots.txt"], body=b"-", etag='"-"')
    site.before_put = die
    with pytest.raises(KeyboardInterrupt):
        publish_portal(world.run(), write_channels)
    site.before_put = lambda _key: None
    assert "written" not in json.loads(site.text("catalogue.json"))

    # Even where the former catalogue comes back, it is looked whether all is of that.
    world.catalogue = World().catalogue
    publish_portal(world.run(), write_channels)

    assert _stale(world.site, world) == []
    assert _written(world) == world.run().edition


def test_a_refresh_that_was_overtaken_takes_back_the_word_that_all_is_written() -> None:
    world, site = _world()

    follow_once_more(world.run())

    assert "written" not in json.loads(site.text("catalogue.json"))


def _stale(site: MemoryObjects, world: World) -> list[str]:
    look = world.run().look
    return [key for key, body in portal_outputs(look).items() if site.objects[key].body != body]


def _renamed(name: str) -> Catalogue:
    return catalogue(source("harian"), name=name)


@pytest.mark.parametrize("seed", range(40))
def test_of_two_editions_at_once_the_one_that_is_noted_has_written_every_output(seed: int) -> None:
    baton = Baton(seed)
    site = SharedObjects(baton)
    worlds = [World(_renamed(name), site=site) for name in ("Kabar Lama", "Kabar Baru")]
    publish_portal(worlds[0].run(), write_channels)
    runs = [world.run() for world in (*worlds, worlds[0])]

    baton.run([lambda run=run: publish_portal(run, write_channels) for run in runs])  # type: ignore[misc]

    noted = next((world for world in worlds if world.run().edition == _written(world)), None)
    assert noted is not None
    assert _stale(site, noted) == []
