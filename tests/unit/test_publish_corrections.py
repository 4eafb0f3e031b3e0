"""What publishers corrected or withdrew: on the article, and on a page of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from lxml import html

from functions.publish.changes import Change
from functions.publish.correction_writing import MEMORY
from functions.publish.corrections import MOST_ROWS, PAGE
from functions.publish.publishing import publish
from newswire.article_history import Edit
from newswire.article_item import ArticleItem
from newswire.clock import instant
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

HEADLINE = Edit(
    2, instant(NOW), "articles/x/y.json", ("title", "text"), 1200, 1, "f" * 16, "Judul salah", "x", True
)


def corrected(world: World, item: ArticleItem, minutes: int = 0, **changes: Any) -> ArticleItem:
    """Return an article that was corrected so many minutes after ``NOW``; ``changes`` are the edit's."""
    at = instant(NOW + timedelta(minutes=minutes))
    edit = replace(HEADLINE, at=at, **changes)
    history = (*item.history, edit)
    return world.revise(item, revised=at, revision=item.revision + 1, history=history)


def rows(world: World) -> list[str]:
    """Return the rows of the page as they are read."""
    tree = html.fromstring(world.site.text(PAGE))
    return [" ".join(row.text_content().split()) for row in tree.xpath("//section[@class='amended']//li")]


def withdraw(world: World, item: ArticleItem) -> None:
    stone = world.retract(item)
    assert publish(world.run(), {stone.id: Change(stone.id, stone.slug)}) == set()


def test_a_fresh_portal_has_the_page_and_every_page_leads_to_it() -> None:
    world = World()
    world.refresh()

    assert "Tidak ada koreksi dalam 90 hari terakhir." in world.site.text(PAGE)
    assert '<a href="/corrections.html">Koreksi</a>' in world.site.text("index.html")
    assert "https://kabar.example/corrections.html" in world.site.text("sitemap-sections.xml")


def test_a_correction_is_told_on_the_article_and_on_the_page_with_when_what_and_by_whom() -> None:
    world = World()
    item = world.add(1)
    world.publish(item)
    world.publish(corrected(world, item))

    said = "Dikoreksi oleh Harian: judul, isi (1.200 kata ditambahkan, 1 kata dihapus)"
    (row,) = rows(world)
    assert row == f"{item.title} {said} Harian 2 Jan 2026, 19.00"
    (shown,) = html.fromstring(world.page(item)).xpath("//ul[@class='corrections']/li")
    assert shown.text_content() == f"Jumat, 2 Januari 2026, 19.00 WIB {said}"
    assert f'href="/a/{item.slug}-{item.id}.html"' in world.site.text(PAGE)
    assert (
        'href="/corrections.html"'
        in html.tostring(html.fromstring(world.page(item)).find_class("all")[0]).decode()
    )


def test_numbers_are_said_as_english_says_them() -> None:
    world = World(catalogue(source("harian", language="en"), language="en"))
    item = world.add(1)
    world.publish(corrected(world, item))

    assert "Corrected by Harian: headline, text (1,200 words added, 1 word removed)" in rows(world)[0]


def test_what_was_wrong_is_not_said_again() -> None:
    world = World()
    world.publish(corrected(world, world.add(1)))

    assert not [key for key, body in world.written().items() if b"Judul salah" in body]


def test_a_revision_that_is_no_correction_is_not_told_as_one() -> None:
    world = World()
    item = world.add(1)
    edit = replace(HEADLINE, fields=("text", "origin"), correction=False)
    world.publish(world.revise(item, revision=2, history=(edit,)))

    assert rows(world) == []
    assert "Dikoreksi" not in world.page(item)


def test_of_a_withdrawn_article_only_the_publisher_and_the_day_are_told() -> None:
    world = World()
    item = world.add(1, title="Judul yang ditarik")
    stranger = world.add(2, "@lain.example")
    world.publish(item, stranger)
    withdraw(world, item)
    withdraw(world, stranger)

    assert sorted(rows(world)) == [
        "Sebuah artikel telah ditarik oleh Harian.",
        "Sebuah artikel telah ditarik oleh lain.example.",
    ]
    page = world.site.text(PAGE)
    assert not [key for key in (PAGE, MEMORY) if item.id in world.site.text(key)]
    assert "Jumat, 2 Januari 2026" in page
    assert "ditarik-" not in page
    assert "yang ditarik" not in page


def test_a_withdrawn_article_takes_its_own_correction_off_the_page() -> None:
    world = World()
    item = world.add(1)
    item = corrected(world, item)
    world.publish(item)
    world.now += timedelta(hours=1)
    withdraw(world, item)

    assert rows(world) == ["Sebuah artikel telah ditarik oleh Harian."]


def test_the_page_names_no_article_that_may_not_be_shown_and_links_a_headline_to_its_publisher() -> None:
    world = World()
    shown, hidden = world.add(1, "tribune"), world.add(2, "@lain.example", via={})
    world.publish(corrected(world, shown), corrected(world, hidden, 1))

    (row,) = rows(world)
    assert row.startswith(shown.title)
    assert f'<a href="{shown.url}">' in world.site.text(PAGE)


def test_a_source_that_is_switched_off_leaves_the_page_and_comes_back_to_it() -> None:
    world = World(catalogue(source("harian"), source("warta")))
    items = [corrected(world, world.add(1)), corrected(world, world.add(2, "warta"))]
    world.publish(*items)
    both, everything = world.catalogue, rows(world)
    world.catalogue = catalogue(source("harian"), source("warta", enabled=False))
    world.refresh()
    assert [row for row in rows(world) if "Warta" in row] == []
    assert len(rows(world)) == 1

    world.catalogue = both
    world.refresh()
    world.publish(*items)

    assert rows(world) == everything


def test_only_the_newest_hundred_are_told_newest_first() -> None:
    world = World()
    items = [corrected(world, world.add(number), minutes=number % 7) for number in range(MOST_ROWS + 5)]
    world.publish(*items)

    newest = sorted(items, key=lambda item: (item.revised or "", item.id), reverse=True)[:MOST_ROWS]
    assert [row["key"] for row in json.loads(world.site.text(MEMORY))["articles"]] == [
        one.id for one in newest
    ]
    assert [row.split(" Dikoreksi")[0] for row in rows(world)] == [one.title for one in newest]


def test_after_ninety_days_a_row_leaves_with_no_new_article() -> None:
    world = World()
    world.publish(corrected(world, world.add(1)), corrected(world, world.add(2), minutes=30))
    assert len(rows(world)) == 2

    world.now += timedelta(days=90, minutes=10)
    world.refresh()

    assert len(rows(world)) == 1


@pytest.mark.parametrize("order", [1, -1])
def test_the_page_and_its_memory_are_those_of_a_rebuild_whatever_the_order(order: int) -> None:
    world = World()
    items = [corrected(world, world.add(number), number % 5) for number in range(MOST_ROWS + 20)]
    for start in range(0, len(items), 30):
        world.publish(*items[::order][start : start + 30])
    world.now += timedelta(hours=1)
    # What is withdrawn stays a row, so nothing that fell off the page has to come back.
    for item in items[:3]:
        withdraw(world, item)
    world.publish(corrected(world, items[7], 40))

    rebuilt = world.rebuilt()
    for key in (PAGE, MEMORY):
        assert rebuilt.site.text(key) == world.site.text(key)


def test_changes_that_correct_nothing_read_two_objects_and_write_none() -> None:
    world = World()
    world.publish(corrected(world, world.add(1)))
    plain = world.add(2)
    before = world.site.puts.count(PAGE), world.site.puts.count(MEMORY)
    world.publish(plain)
    world.publish(world.revise(plain, title="Lain"))
    world.refresh()

    assert (world.site.puts.count(PAGE), world.site.puts.count(MEMORY)) == before


def test_two_runs_at_once_lose_no_correction() -> None:
    world = World()
    one, other = corrected(world, world.add(1)), corrected(world, world.add(2), 1)
    interfered: list[str] = []

    def interfere(key: str) -> None:
        if key == MEMORY and not interfered:
            interfered.append(key)
            assert world.beside().publish(other) == set()

    world.site.before_put = interfere
    assert world.publish(one) == set()

    assert interfered
    assert [row.split(" Dikoreksi")[0] for row in rows(world)] == [other.title, one.title]


def test_an_article_whose_page_is_not_there_yet_is_not_linked() -> None:
    world = World()
    listed = corrected(world, world.add(1))
    world.publish(listed)
    key = f"a/{listed.slug}-{listed.id}.html"
    early = corrected(world, world.add(2), 5)
    seen: list[bool] = []

    def look(written: str) -> None:
        if written == PAGE and early.id in world.site.text(PAGE):
            seen.append(f"a/{early.slug}-{early.id}.html" in world.site.objects)

    world.site.after_put = look
    world.publish(early)

    assert key in world.site.objects
    assert seen == [True]


def test_an_unreadable_memory_is_written_anew_by_what_changes() -> None:
    world = World()
    item = corrected(world, world.add(1))
    world.publish(item)
    stored = world.site.objects[MEMORY]
    world.site.objects[MEMORY] = replace(stored, body=b"{", etag='"x"')

    world.publish(item)

    assert len(rows(world)) == 1
    assert json.loads(world.site.text(MEMORY))["articles"]
