"""What stands in one field of an article costs that article at most, and lends it nobody else's name."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from lxml import html

from newswire.article import Image
from newswire.article_item import ArticleItem, Copy, Via
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

BLANK = ["", " ", "\u200b", "\x00", "\u3164\u2800"]
OVERRIDE, EMBEDDING, ISOLATE, POP, POP_ISOLATE = "\u202e", "\u202b", "\u2067", "\u202c", "\u2069"


def _with_title(world: World, title: str) -> ArticleItem:
    item = replace(world.add(2), title=title)
    world.articles.save(item)
    return item


@pytest.mark.parametrize("title", BLANK)
def test_an_article_without_a_headline_is_left_out_and_the_portal_goes_on(title: str) -> None:
    world = World()
    bare = _with_title(world, title)
    assert world.publish(world.add(1), bare) == set()
    assert world.publish(world.add(3)) == set()
    assert not [key for key, body in world.written().items() if bare.id in key or bare.id in body.decode()]
    assert ("article left out", bare.id) in [(line, said["article_id"]) for line, said in world.log.lines]


def unowned(world: World, name: str, number: int = 1) -> ArticleItem:
    """Return an article of a site that is no source and goes by that name."""
    via = {"feed": Via("harian", "https://www.harian.example/rss.xml", "2026-01-02T11:00:00Z")}
    item = world.add(number, "@lain.example", via=via)
    item = replace(item, owner=replace(item.owner, name=name))
    world.articles.save(item)
    return item


def _carrying() -> World:
    return World(
        catalogue(
            source("harian", name="Harian Pagi", others="excerpt"),
            source("tempo", name="Tempo", homepage="https://www.tempo.example", enabled=False),
        )
    )


@pytest.mark.parametrize(
    "name",
    [
        "Harian Pagi",
        "HARIAN-PAGI",
        "harian.example",
        "Harian\u200b Pagi",
        "Hari\u0430n P\u0430gi",  # Cyrillic a
        "\u0422\u0435\u043c\u0440\u043e",  # Tempo, all of it Cyrillic
        "Ｔｅｍｐｏ",
        "Te\u0301mpo\u0307",
        "Temp0",
        "Kabar Nusantara",
    ],
)
def test_a_site_that_goes_by_anothers_name_is_credited_by_its_domain(name: str) -> None:
    world = _carrying()
    item = unowned(world, name)
    assert world.publish(item) == set()
    (one,) = json.loads(world.site.text("feed.json"))["items"]
    assert one["_newswire"]["owner"]["name"] == "lain.example"
    assert "merupakan milik lain.example" in html.fromstring(world.page(item)).text_content()
    assert not [
        key for key in world.written() if key.startswith("a/") and name in world.site.text(key)[900:]
    ] or (name == "Kabar Nusantara")


@pytest.mark.parametrize("name", ["Harian Pagi Jogja", "Pagi", "Kabar Lain"])
def test_a_site_with_a_name_of_its_own_keeps_it(name: str) -> None:
    world = _carrying()
    world.publish(unowned(world, name))
    assert json.loads(world.site.text("feed.json"))["items"][0]["_newswire"]["owner"]["name"] == name


def test_a_site_that_has_become_a_source_keeps_its_name_in_what_came_before() -> None:
    world = World(
        catalogue(
            source("harian", others="excerpt"),
            source("lain", name="Kabar Lain", homepage="https://www.lain.example"),
        )
    )
    world.publish(unowned(world, "Kabar Lain"))
    assert json.loads(world.site.text("feed.json"))["items"][0]["_newswire"]["owner"]["name"] == "Kabar Lain"


@pytest.mark.parametrize("control", [OVERRIDE, EMBEDDING, ISOLATE, POP, POP_ISOLATE])
def test_no_field_turns_around_what_stands_beside_it(control: str) -> None:
    """UAX #9: what an embedding, override or isolate leaves open holds to the end of the paragraph."""
    world = _carrying()
    first = unowned(world, f"{control}Kabar Lain")
    second = world.add(2)
    second = replace(
        second,
        title=f"Judul {control}terbalik",
        authors=(f"Siti {control}Rahma",),
        tags=(f"ekonomi{control}",),
        excerpt=f"Kutipan {control}pertama.",
        image=Image("https://www.harian.example/a.jpg", f"{control}alt", f"{control}caption"),
        copy=Copy(f"{control}Situs", "canonical"),
    )
    world.articles.save(second)
    assert world.publish(first, second) == set()
    assert [key for key, body in world.written().items() if control in body.decode()] == []
    assert "Judul terbalik" in world.site.text("feed.xml")


def test_directions_that_a_field_closes_itself_are_kept() -> None:
    world = World()
    title = f"Kata {ISOLATE}{EMBEDDING}arab{POP}{POP_ISOLATE} di dalam"
    world.publish(_with_title(world, title))
    assert title in world.site.text("feed.xml")


def test_a_site_that_carries_a_copy_goes_by_no_other_name_either() -> None:
    world = _carrying()
    item = replace(world.add(1), url="https://lain.example/1", copy=Copy("TEMPO", "canonical"))
    world.articles.save(item)
    world.publish(item)
    assert "Baca di lain.example, yang memuat ulang artikel Harian Pagi" in world.page(item)
