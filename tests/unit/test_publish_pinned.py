"""Pinned articles lead the home page while they are carried, and change nothing else."""

from __future__ import annotations

import json
from dataclasses import replace

from lxml import html

from newswire.article import Image
from newswire.article_item import ArticleItem
from newswire.sources import Own
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

PICTURE = Image("https://www.harian.example/a.jpg", width=16, height=9)


def pin(made: World, *pinned: ArticleItem | str) -> None:
    ids = tuple(one if isinstance(one, str) else one.id for one in pinned)
    made.catalogue = replace(made.catalogue, own=Own(pinned=ids))


def titles(made: World, css_class: str) -> list[str]:
    (place,) = html.fromstring(made.site.text("index.html")).find_class(css_class)
    return [heading.text_content().strip() for heading in place.iter("h3")]


def filled(count: int) -> tuple[World, list[ArticleItem]]:
    made = World(catalogue())
    items = [made.add(number, images=(PICTURE,)) for number in range(1, count + 1)]
    assert made.publish(*items) == set()
    return made, items


def test_the_first_pinned_article_leads_and_the_others_stand_beside_it() -> None:
    made, items = filled(12)
    pin(made, items[8], items[5])
    made.refresh()
    assert titles(made, "lead") == [items[8].title]
    assert titles(made, "beside") == [items[5].title, items[0].title, items[1].title, items[2].title]
    shown = [heading.text_content() for heading in html.fromstring(made.site.text("index.html")).iter("h3")]
    assert len(set(shown)) == len(shown)


def test_an_article_older_than_all_that_home_lists_can_be_pinned_and_no_feed_lists_it_for_that() -> None:
    made, items = filled(400)
    oldest = items[-1]
    feeds = {
        key: body for key, body in made.written().items() if key.endswith(("feed.xml", "c/nasional.html"))
    }
    assert oldest.id not in made.site.text("feed.xml")
    pin(made, oldest)
    assert made.publish(items[0]) == set()
    assert titles(made, "lead") == [oldest.title]
    assert {key: made.written()[key] for key in feeds} == feeds


def test_pinned_articles_never_fill_the_place_of_newer_ones_in_a_feed() -> None:
    others = source("harian"), source("tribun", category="dunia")
    made = World(catalogue(source("warta"), *others))
    days_old = 2880  # minutes: a feed then lists the newest 50 and no more
    items = [made.add(days_old + number, "warta" if number < 5 else "harian") for number in range(200)]
    assert made.publish(*items) == set()
    made.catalogue = catalogue(source("warta", enabled=False), *others)
    pin(made, *items[-5:])
    new = made.add(days_old - 1, "tribun")
    assert made.publish(new) == set()
    listed = [item["id"].rpartition(":")[2] for item in json.loads(made.site.text("feed.json"))["items"]]
    assert listed == [new.id, *(item.id for item in items[5:54])]


def test_a_headline_can_be_pinned_too() -> None:
    made, items = filled(3)
    link = made.add(50, "tribune")
    made.publish(link)
    pin(made, link)
    made.publish(items[0])
    assert titles(made, "lead") == [link.title]


def test_a_pinned_article_that_goes_is_pinned_no_more() -> None:
    made, items = filled(6)
    pin(made, items[4])
    made.refresh()
    assert titles(made, "lead") == [items[4].title]
    made.retract(items[4])
    assert made.publish(items[4]) == set()
    assert titles(made, "lead") == [items[0].title]
    assert items[4].title not in made.site.text("index.html")


def test_home_never_names_a_pinned_page_that_is_not_there_yet() -> None:
    made, items = filled(6)
    new = made.add(60, title="Belum terbit")
    pin(made, new)
    assert made.publish(items[0]) == set()
    assert "Belum terbit" not in made.site.text("index.html")
    assert made.publish(new) == set()
    assert titles(made, "lead") == ["Belum terbit"]


def test_an_unknown_id_is_passed_over() -> None:
    made, items = filled(3)
    pin(made, "a" * 16)
    made.refresh()
    assert titles(made, "lead") == [items[0].title]


def test_a_run_that_pins_an_article_while_another_retracts_it_does_not_bring_it_back() -> None:
    made, items = filled(400)
    oldest = made.add(500, "tribune")  # a headline: there is no page whose notice would tell
    assert made.publish(oldest) == set()
    pin(made, oldest)
    late = made.beside()

    def retract_meanwhile() -> None:
        made.articles.after_get = lambda: None
        made.retract(oldest)
        # The other run finds the article in no list, and so leaves no mark that would stop the late one.
        before = dict(made.site.objects)
        assert made.beside().publish(oldest) == set()
        assert made.site.objects["index.html"] is before["index.html"]

    made.articles.after_get = retract_meanwhile
    assert late.publish(items[0]) == set()
    assert oldest.title not in made.site.text("index.html")


def test_pinned_or_not_home_is_that_of_one_clean_rebuild() -> None:
    made, items = filled(80)
    pin(made, items[70], items[3])
    made.refresh()
    assert made.rebuilt().site.text("index.html") == made.site.text("index.html")
