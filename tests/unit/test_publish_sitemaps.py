"""Sitemaps: an index and a file per day, each rewritten only when an article of that day changes."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from newswire.article import Image
from newswire.clock import instant
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

SCHEMAS = Path(__file__).parents[3] / "shared" / "schemas"


def _rows(world: World, key: str) -> dict[str, str | None]:
    root = etree.fromstring(world.site.objects[key].body)
    return {row[0].text or "": row[1].text if len(row) > 1 else None for row in root}


def _on(day: int) -> str:
    return instant(NOW - timedelta(days=day))


def test_days_are_those_on_which_articles_were_listed() -> None:
    world = World()
    today, before = world.add(1), world.add(2, listed=_on(1))

    world.publish(today, before)

    assert list(_rows(world, "sitemap.xml")) == [
        "https://kabar.example/sitemap-2026-01-01.xml",
        "https://kabar.example/sitemap-2026-01-02.xml",
        "https://kabar.example/sitemap-sections.xml",
    ]
    assert list(_rows(world, "sitemap-2026-01-01.xml")) == [
        f"https://kabar.example/a/{before.slug}-{before.id}.html"
    ]


def test_lastmod_is_when_the_content_changed_never_when_it_was_built() -> None:
    world = World()
    item = world.add(1, published="2026-01-02T17:00:00+07:00")
    world.publish(item)
    assert list(_rows(world, "sitemap-2026-01-02.xml").values()) == ["2026-01-02T10:00:00Z"]
    world.now += timedelta(hours=5)

    world.publish(world.revise(item, updated="2026-01-02T18:30:00+07:00"))

    assert list(_rows(world, "sitemap-2026-01-02.xml").values()) == ["2026-01-02T11:30:00Z"]
    assert (
        _rows(world, "sitemap.xml")["https://kabar.example/sitemap-2026-01-02.xml"] == "2026-01-02T11:30:00Z"
    )


def test_a_change_on_one_day_leaves_the_other_days_files_alone() -> None:
    world = World()
    items = [world.add(day, listed=_on(day)) for day in range(5)]
    world.publish(*items)
    del world.site.puts[:]

    world.publish(world.revise(items[2], updated=instant(NOW)))

    assert [key for key in world.site.puts if key.startswith("sitemap")] == [
        "sitemap-2025-12-31.xml",
        "sitemap.xml",
    ]


def test_a_day_is_not_read_whole_to_change_one_of_its_articles() -> None:
    world = World()
    items = [world.add(number) for number in range(400)]
    world.publish(*items)
    before = world.articles.calls["BatchGetItem"]

    world.publish(world.revise(items[399], updated=instant(NOW)))

    assert world.articles.calls["BatchGetItem"] - before <= 12
    assert len(_rows(world, "sitemap-2026-01-02.xml")) == 400


@pytest.mark.parametrize("rights", [{"display": "link"}, {"index": "noindex"}])
def test_what_may_not_be_indexed_or_has_no_page_is_in_no_sitemap(rights: dict[str, str]) -> None:
    world = World(catalogue(source("harian", **rights)))
    item = world.add(1)

    world.publish(item)

    assert list(_rows(world, "sitemap.xml")) == ["https://kabar.example/sitemap-sections.xml"]


def test_a_retracted_article_leaves_its_day_and_an_empty_day_leaves_the_index() -> None:
    world = World()
    item = world.add(1)
    world.publish(item)
    world.retract(item)

    world.publish(item)

    assert list(_rows(world, "sitemap.xml")) == ["https://kabar.example/sitemap-sections.xml"]
    assert item.id not in world.site.text("sitemap-2026-01-02.xml")


def test_the_sections_and_robots_txt_lead_machines_to_everything() -> None:
    world = World()
    world.refresh()

    sections = list(_rows(world, "sitemap-sections.xml"))
    assert sections[0] == "https://kabar.example/"
    assert {"https://kabar.example/c/nasional.html", "https://kabar.example/archive.html"} <= set(sections)
    assert "Sitemap: https://kabar.example/sitemap.xml" in world.site.text("robots.txt")


def test_a_row_names_the_articles_picture_where_the_owner_lets_us_show_it() -> None:
    world = World(catalogue(source("harian"), source("warta", images="none")))
    picture = Image("https://img.example/a.jpg?w=1&h=2")

    world.publish(world.add(1, "harian", images=(picture,)), world.add(2, "warta", images=(picture,)))

    root = etree.fromstring(world.site.objects["sitemap-2026-01-02.xml"].body)
    assert [one.text for one in root.iterfind(".//{*}image/{*}loc")] == [picture.url]


def test_sitemaps_follow_the_portal_to_a_new_address() -> None:
    world = World()
    first, second = world.add(1), world.add(2)
    world.publish(first)
    world.catalogue = catalogue(url="https://baru.example")

    world.publish(second)

    for key in ("sitemap.xml", "sitemap-2026-01-02.xml"):
        assert set(re.findall(r"https://(\w+)\.example", world.site.text(key))) == {"baru"}
    assert len(_rows(world, "sitemap-2026-01-02.xml")) == 2


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason=f"the protocol's schemas are not at {SCHEMAS}")
def test_every_sitemap_is_valid_by_the_protocols_schema() -> None:
    world = World()
    picture = Image("https://www.harian.example/a.jpg?w=1&h=2")
    items = [world.add(day, listed=_on(day), images=(picture,)) for day in range(3)]
    world.refresh()
    world.publish(*items)
    world.retract(items[0])
    world.publish(items[0])

    checked = 0
    for key, body in world.written().items():
        if not key.startswith("sitemap"):
            continue
        name = "index.xsd" if key == "sitemap.xml" else "all.xsd"
        etree.XMLSchema(etree.parse(SCHEMAS / name)).assertValid(etree.fromstring(body))
        checked += 1
    assert checked == 5
