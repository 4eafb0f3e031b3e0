"""Channels at their limits: whatever leaves or shrinks, what is next in order takes its place."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.publish import channel_candidates, channel_choice, channel_rendering, channel_writing, channels
from newswire.article_item import ArticleItem
from newswire.clock import instant
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.site_readers import shown_outputs

LEAST, MOST = 5, 12


@pytest.fixture(autouse=True)
def _small_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a channel list at least five articles, and at most twelve."""
    for module in (channels, channel_candidates, channel_choice, channel_rendering, channel_writing):
        monkeypatch.setattr(module, "LEAST_ENTRIES", LEAST, raising=False)
        monkeypatch.setattr(module, "MOST_ENTRIES", MOST, raising=False)
    monkeypatch.setattr(channel_writing, "MOST_PROPOSALS", 4**3 * MOST)


def _world() -> World:
    world = World(catalogue(source("harian"), source("warta")))
    world.refresh()
    return world


def _add(
    world: World, owner: str, count: int, hours: float = 0.0, html: str = "<p>Isi.</p>"
) -> list[ArticleItem]:
    """Store so many articles, a minute apart, the newest so many hours old; publish them."""
    moments = [NOW - timedelta(hours=hours, minutes=number) for number in range(count)]
    items = [
        world.add(round(hours * 1000) + number, owner, listed=instant(moment), html=html)
        for number, moment in enumerate(moments)
    ]
    assert world.publish(*items) == set()
    return items


def _pause(world: World, owner: str) -> None:
    sources = [replace(one, enabled=one.id != owner) for one in world.catalogue.sources]
    world.catalogue = replace(world.catalogue, sources=tuple(sources))


def _listed(world: World) -> int:
    return len(json.loads(world.site.text("feed.json"))["items"])


def _lists(world: World) -> dict[str, bytes]:
    names = ("feed.json", "feed.xml", "atom.xml", "index.html", "nasional.html")
    return {key: body for key, body in shown_outputs(world).items() if key.endswith(names)}


def test_however_many_articles_leave_at_once_older_ones_come_in() -> None:
    world = _world()
    _add(world, "warta", 20, hours=30)
    _add(world, "harian", 40)
    _pause(world, "harian")

    world.refresh()

    assert _listed(world) == LEAST
    assert _lists(world) == _lists(world.rebuilt())


def test_what_is_not_carried_is_looked_through_once_and_not_at_every_run() -> None:
    world = _world()
    kept = _add(world, "warta", 20, hours=30)
    _add(world, "harian", 60)
    _pause(world, "harian")
    world.refresh()
    world.articles.calls.clear()

    world.publish(world.revise(kept[0], title="Judul baru", revision=2))

    # One query for each of the three channels, and what is asked of the table in one request each time.
    assert world.articles.calls["Query"] == 3
    assert world.articles.calls["BatchGetItem"] <= 4


def test_a_full_channel_is_filled_up_where_the_index_proposes_what_is_not_carried() -> None:
    world = _world()
    paused = _add(world, "warta", 8)
    items = _add(world, "harian", 20, hours=1)
    _pause(world, "warta")
    world.refresh()
    assert _listed(world) == MOST
    for item in items[:3]:
        world.retract(item)

    world.publish(*items[:3])

    assert len(paused) < MOST
    assert _listed(world) == MOST
    assert shown_outputs(world) == shown_outputs(world.rebuilt())


@pytest.mark.parametrize("lags", [False, True], ids=["fresh index", "lagging index"])
@pytest.mark.parametrize("how", ["shrinks", "leaves"])
def test_a_channel_at_its_size_limit_takes_what_fits_when_one_of_its_articles_makes_room(
    monkeypatch: pytest.MonkeyPatch, how: str, lags: bool
) -> None:
    monkeypatch.setattr(channel_candidates, "MOST_BYTES", channel_candidates.FRAME_BYTES + 50 * 1024)
    world = _world()
    short, *_ = _add(world, "harian", 6, hours=2, html="<p>Pendek.</p>")
    (long,) = _add(world, "harian", 1, hours=1, html=f"<p>{'panjang sekali ' * 2200}</p>")
    _add(world, "harian", 4, html=f"<p>{'sedang ' * 400}</p>")
    before = _listed(world)
    assert before < 11
    world.articles.index_lags = lags
    if how == "leaves":
        world.retract(long)
    else:
        world.revise(long, article_key=short.article_key, revision=2)

    world.publish(long)

    world.articles.catch_up()
    assert _listed(world) > before
    assert _lists(world) == _lists(world.rebuilt())


def test_where_the_archive_goes_on_does_not_depend_on_what_a_run_has_looked_at() -> None:
    world = _world()
    _add(world, "harian", 3, hours=120)
    newest, *others = _add(world, "harian", 8)

    world.publish(world.revise(newest, title="Judul baru", revision=2))

    assert len(others) > LEAST
    assert shown_outputs(world) == shown_outputs(world.rebuilt())
