"""What of a refresh's time is whose, and what a run that was overtaken leaves to the next refresh."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.publish import catalogue_walk, due_articles, portal_writing, refreshing
from functions.publish.channels import Channel, all_channels
from functions.publish.publishing import publish_batch, write_channels
from functions.publish.run import Run
from newswire.clock import instant
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.site_readers import shown_outputs
from tests.support.stream_records import stream_record

SOURCES = [f"sumber{number:03}" for number in range(12)]


def test_lists_that_an_outdated_batch_wrote_after_a_refresh_are_written_again_by_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refreshing, "NEWEST", 1)
    world = World(catalogue(*map(source, SOURCES)))
    world.refresh()
    items = [
        world.add(number, owner, listed=instant(NOW - timedelta(hours=number)))
        for number, owner in enumerate(SOURCES)
    ]
    assert world.publish(*items) == set()
    # A batch that meets another catalogue writes all lists.
    old = replace(
        world.beside(),
        catalogue=replace(world.catalogue, portal=replace(world.catalogue.portal, tagline="Satu")),
    )
    sources = (*world.catalogue.sources[:-1], replace(world.catalogue.sources[-1], display="link"))
    new = replace(old, catalogue=replace(world.catalogue, sources=sources), look=None)
    old.stored_catalogue = new.catalogue
    done: list[str] = []

    def overtake(key: str) -> None:
        if key == Channel("source", SOURCES[-1]).feed("json") and not done:
            done.append(key)
            new.refresh()

    world.site.before_put = overtake
    news = old.revise(items[0], title="Lain", revision=2)
    assert publish_batch(old.run(), [stream_record("1", news)])["batchItemFailures"]
    world.site.before_put = lambda _key: None
    assert done

    assert publish_batch(new.run(), [stream_record("1", news)]) == {"batchItemFailures": []}
    new.now += timedelta(minutes=1)
    new.refresh()
    assert shown_outputs(new) == shown_outputs(new.rebuilt())


def test_what_a_changed_catalogue_touches_has_its_share_of_the_time_whatever_is_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refreshing, "NEWEST", 1)
    monkeypatch.setattr(due_articles, "AT_ONCE", 4)
    monkeypatch.setattr(catalogue_walk, "CHUNK", 4)
    world = World(catalogue(source("harian"), source("warta")))
    world.refresh()
    old = world.add(1, "warta", listed=instant(NOW - timedelta(days=20)))
    due = [world.arrive(number, "harian") for number in range(2, 42)]
    assert world.publish(old) == world.publish_new(*due) == set()
    world.now += timedelta(hours=13)
    world.catalogue = catalogue(source("harian"), source("warta", display="link"))
    page = f"a/{old.slug}-{old.id}.html"

    def spend(key: str) -> None:
        if key.endswith("archive.json") or key.startswith("s/harian/feed-"):
            world.seconds_left -= 20

    world.site.after_put = spend
    world.refresh()

    assert world.site.objects[page].metadata.get("gone")


def test_before_a_source_goes_only_lists_that_several_sources_share_are_looked_at() -> None:
    world = World(catalogue(*map(source, SOURCES)))
    world.refresh()
    gone = world.add(1, SOURCES[0])
    assert world.publish(gone) == set()
    asked: list[Channel] = []
    world.catalogue = catalogue(*map(source, SOURCES[1:]))

    def noted(run: Run, channels: Collection[Channel] | None = None) -> bool:
        asked.extend(all_channels(run.look.catalogue) if channels is None else channels)
        return write_channels(run, channels)

    portal_writing.publish_portal(world.run(), noted)

    assert {one.kind for one in asked} == {"portal", "category"}
    assert world.site.objects[Channel("source", SOURCES[0]).page].metadata.get("gone")
