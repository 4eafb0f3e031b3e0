"""Turns that a refresh has no time for, that fail, or that another run overtakes, are taken later."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.publish import channel_turn_taking, refreshing
from functions.publish.channel_turn_taking import forget_turns
from functions.publish.channel_turns import last_turn
from functions.publish.channels import Channel, all_channels
from functions.publish.refreshing import refresh
from functions.publish.run import Run
from newswire.bucket import WriteConflict
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.watched_lists import DAY, HOUR, SOURCES, an_hour, watched_world


@pytest.fixture(name="small_chunks")
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_turn_taking, "CHUNK", 10)


def _running_out(seconds: Iterable[float]) -> Callable[[], float]:
    """Return how much time is left when asked again and again; the last answer stays."""
    answers = list(seconds)
    return lambda: answers.pop(0) if len(answers) > 1 else answers[0]


@pytest.mark.usefixtures("small_chunks")
def test_turns_for_which_there_is_no_time_are_taken_by_the_next_refresh(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, site = watched_world()
    world.edition = "2"
    world.now += HOUR
    site.looked.clear()
    chunks: list[list[Channel]] = []
    run = replace(world.run(), thorough=True)
    clock = _running_out([300, 250, 200, 149])  # half of what it begins with is for others

    def write(_run: object, channels: Iterable[Channel]) -> bool:
        chunks.append(list(channels))
        return True

    left = channel_turn_taking.take_turns(replace(run, time_left=clock), write)

    assert [len(chunk) for chunk in chunks] == [10, 10]
    assert left == len(all_channels(world.catalogue)) - 20
    monkeypatch.undo()
    done = {channel.id for chunk in chunks for channel in chunk if channel.kind == "source"}
    assert an_hour(world, site) >= set(SOURCES) - done
    assert len(an_hour(world, site)) < len(SOURCES) // 6


def test_what_is_left_is_told() -> None:
    world, _ = watched_world()
    world.edition = "2"
    world.seconds_left = 59

    assert world.refresh()["channelsWaiting"] == len(SOURCES)


def _fails(world: World, name: str) -> None:
    def fail(key: str) -> None:
        if key == f"s/{name}.html":
            raise OSError("disk on fire")

    world.site.objects.pop(f"s/{name}.html", None)
    world.site.before_put = fail


def test_a_channel_that_fails_is_tried_again_and_does_not_hold_up_the_others_for_long() -> None:
    world, site = watched_world()
    broken = SOURCES[0]
    turn = last_turn(Channel("source", broken), world.now) + DAY
    world.now = turn - timedelta(minutes=1)
    world.refresh()
    world.now += timedelta(minutes=2)
    _fails(world, broken)

    answers: list[dict[str, Any]] = []
    looks: list[set[str]] = []
    for _ in range(5):
        site.looked.clear()
        answers.append(world.refresh())
        looks.append(set(site.looked))
        world.now += HOUR

    assert [broken in look for look in looks] == [True, True, True, True, False]
    assert ["OutputsFailed" in answer for answer in answers] == [True, True, True, True, False]
    assert ["channelsWaiting" in answer for answer in answers] == [True, True, True, False, False]


def test_a_channel_that_could_not_be_written_for_the_newest_articles_keeps_its_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refreshing, "NEWEST", 1)
    world, site = watched_world()
    broken, other = SOURCES[:2]
    world.publish(world.add(2, owner=broken))
    world.now = last_turn(Channel("source", broken), world.now) + DAY - timedelta(minutes=1)
    world.refresh()
    world.now += timedelta(minutes=2)
    _fails(world, broken)

    assert world.refresh()["channelsWaiting"]

    site.before_put = lambda _key: None
    world.publish(world.add(1, owner=other))
    assert broken in an_hour(world, site)
    assert f"s/{broken}.html" in site.objects


def test_who_loses_against_another_refresh_leaves_its_note() -> None:
    world, site = watched_world()

    def overtake(key: str) -> None:
        if key == "turns.json":
            raise WriteConflict(key)

    site.before_put = overtake
    noted = site.objects["turns.json"]
    an_hour(world, site, hours=3)

    assert site.objects["turns.json"] is noted


def test_whoever_forgets_the_turns_is_heard_though_they_were_forgotten_before() -> None:
    world, site = watched_world()
    forget_turns(world.run())
    world.now += HOUR

    def forget_beside(key: str) -> None:
        if key == f"s/{SOURCES[-1]}.html":
            site.before_put = lambda _key: None
            forget_turns(replace(world.run(), now=world.now + timedelta(minutes=1)))

    del site.objects[f"s/{SOURCES[-1]}.html"]
    site.before_put = forget_beside
    world.refresh()

    assert an_hour(world, site) == set(SOURCES)


def test_after_a_refresh_that_was_overtaken_by_another_catalogue_every_channel_has_its_turn() -> None:
    world, site = watched_world()
    world.stored_catalogue = catalogue(*map(source, SOURCES[1:]))
    world.now += HOUR
    world.refresh()

    world.stored_catalogue = None
    assert an_hour(world, site) == set(SOURCES)


def test_a_refresh_tells_in_the_site_up_to_when_turns_were_taken() -> None:
    world, site = watched_world()
    noted = json.loads(site.text("turns.json"))
    run = world.run()

    assert noted == {"edition": run.edition, "until": "2026-01-02T12:00:00.000Z"}
    assert datetime.fromisoformat(noted["until"]) == NOW
    assert "OutputsWritten" not in refresh(run)


def _dead_links(world: World) -> list[str]:
    """Return the lists that lead to a category which has a notice in its place."""
    site = world.site
    if "gone" not in site.objects["c/olahraga.html"].metadata:
        return []
    pages = [f"s/{name}.html" for name in SOURCES] + ["index.html", "c/nasional.html"]
    return [page for page in pages if "/c/olahraga.html" in site.text(page)]


@pytest.mark.usefixtures("small_chunks")
def test_a_removed_category_goes_when_all_lists_that_led_to_it_are_written_however_many_runs_that_takes() -> (
    None
):
    world, _ = watched_world()
    categories = {**world.catalogue.categories, "olahraga": world.catalogue.categories["nasional"]}
    world.catalogue = replace(world.catalogue, categories=categories)
    world.refresh()
    assert "/c/olahraga.html" in world.site.text("s/sumber001.html")
    del categories["olahraga"]
    world.catalogue = replace(world.catalogue, categories=categories)

    waited = 0
    while "gone" not in world.site.objects["c/olahraga.html"].metadata:
        run = world.run()
        written = len(world.site.puts)

        def time_left(run: Run = run, written: int = written) -> float:
            """Return less with every output that a run writes: a part of the lists fits into a run."""
            return run.time_left() - 4 * (len(world.site.puts) - written)

        refresh(replace(run, time_left=time_left))
        assert _dead_links(world) == []
        waited += 1
        world.now += HOUR
    assert 2 < waited < 12
    assert not any("/c/olahraga.html" in world.site.text(f"s/{name}.html") for name in SOURCES)
    assert world.refresh()["articlesFailed"] == 0
