"""Twenty runs at once over overlapping batches, with an index that lags, a correction and a retraction.

And with a feed that breaks meanwhile.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.fetch.feed_state import FeedState
from functions.publish import archive_writing, day_archives, sitemap_writing, sitemaps
from newswire.article_item import ArticleItem
from newswire.clock import instant
from newswire.feed_keys import feed_key
from tests.support.interleaving import Baton, SharedArticles, SharedObjects
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World, publish_until_done
from tests.support.site_readers import Readers, shown_outputs

RUNS = 20
LAG = 7


@pytest.fixture(autouse=True)
def _small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a partition hold eight entries, so that days are split while everybody is at them."""

    def archive(*arguments: object) -> day_archives.DayArchive:
        return replace(day_archives.DayArchive(*arguments), most=8)  # type: ignore[arg-type]

    monkeypatch.setattr(archive_writing, "DayArchive", archive)
    monkeypatch.setattr(sitemap_writing, "ArticleSitemaps", lambda url: sitemaps.ArticleSitemaps(url, 8))


def _world(baton: Baton) -> World:
    publishers = source("harian"), source("tribune", display="link")
    return World(catalogue(*publishers), articles=SharedArticles(baton, LAG), site=SharedObjects(baton))


def _stored(world: World) -> list[ArticleItem]:
    """Store forty articles of three publishers: half of them in one hour of one day, the others elsewhere."""
    owners = ["harian", "harian", "tribune", "@lain.example"]
    hours = [2.0 + number / 30 for number in range(20)] + [20.0 + number * 2.7 for number in range(20)]
    return [
        world.add(number, owners[number % 4], listed=instant(NOW - timedelta(hours=hour)))
        for number, hour in enumerate(hours)
    ]


@pytest.mark.parametrize("seed", range(2))
def test_twenty_runs_at_once_end_as_one_clean_rebuild_and_no_reader_meets_a_dead_link(seed: int) -> None:
    baton, dice = Baton(seed), random.Random(seed)  # noqa: S311 - an order of arrival
    world = _world(baton)
    world.feeds.put_unconditionally(_feed(failing=False))
    world.refresh()
    readers = Readers(world.site)
    items = _stored(world)
    first, later = items[::3], [one for one in items if one not in items[::3]]
    assert world.publish(*first) == set()
    assert readers.problems == []
    gone, corrected = first[0], first[3]
    dice.shuffle(later)
    for item in later:  # committed by the runs
        del world.articles.records[item.id]
    world.articles.catch_up()

    def run(number: int) -> Callable[[], None]:
        mine = later[number::RUNS]

        def publish() -> None:
            for item in mine:
                world.articles.save(item)
            known = [one for one in items if one.id in world.articles.records]
            changed = [*mine, *dice.sample(known, 5)]
            if number == 7:
                world.retract(gone)
                changed = [*changed, gone]
            if number == 11:
                changed = [*changed, world.revise(corrected, title="Judul yang dikoreksi", revision=2)]
            publish_until_done(world.beside(), changed)
            if number == 13:
                world.feeds.put_unconditionally(_feed(failing=True))
                world.beside().refresh()

        return publish

    baton.run([run(number) for number in range(RUNS)])

    world.articles.catch_up()
    assert readers.problems == []
    assert readers.checked > 500
    assert shown_outputs(world) == shown_outputs(world.rebuilt())
    assert "Judul yang dikoreksi" in world.page(corrected)
    assert "Tidak dapat dibaca" in world.site.text("about.html")
    assert not [key for key, body in shown_outputs(world).items() if gone.id in body.decode()]


def _feed(*, failing: bool) -> dict[str, Any]:
    """Return the item of the first source's feed."""
    key = feed_key("harian", source("harian").feeds[0])
    state = FeedState(key, 1, polled=NOW, next_due=NOW, last_success=NOW, newest=NOW)
    if failing:
        state = replace(state, version=2, health="failing", failures=3, reason="timed out")
    return state.to_item()
