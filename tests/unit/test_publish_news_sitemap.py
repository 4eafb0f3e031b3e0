"""The news sitemap: two days, a thousand rows, only what a news search may list."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from functions.publish import news_sitemap
from newswire.article_item import ArticleItem
from newswire.clock import instant
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

SCHEMAS = Path(__file__).parents[3] / "shared" / "schemas"
NAMESPACES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}


def _rows(world: World) -> list[dict[str, str]]:
    root = etree.fromstring(world.site.objects["news.xml"].body)
    return [
        {etree.QName(one).localname: one.text or "" for one in row.iter() if not len(one)}
        for row in root.findall("s:url[n:news]", NAMESPACES)
    ]


def _address(item: ArticleItem) -> str:
    return f"https://kabar.example/a/{item.slug}-{item.id}.html"


def test_a_row_says_what_a_news_search_asks_for() -> None:
    world = World()
    item = world.add(1, title="Panen & <raya>", language="id-ID")

    world.publish(item)

    assert _rows(world) == [
        {
            "loc": _address(item),
            "name": "Kabar Nusantara",
            "language": "id",
            "publication_date": "2026-01-02T11:59:00Z",
            "title": "Panen & <raya>",
        }
    ]


@pytest.mark.parametrize("index", ["noindex", "noindex-news"])
def test_only_what_a_news_search_may_index_is_listed(index: str) -> None:
    world = World(catalogue(source("harian", index=index), source("warta", display="link")))

    world.publish(world.add(1, "harian"), world.add(2, "warta"))

    assert _rows(world) == []


def test_a_row_leaves_two_days_after_its_publication_without_a_new_article() -> None:
    world = World()
    items = [world.add(hours, listed=instant(NOW - timedelta(hours=hours))) for hours in (1, 30)]
    world.publish(*items)
    assert len(_rows(world)) == 2

    world.now += timedelta(hours=19)
    world.refresh()

    assert [row["loc"] for row in _rows(world)] == [_address(items[0])]


def test_a_retracted_article_leaves_and_a_correction_keeps_the_first_publication() -> None:
    world = World()
    gone, corrected = world.add(1), world.add(2)
    world.publish(gone, corrected)

    world.retract(gone)
    revised = world.revise(corrected, title="Judul baru", updated="2026-01-02T19:30:00+07:00")
    world.publish(gone, revised)

    assert [(row["title"], row["publication_date"]) for row in _rows(world)] == [
        ("Judul baru", "2026-01-02T11:58:00Z")
    ]


def test_the_newest_are_listed_and_a_free_place_is_taken_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news_sitemap, "MOST_ROWS", 5)
    world = World()
    items = [world.add(number) for number in range(9)]
    world.publish(*items[4:])
    world.publish(*items[:4])
    assert [row["loc"] for row in _rows(world)] == [_address(item) for item in items[:5]]

    for item in items[1:3]:
        world.retract(item)
    world.publish(*items[1:3])

    assert [row["loc"] for row in _rows(world)] == [_address(items[number]) for number in (0, 3, 4, 5, 6)]
    assert world.rebuilt().site.text("news.xml") == world.site.text("news.xml")


def test_an_article_that_is_withdrawn_while_it_moves_up_leaves_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(news_sitemap, "MOST_ROWS", 5)
    world = World()
    items = [world.add(number) for number in range(9)]
    world.publish(*items)
    world.retract(items[1])
    beside = world.beside()

    def withdraw(key: str) -> None:
        if key == "news.xml":
            world.site.before_put = lambda _key: None
            beside.retract(items[5])
            beside.publish(items[5])

    world.site.before_put = withdraw
    world.publish(items[1])

    assert [row["loc"] for row in _rows(world)] == [_address(items[number]) for number in (0, 2, 3, 4, 6)]


def test_a_late_arrival_takes_no_place_that_a_newer_article_waits_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(news_sitemap, "MOST_ROWS", 5)
    world = World()
    items = [world.add(number) for number in range(6)]
    world.publish(*items)
    late = world.add(8)
    world.retract(items[2])

    world.publish(items[2], late)

    assert [row["loc"] for row in _rows(world)] == [_address(items[number]) for number in (0, 1, 3, 4, 5)]


def test_the_file_is_valid_with_news_and_without() -> None:
    schema = SCHEMAS / "sitemap-xsd" / "sitemap-news.xsd"
    if not schema.exists():
        pytest.skip(f"{schema} is not there")
    both = etree.XMLSchema(etree.parse(SCHEMAS / "all.xsd"))
    world = World()
    world.refresh()
    both.assertValid(etree.fromstring(world.site.objects["news.xml"].body))

    world.publish(*[world.add(number, title=f"Judul & <{number}>") for number in range(3)])

    both.assertValid(etree.fromstring(world.site.objects["news.xml"].body))
