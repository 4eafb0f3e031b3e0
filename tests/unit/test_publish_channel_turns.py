"""Channels that nothing touches are looked at once a day, a share of them at each refresh."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.publish import channel_turn_taking, refreshing
from functions.publish.channel_turn_taking import forget_turns
from functions.publish.channel_turns import Turns, last_turn
from functions.publish.channels import Channel, all_channels
from functions.publish.refreshing import refresh
from functions.publish.run import Run
from newswire.bucket import StoredObject, WriteConflict
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_stores import MemoryObjects
from tests.support.publish_world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOURCES = [f"sumber{number:03}" for number in range(96)]


class _Watched(MemoryObjects):
    """A bucket that remembers of which sources' channels the memory was read."""

    def __init__(self) -> None:
        super().__init__()
        self.looked: Counter[str] = Counter()

    def get(self, key: str) -> StoredObject | None:
        if key.startswith("s/") and key.endswith("/feed.json"):
            self.looked[key.split("/")[1]] += 1
        return super().get(key)


def _world(names: Iterable[str] = SOURCES) -> tuple[World, _Watched]:
    site = _Watched()
    world = World(catalogue(*map(source, names)), site=site)
    world.refresh()
    site.looked.clear()
    return world, site


def _hour(world: World, site: _Watched, hours: int = 1) -> set[str]:
    """Let time pass and refresh; return the sources whose channels were looked at."""
    world.now += hours * HOUR
    site.looked.clear()
    assert "channelsWaiting" not in world.refresh()
    return set(site.looked)


@pytest.fixture(name="small_chunks")
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_turn_taking, "CHUNK", 10)


def test_a_channel_has_its_turn_at_the_same_time_of_every_day() -> None:
    for name in SOURCES:
        channel = Channel("source", name)
        turn = last_turn(channel, NOW)

        assert NOW - DAY < turn <= NOW
        assert last_turn(channel, turn) == turn
        assert last_turn(channel, turn + DAY - timedelta(microseconds=1)) == turn
        assert last_turn(channel, turn + DAY) == turn + DAY


def test_the_turns_are_spread_over_the_day() -> None:
    hours = Counter(last_turn(Channel("source", f"s{number}"), NOW).hour for number in range(2400))

    assert len(hours) == 24
    assert max(hours.values()) < 150


def test_in_a_day_of_hourly_refreshes_every_channel_is_looked_at_once() -> None:
    world, site = _world()

    looks = [_hour(world, site) for _ in range(24)]

    assert Counter(one for hour in looks for one in hour) == dict.fromkeys(SOURCES, 1)
    assert max(map(len, looks)) <= len(SOURCES) // 6


def test_refreshes_that_did_not_come_are_made_up_for_by_the_next_one() -> None:
    world, site = _world()
    hourly, _ = _world()

    missed = _hour(world, site, hours=5)
    in_time = [_hour(hourly, hourly.site) for _ in range(5)]  # type: ignore[arg-type]  # it is watched

    assert missed == set().union(*in_time)
    assert _hour(world, site, hours=30) == set(SOURCES)


def test_a_channel_that_lost_an_output_has_it_again_within_a_day() -> None:
    world, site = _world()
    before = world.written()
    lost = [key for name in SOURCES[::7] for key in (f"s/{name}.html", f"s/{name}/atom.xml")]
    for key in lost:
        del site.objects[key]

    for _ in range(24):
        _hour(world, site)

    after = world.written()
    assert {key: body for key, body in after.items() if key != "turns.json"} == {
        key: body for key, body in before.items() if key != "turns.json"
    }


def test_the_lists_of_the_portal_categories_and_languages_are_looked_at_at_every_refresh() -> None:
    world, site = _world()
    world.catalogue = catalogue(source(SOURCES[0]), source(SOURCES[1], language="en"))
    world.refresh()
    common = [one for one in all_channels(world.catalogue) if one.kind != "source"]
    assert {one.kind for one in common} == {"portal", "category", "language"}
    for channel in common:
        del site.objects[channel.page]

    _hour(world, site)

    assert all(channel.page in site.objects for channel in common)


def test_a_channel_that_the_newest_articles_touch_is_looked_at_at_every_refresh() -> None:
    world, site = _world()
    world.publish(world.add(1, owner=SOURCES[5]))

    assert all(SOURCES[5] in _hour(world, site) for _ in range(6))


def test_under_another_edition_every_channel_has_its_turn_at_once() -> None:
    world, site = _world()

    world.edition = "2"
    assert _hour(world, site) == set(SOURCES)

    assert len(_hour(world, site)) < len(SOURCES) // 6


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b'{"edition":"1","until":7}',
        b'{"edition":1,"until":"x"}',
        b'{"edition":"","until":null}',
    ],
)
def test_a_note_that_cannot_be_read_gives_every_channel_its_turn(body: bytes) -> None:
    world, site = _world()
    site.objects["turns.json"] = replace(site.objects["turns.json"], body=body)

    assert _hour(world, site) == set(SOURCES)


def test_a_note_of_a_moment_without_a_zone_stops_no_refresh() -> None:
    world, site = _world()
    body = site.objects["turns.json"].body.replace(b"Z", b"")
    site.objects["turns.json"] = replace(site.objects["turns.json"], body=body)

    _hour(world, site)

    assert json.loads(site.text("turns.json"))["until"] == "2026-01-02T13:00:00.000Z"


def test_a_note_from_the_time_to_come_counts_for_nothing() -> None:
    channels = all_channels(catalogue())

    owed = Turns("1", NOW + HOUR).owed(channels, "1", NOW)

    assert {channel for _, channel in owed} == set(channels)


def _running_out(seconds: Iterable[float]) -> Callable[[], float]:
    """Return how much time is left when asked again and again; the last answer stays."""
    answers = list(seconds)
    return lambda: answers.pop(0) if len(answers) > 1 else answers[0]


@pytest.mark.usefixtures("small_chunks")
def test_turns_for_which_there_is_no_time_are_taken_by_the_next_refresh(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, site = _world()
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
    assert _hour(world, site) >= set(SOURCES) - done
    assert len(_hour(world, site)) < len(SOURCES) // 6


def test_what_is_left_is_told() -> None:
    world, _ = _world()
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
    world, site = _world()
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
    world, site = _world()
    broken, other = SOURCES[:2]
    world.publish(world.add(2, owner=broken))
    world.now = last_turn(Channel("source", broken), world.now) + DAY - timedelta(minutes=1)
    world.refresh()
    world.now += timedelta(minutes=2)
    _fails(world, broken)

    assert world.refresh()["channelsWaiting"]

    site.before_put = lambda _key: None
    world.publish(world.add(1, owner=other))
    assert broken in _hour(world, site)
    assert f"s/{broken}.html" in site.objects


def test_who_loses_against_another_refresh_leaves_its_note() -> None:
    world, site = _world()

    def overtake(key: str) -> None:
        if key == "turns.json":
            raise WriteConflict(key)

    site.before_put = overtake
    noted = site.objects["turns.json"]
    _hour(world, site, hours=3)

    assert site.objects["turns.json"] is noted


def test_whoever_forgets_the_turns_is_heard_though_they_were_forgotten_before() -> None:
    world, site = _world()
    forget_turns(world.run())
    world.now += HOUR

    def forget_beside(key: str) -> None:
        if key == f"s/{SOURCES[-1]}.html":
            site.before_put = lambda _key: None
            forget_turns(replace(world.run(), now=world.now + timedelta(minutes=1)))

    del site.objects[f"s/{SOURCES[-1]}.html"]
    site.before_put = forget_beside
    world.refresh()

    assert _hour(world, site) == set(SOURCES)


def test_after_a_refresh_that_was_overtaken_by_another_catalogue_every_channel_has_its_turn() -> None:
    world, site = _world()
    world.stored_catalogue = catalogue(*map(source, SOURCES[1:]))
    world.now += HOUR
    world.refresh()

    world.stored_catalogue = None
    assert _hour(world, site) == set(SOURCES)


def test_a_refresh_tells_in_the_site_up_to_when_turns_were_taken() -> None:
    world, site = _world()
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
    world, _ = _world()
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
