"""Channels that nothing touches are looked at once a day, a share of them at each refresh."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.publish.channel_turns import Turns, last_turn
from functions.publish.channels import Channel, all_channels
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.watched_lists import DAY, HOUR, SOURCES, an_hour, watched_world


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
    world, site = watched_world()

    looks = [an_hour(world, site) for _ in range(24)]

    assert Counter(one for hour in looks for one in hour) == dict.fromkeys(SOURCES, 1)
    assert max(map(len, looks)) <= len(SOURCES) // 6


def test_refreshes_that_did_not_come_are_made_up_for_by_the_next_one() -> None:
    world, site = watched_world()
    hourly, _ = watched_world()

    missed = an_hour(world, site, hours=5)
    in_time = [an_hour(hourly, hourly.site) for _ in range(5)]  # type: ignore[arg-type]  # it is watched

    assert missed == set().union(*in_time)
    assert an_hour(world, site, hours=30) == set(SOURCES)


def test_a_channel_that_lost_an_output_has_it_again_within_a_day() -> None:
    world, site = watched_world()
    before = world.written()
    lost = [key for name in SOURCES[::7] for key in (f"s/{name}.html", f"s/{name}/atom.xml")]
    for key in lost:
        del site.objects[key]

    for _ in range(24):
        an_hour(world, site)

    after = world.written()
    assert {key: body for key, body in after.items() if key != "turns.json"} == {
        key: body for key, body in before.items() if key != "turns.json"
    }


def test_the_lists_of_the_portal_categories_and_languages_are_looked_at_at_every_refresh() -> None:
    world, site = watched_world()
    world.catalogue = catalogue(source(SOURCES[0]), source(SOURCES[1], language="en"))
    world.refresh()
    common = [one for one in all_channels(world.catalogue) if one.kind != "source"]
    assert {one.kind for one in common} == {"portal", "category", "language"}
    for channel in common:
        del site.objects[channel.page]

    an_hour(world, site)

    assert all(channel.page in site.objects for channel in common)


def test_a_channel_that_the_newest_articles_touch_is_looked_at_at_every_refresh() -> None:
    world, site = watched_world()
    world.publish(world.add(1, owner=SOURCES[5]))

    assert all(SOURCES[5] in an_hour(world, site) for _ in range(6))


def test_under_another_edition_every_channel_has_its_turn_at_once() -> None:
    world, site = watched_world()

    world.edition = "2"
    assert an_hour(world, site) == set(SOURCES)

    assert len(an_hour(world, site)) < len(SOURCES) // 6


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
    world, site = watched_world()
    site.objects["turns.json"] = replace(site.objects["turns.json"], body=body)

    assert an_hour(world, site) == set(SOURCES)


def test_a_note_of_a_moment_without_a_zone_stops_no_refresh() -> None:
    world, site = watched_world()
    body = site.objects["turns.json"].body.replace(b"Z", b"")
    site.objects["turns.json"] = replace(site.objects["turns.json"], body=body)

    an_hour(world, site)

    assert json.loads(site.text("turns.json"))["until"] == "2026-01-02T13:00:00.000Z"


def test_a_note_from_the_time_to_come_counts_for_nothing() -> None:
    channels = all_channels(catalogue())

    owed = Turns("1", NOW + HOUR).owed(channels, "1", NOW)

    assert {channel for _, channel in owed} == set(channels)
