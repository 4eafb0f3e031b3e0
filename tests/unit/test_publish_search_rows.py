"""A row of search says what the article's rights allow, and goes with it."""

from __future__ import annotations

import pytest

from newswire.directives import Directives
from tests.support.publish_articles import make_article
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.search_files import (
    found_ids,
    listed_files,
    rows_of,
)


def test_a_row_says_what_a_list_shows_of_the_article() -> None:
    world = World()
    item = world.add(1, title="Harga beras turun", excerpt="kata " * 60)
    world.publish(item)

    (row,) = rows_of(world, "2026-01-02")

    excerpt = row.pop("excerpt")
    assert row == {
        "id": item.id,
        "title": "Harga beras turun",
        "owner": "harian",
        "category": "nasional",
        "listed": item.listed,
        "page": f"a/{item.slug}-{item.id}.html",
        "language": "id",
    }
    assert 100 < len(excerpt) <= 160


def test_an_article_without_a_page_has_its_headline_and_leads_to_its_publisher() -> None:
    world = World()
    item = world.add(1, "tribune")
    world.publish(item)

    (row,) = rows_of(world, "2026-01-02")

    assert row["link"] == item.url
    assert row["title"] == item.title
    assert not row.keys() & {"page", "excerpt", "image"}


@pytest.mark.parametrize(("asked", "longest"), [(12, 12), (0, 0)])
def test_what_the_page_asks_of_snippets_holds_for_search(asked: int, longest: int) -> None:
    world = World()
    item = world.store(make_article(world.catalogue, 1, "harian"), directives=Directives(max_snippet=asked))
    world.publish(item)

    (row,) = rows_of(world, "2026-01-02")

    assert len(row.get("excerpt", "")) <= longest
    assert ("page" in row) == bool(asked)


def test_an_owner_that_is_no_source_is_named_in_the_row() -> None:
    world = World(catalogue(source("warta", others="excerpt")))
    item = world.store(make_article(world.catalogue, 1, "@mingguan.example"))
    world.publish(item)

    (row,) = rows_of(world, "2026-01-02")

    assert row["owner"] == "@mingguan.example"
    assert row["name"] == item.owner.name


def test_hostile_text_stays_text_in_the_file() -> None:
    world = World()
    title = '</script><img src=x onerror="alert(1)">\u2028\x00'
    world.publish(world.add(1, title=title, slug="judul"))

    (row,) = rows_of(world, "2026-01-02")

    assert row["title"] == title.replace("\x00", "")


def test_a_retracted_article_leaves_within_the_run() -> None:
    world = World()
    items = [world.add(number) for number in range(3)]
    world.publish(*items)
    world.retract(items[1])

    world.publish(items[1])

    assert found_ids(world) == sorted([items[0].id, items[2].id])
    assert listed_files(world) == {"2026-01-02": 2}
    assert items[1].id not in world.site.text("search/2026-01-02.json")


def test_an_article_whose_page_is_not_there_is_not_found() -> None:
    world = World()
    item = world.add(1)
    world.archive.objects.clear()

    world.publish(item)

    assert found_ids(world) == []
