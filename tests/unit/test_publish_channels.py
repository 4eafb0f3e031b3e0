"""Which lists an article stands in, and how long."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lxml import html

from functions.publish.channels import Channel, Place, Placement, all_channels, channels_of, place_for
from newswire.article import Image
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue
from tests.support.publish_world import World


def test_an_article_touches_the_portal_its_category_and_its_owner() -> None:
    place = Placement("harian", "ekonomi", "2026-01-02T10:00:00Z")

    channels = channels_of([place], catalogue())

    assert [channel.page for channel in channels] == ["index.html", "c/ekonomi.html", "s/harian.html"]


def test_an_owner_that_is_no_source_has_no_channel() -> None:
    place = Placement("@lain.example", "nasional", "2026-01-02T10:00:00Z")

    assert [channel.page for channel in channels_of([place], catalogue())] == [
        "index.html",
        "c/nasional.html",
    ]


def test_the_keys_of_a_channel_are_the_portals_addresses() -> None:
    assert [channel.feed("xml") for channel in all_channels(catalogue())] == [
        "feed.xml",
        "c/nasional/feed.xml",
        "c/ekonomi/feed.xml",
        "c/dunia/feed.xml",
        "s/harian/feed.xml",
        "s/warta/feed.xml",
        "s/tribune/feed.xml",
        "l/id/feed.xml",
        "l/en/feed.xml",
    ]
    assert Channel("source", "harian").feed("json") == "s/harian/feed.json"
    assert Channel("language", "id").atom == "l/id/atom.xml"
    assert Channel("language", "id").page == "l/id.html"


@pytest.mark.parametrize(
    ("count", "listed", "seen", "place"),
    [
        (0, 999, 999, Place.TAKE),
        (49, 999, 999, Place.TAKE),
        (50, 25, 25, Place.PASS),
        (50, 97, 97, Place.FULL),
        (50, 23, 23, Place.TAKE),
        (50, 90, 20, Place.TAKE),  # published three days ago, and here since today
        (299, 1, 1, Place.TAKE),
        (300, 0, 0, Place.FULL),
    ],
)
def test_a_channel_holds_what_is_new_to_it_and_at_least_fifty_and_at_most_three_hundred(
    count: int, listed: int, seen: int, place: Place
) -> None:
    hours = (NOW - timedelta(hours=listed), NOW - timedelta(hours=seen))
    assert place_for(count, *hours, NOW) is place


def test_a_feed_stays_below_one_mebibyte() -> None:
    world = World()
    long = "<p>" + "Kalimat yang panjang sekali. " * 1500 + "</p>"
    world.publish(*[world.add(number, html=long) for number in range(40)])

    feed = world.site.objects["feed.xml"].body

    assert 900_000 < len(feed) <= 1024 * 1024
    for key in ("feed.json", "atom.xml"):
        assert len(world.site.objects[key].body) <= 1024 * 1024


def test_one_overlong_article_shows_its_excerpt_and_crowds_nobody_out() -> None:
    world = World()
    monster = world.add(1, html="<p>" + "x" * 400_000 + "</p>", excerpt="Ringkasan raksasa.")
    world.publish(monster, *[world.add(number) for number in range(2, 6)])

    feed = world.site.text("feed.xml")

    assert feed.count("<item>") == 5
    assert "Ringkasan raksasa." in feed
    assert "x" * 1000 not in feed
    assert "x" * 1000 in world.page(monster)


def test_a_channels_page_is_led_by_its_newest_article_whose_picture_alone_comes_at_once() -> None:
    world = World()
    picture = Image("https://www.harian.example/foto.jpg", width=1280, height=720)
    items = [world.add(number, images=(picture,)) for number in range(1, 4)]
    world.refresh()
    assert world.publish(*items) == set()

    for key in ("c/nasional.html", "s/harian.html"):
        page = html.fromstring(world.site.text(key))
        leading = [card.get("class", "").split()[-1] == "leading" for card in page.find_class("card")]
        pictures = [one.get("loading", one.get("fetchpriority")) for one in page.xpath("//main//img")]
        assert leading == [True, False, False]
        assert pictures == ["high", "lazy", "lazy"]
    day = html.fromstring(world.site.text("d/2026-01-02.html"))
    assert day.find_class("leading") == []
