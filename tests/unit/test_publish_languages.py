"""Channels by language: the primary subtag decides, and a revision may move an article."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.publish.changes import read_batch
from functions.publish.channels import Placement, channels_of, languages
from functions.publish.publishing import publish_batch
from newswire.article_item import ArticleItem
from tests.support.publish_catalogues import catalogue, portal, source
from tests.support.publish_world import World


def two_languages() -> World:
    return World(catalogue(source("harian"), source("tribune", language="en", category="dunia")))


def titles(world: World, language: str) -> list[str]:
    return [item["title"] for item in json.loads(world.site.text(f"l/{language}/feed.json"))["items"]]


def record(old: ArticleItem | None, new: ArticleItem) -> dict[str, Any]:
    def image(item: ArticleItem) -> dict[str, Any]:
        return {name: {"S": value} for name, value in item.to_item().items() if isinstance(value, str)}

    images = {"NewImage": image(new), **({"OldImage": image(old)} if old else {})}
    return {"dynamodb": {"SequenceNumber": "1", **images}}


def test_there_is_a_channel_for_each_language_of_the_sources() -> None:
    sources = catalogue(source("a", language="id"), source("b", language="ban"), source("c", language="id"))
    assert languages(sources) == ("id", "ban")


def test_articles_are_listed_under_their_own_language_not_their_sources() -> None:
    world = two_languages()
    items = [
        world.add(1, title="Satu"),
        world.add(2, title="Two", language="en-GB"),
        world.add(3, "tribune", title="Three"),
        world.add(4, title="Tak dikenal", language=None),
        world.add(5, title="Fünf", language="de"),
    ]
    assert world.publish(*items) == set()
    assert titles(world, "id") == ["Satu"]
    assert titles(world, "en") == ["Two", "Three"]
    assert world.rebuilt().written()["l/en/feed.json"] == world.written()["l/en/feed.json"]


def test_a_revision_in_another_language_leaves_one_channel_for_the_other() -> None:
    world = two_languages()
    before = world.add(1, title="Satu")
    publish_batch(world.run(), [record(None, before)])
    assert (titles(world, "id"), titles(world, "en")) == (["Satu"], [])

    after = world.revise(before, title="One", language="en")
    assert publish_batch(world.run(), [record(before, after)]) == {"batchItemFailures": []}
    assert (titles(world, "id"), titles(world, "en")) == ([], ["One"])


def test_a_record_says_the_language_before_and_after_its_change() -> None:
    world = two_languages()
    before = world.add(1)
    after = world.revise(before, language="en-US")
    (change,) = read_batch([record(before, after)]).changes.values()
    assert {place.language for place in change.placements} == {"id", "en"}
    channels = channels_of(change.placements, world.catalogue)
    assert {"l/id.html", "l/en.html"} <= {channel.page for channel in channels}


def test_a_record_without_a_language_is_listed_under_none() -> None:
    world = two_languages()
    item = world.add(1, language=None)
    (change,) = read_batch([record(None, item)]).changes.values()
    assert change.placements == {Placement("harian", "nasional", item.listed)}


@pytest.mark.parametrize(
    ("portal_language", "title"),
    [("id", "Berita berbahasa Inggris"), ("en", "News in English")],
)
def test_a_language_page_is_titled_in_the_portals_language(portal_language: Any, title: str) -> None:
    world = two_languages()
    world.catalogue = catalogue(*world.catalogue.sources, language=portal_language)
    world.refresh()
    page = world.site.text("l/en.html")
    assert f"<h1>{title}</h1>" in page
    assert f'<a href="/l/en.html" aria-current="page">{title}</a>' in page
    for name, kind in (("feed.xml", "rss+xml"), ("atom.xml", "atom+xml"), ("feed.json", "feed+json")):
        assert f'type="application/{kind}" title="{title} – {portal().name}" href="/l/en/{name}">' in page
    assert "<language>en</language>" in world.site.text("l/en/feed.xml")
    assert "https://kabar.example/l/en.html" in world.site.text("sitemap-sections.xml")


def test_a_portal_of_one_language_has_no_second_list_of_all_its_articles() -> None:
    world = World(catalogue(source("harian")))
    world.publish(world.add(1))
    world.refresh()
    assert "/l/id.html" not in world.site.text("index.html")
    assert not [key for key in world.written() if key.startswith("l/")]
