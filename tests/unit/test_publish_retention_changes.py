"""A retention that changes: what is over leaves, what has not left is kept, nothing that left comes back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from functions.publish.publishing import publish_batch
from newswire.clock import instant
from tests.support.retained_articles import (
    TEN_DAYS,
    current,
    live_articles,
    over_by,
    page_key,
    retained_world,
    retaining_sources,
    retired_ids,
    shorten_looks,
)
from tests.support.site_readers import Readers, shown_outputs


@pytest.fixture(autouse=True)
def _short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten_looks(monkeypatch)


def test_a_shorter_retention_takes_out_what_is_over_and_writes_nothing_else() -> None:
    world, items = retained_world(retaining_sources())
    readers = Readers(world.site)
    world.now += timedelta(days=6)
    world.refresh()
    del world.site.puts[:]

    world.catalogue = retaining_sources(warta=TEN_DAYS)
    answer = world.refresh()

    over = [one for one in over_by(items, world.now, TEN_DAYS) if one.owner.id == "warta"]
    assert over
    assert answer["articlesTouched"] == len(over)
    assert retired_ids(world) == {one.id for one in over}
    assert readers.problems == []
    pages = {key for key in world.site.puts if key.startswith("a/")}
    assert pages == {page_key(one) for one in over}
    assert not [key for key in world.site.puts if key.startswith(("s/harian", "s/tribune", "c/nasional"))]
    assert shown_outputs(world) == shown_outputs(world.rebuilt())
    later = [one for one in live_articles(world).values() if one.owner.id == "warta" and not one.retired]
    assert later
    assert all(one.next_change == instant(datetime.fromisoformat(one.listed) + TEN_DAYS) for one in later)
    assert all(one.next_change is None for one in live_articles(world).values() if one.owner.id == "harian")
    assert world.refresh().get("articlesTouched") is None


def test_the_portals_retention_counts_for_articles_that_no_source_owns() -> None:
    world, items = retained_world(retaining_sources())
    world.now += timedelta(days=5)
    sources = retaining_sources(portal=TEN_DAYS)
    world.catalogue = replace(sources, sources=tuple(replace(one, retention=None) for one in sources.sources))
    world.refresh()

    over = [one for one in over_by(items, world.now, TEN_DAYS) if one.owner.id == "@lain.example"]
    assert over
    assert retired_ids(world) == {one.id for one in over}
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


def test_a_longer_retention_keeps_what_has_not_left_and_brings_nothing_back() -> None:
    world, items = retained_world(retaining_sources(harian=TEN_DAYS))
    world.now += timedelta(days=7)
    world.refresh()
    gone = retired_ids(world)
    assert gone

    world.catalogue = retaining_sources(harian=timedelta(days=30))
    world.refresh()
    world.now += timedelta(days=3)
    world.refresh()

    assert retired_ids(world) == gone
    kept = [one for one in items if one.owner.id == "harian" and one.id not in gone]
    assert over_by(kept, world.now, TEN_DAYS)
    assert all("gone" not in world.site.objects[page_key(one)].metadata for one in kept)
    assert all(
        current(world, one).next_change == instant(datetime.fromisoformat(one.listed) + timedelta(days=30))
        for one in kept
    )
    assert not [key for key, body in shown_outputs(world).items() for one in gone if one in body.decode()]


def test_without_retention_again_what_has_not_left_is_kept_for_ever() -> None:
    world, items = retained_world(retaining_sources(harian=TEN_DAYS))
    world.catalogue = retaining_sources()
    world.refresh()
    world.now += timedelta(days=400)
    world.refresh()

    assert not retired_ids(world)
    assert all(current(world, one).next_change is None for one in items)


def test_an_article_that_left_by_a_policy_taken_back_before_it_was_noted_is_shown_again() -> None:
    world, items = retained_world(retaining_sources(harian=TEN_DAYS))
    item = items[12]
    world.now += timedelta(days=7)
    assert world.publish(item) == set()  # another change of it came before the refresh
    assert "gone" in world.site.objects[page_key(item)].metadata

    world.catalogue = retaining_sources(harian=timedelta(days=30))
    world.refresh()

    assert "gone" not in world.site.objects[page_key(item)].metadata
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


def test_what_a_mistaken_retention_took_out_before_its_first_refresh_is_shown_again() -> None:
    world, items = retained_world(retaining_sources())
    item, before = items[12], shown_outputs(world)
    world.now += timedelta(days=6)
    world.catalogue = retaining_sources(harian=TEN_DAYS)
    publish_batch(world.run(), [])
    assert world.publish(item) == set()
    assert "gone" in world.site.objects[page_key(item)].metadata

    world.catalogue = retaining_sources()
    world.refresh()

    assert not retired_ids(world)
    assert world.site.objects[page_key(item)].body == before[page_key(item)]
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


def test_a_catalogue_without_retention_is_remembered_as_it_always_was() -> None:
    world, _ = retained_world(retaining_sources())
    assert "kept" not in json.loads(world.site.text("catalogue.json"))
