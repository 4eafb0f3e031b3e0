"""What the original's page asks of robots is obeyed in every output, whatever the source allows."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from lxml import html

from functions.publish.channel_rendering import archive_moment as rendered_moment
from functions.publish.due_articles import OVERLAP
from functions.publish.rights import terms_for
from newswire.article import Image
from newswire.article_item import ArticleItem, Via
from newswire.clock import instant
from newswire.directives import Directives
from newswire.due_changes import archive_moment
from tests.support.publish_articles import NOW, item_of, make_article
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

SECRET = "Rahasia seluruh isi artikel ini."
EXCERPT = "Kutipan yang boleh tampil, kata demi kata, sampai habis semuanya."
PICTURE = Image("https://www.harian.example/foto.jpg", width=800, height=600)
FEEDS = ("feed.xml", "c/nasional/feed.xml", "s/harian/feed.xml")
MEMORIES = ("feed.json", "c/nasional/feed.json", "s/harian/feed.json")
LISTS = ("index.html", "c/nasional.html", "s/harian.html")


def published(asked: Directives | None = None, **settings: Any) -> tuple[World, ArticleItem]:
    """Return a world in which the only article is published under these settings and directives."""
    world = World(catalogue(source("harian", **settings)))
    article = make_article(
        world.catalogue,
        1,
        "harian",
        html=f'<p>{SECRET}</p><p><img src="https://www.harian.example/isi.jpg" alt=""></p>',
        excerpt=EXCERPT,
        images=(PICTURE,),
    )
    item = world.store(article, directives=asked or Directives())
    world.publish(item)
    return world, item


def address(item: ArticleItem) -> str:
    return f"https://kabar.example/a/{item.slug}-{item.id}.html"


def listed(world: World, item: ArticleItem) -> bool:
    return address(item) in world.site.text(f"sitemap-{item.listed[:10]}.xml")


def day_of(world: World, item: ArticleItem) -> str:
    return rendered_moment(world.catalogue.portal, item.listed)[:10]


def robots_of(page: str) -> list[str]:
    return list(html.fromstring(page).xpath("//meta[@name='robots']/@content"))


def everywhere(world: World) -> str:
    """Return all that readers and machines are given."""
    return "\n".join(body.decode() for key, body in world.written().items() if not key.startswith("static/"))


def items_of(world: World, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(world.site.text(key))["items"]
    return found


@pytest.mark.parametrize(
    ("display", "whole", "excerpt", "own_page"),
    [("full", True, True, True), ("excerpt", False, True, True), ("link", False, False, False)],
)
def test_a_sources_display_holds_in_every_output(
    display: str, whole: bool, excerpt: bool, own_page: bool
) -> None:
    world, item = published(display=display)
    shown = everywhere(world)
    assert (SECRET in shown) is whole
    assert (EXCERPT in shown) is excerpt
    assert (f"a/{item.slug}-{item.id}.html" in world.site.objects) is own_page
    for key in FEEDS:
        assert (SECRET in world.site.text(key)) is whole
        assert (address(item) in world.site.text(key)) is own_page
    for key in MEMORIES:
        (one,) = items_of(world, key)
        assert (SECRET in one["content_html"], "summary" in one) == (whole, excerpt)
        assert one["url"] == (address(item) if own_page else item.url)
        assert "https://www.harian.example" in one["external_url"]
    assert all(item.title in world.site.text(key) for key in LISTS)
    assert (address(item) in everywhere(world)) is own_page


@pytest.mark.parametrize(
    ("index", "asked", "in_sitemap", "robots"),
    [
        ("index", Directives(), True, []),
        ("noindex-news", Directives(), True, []),
        ("noindex", Directives(), False, ["noindex"]),
        ("index", Directives(noindex=True), False, ["noindex"]),
        ("noindex-news", Directives(noindex=True), False, ["noindex"]),
    ],
)
def test_what_must_not_be_indexed_says_so_and_stands_in_no_sitemap(
    index: str, asked: Directives, in_sitemap: bool, robots: list[str]
) -> None:
    world, item = published(asked, index=index)
    page = world.page(item)
    assert robots_of(page) == robots
    assert ("Googlebot-News" in page) is (index == "noindex-news" and not asked.noindex)
    assert (f'<link rel="canonical" href="{address(item)}">' in page) is (index != "noindex" and not robots)
    assert (address(item) in everywhere_but_pages(world, "sitemap")) is in_sitemap
    assert address(item) in world.site.text("feed.xml")


def everywhere_but_pages(world: World, prefix: str) -> str:
    return "\n".join(body.decode() for key, body in world.written().items() if key.startswith(prefix))


def test_full_text_for_ends_in_every_output() -> None:
    world, item = published(full_text_for=timedelta(hours=2))
    assert SECRET in everywhere(world)
    world.articles.save(world.revise(item, next_change=instant(NOW + timedelta(hours=2))))
    world.now += timedelta(hours=3)
    world.refresh()
    assert SECRET not in everywhere(world)
    assert EXCERPT in world.page(item)
    assert listed(world, item)


def test_the_owners_restrictions_win_over_the_carriers_permissions() -> None:
    sources = catalogue(
        source("harian", display="excerpt", index="noindex", images="none"),
        source("warta", display="full", index="index", others="full"),
    )
    world = World(sources)
    content = {"html": f"<p>{SECRET}</p>", "excerpt": EXCERPT, "images": (PICTURE,)}
    article = make_article(sources, 1, "harian", **content)
    item = world.store(article, via={"warta rss": Via("warta", article.url, article.first_seen)})
    world.publish(item)
    assert SECRET not in everywhere(world)
    assert PICTURE.url not in everywhere(world)
    assert robots_of(world.page(item)) == ["noindex"]
    assert not listed_anywhere(world, item)


def listed_anywhere(world: World, item: ArticleItem) -> bool:
    return address(item) in everywhere_but_pages(world, "sitemap")


@pytest.mark.parametrize("display", ["full", "excerpt"])
def test_without_a_snippet_only_the_headline_is_shown_and_leads_to_the_publisher(display: str) -> None:
    world, item = published(Directives(max_snippet=0), display=display)
    shown = everywhere(world)
    assert SECRET not in shown
    assert EXCERPT[:20] not in shown
    assert address(item) not in shown
    assert f"a/{item.slug}-{item.id}.html" not in world.site.objects
    assert all(item.title in world.site.text(key) for key in (*LISTS, *FEEDS, *MEMORIES))
    assert items_of(world, "feed.json")[0]["url"] == item.url


@pytest.mark.parametrize("display", ["full", "excerpt"])
def test_a_snippet_is_no_longer_than_the_page_wants(display: str) -> None:
    world, item = published(Directives(max_snippet=30), display=display)
    shown = everywhere(world)
    assert SECRET not in shown
    (excerpt,) = html.fromstring(world.page(item)).find_class("article-excerpt")
    text = excerpt.text_content()
    assert text.endswith("…")
    assert len(text) <= 30
    assert EXCERPT.startswith(text[:-1])
    assert EXCERPT[:31] not in shown
    assert items_of(world, "feed.json")[0]["summary"] == text
    assert robots_of(world.page(item)) == ["max-snippet:30"]
    assert listed(world, item)


def test_a_long_snippet_allows_an_excerpt_of_the_usual_length() -> None:
    world, item = published(Directives(max_snippet=5000))
    assert EXCERPT in world.page(item)
    assert SECRET not in world.page(item)


def test_link_stays_link_whatever_a_page_allows() -> None:
    world, _ = published(Directives(max_snippet=300), display="link")
    assert EXCERPT[:20] not in everywhere(world)


@pytest.mark.parametrize("preview", ["none", "standard", "large"])
def test_no_image_is_shown_where_none_is_wanted(preview: Any) -> None:
    world, item = published(Directives(max_image_preview=preview))
    page = world.page(item)
    assert (PICTURE.url in everywhere(world)) is (preview != "none")
    assert ("isi.jpg" in everywhere(world)) is (preview != "none")
    assert robots_of(page) == [f"max-image-preview:{preview}"]
    assert ("summary_large_image" in page) is (preview == "large")


def test_pictures_that_are_not_to_be_found_are_shown_and_named_in_no_sitemap() -> None:
    world, item = published(Directives(noimageindex=True))
    sitemap = f"sitemap-{item.listed[:10]}.xml"
    assert robots_of(world.page(item)) == ["noimageindex"]
    assert PICTURE.url in world.page(item)
    assert listed(world, item)
    assert PICTURE.url not in world.site.text(sitemap)
    world.publish(world.revise(item, directives=Directives()))
    assert robots_of(world.page(item)) == []
    assert PICTURE.url in world.site.text(sitemap)


def test_lists_that_show_a_picture_that_is_not_to_be_found_say_so_themselves() -> None:
    world, item = published(Directives(noimageindex=True))
    day = f"d/{day_of(world, item)}.html"
    for key in (*LISTS, day):
        assert PICTURE.url in world.site.text(key)
        assert robots_of(world.site.text(key)) == ["noimageindex"]
    world.publish(world.add(2, "harian"))  # the first one is taken over from what the lists remember
    for key in (*LISTS, day):
        assert robots_of(world.site.text(key)) == ["noimageindex"]
    world.publish(world.revise(item, directives=Directives()))
    for key in (*LISTS, day):
        assert PICTURE.url in world.site.text(key)
        assert robots_of(world.site.text(key)) == []


@pytest.mark.parametrize("settings", [{"images": "none"}, {"display": "link"}])
def test_lists_without_the_picture_say_nothing_of_pictures(settings: dict[str, str]) -> None:
    world, _ = published(Directives(noimageindex=True), **settings)
    assert all(robots_of(world.site.text(key)) == [] for key in LISTS)


@pytest.mark.parametrize("hidden", [False, True])
def test_structured_data_names_no_picture_that_is_not_to_be_found_and_previews_and_feeds_do(
    hidden: bool,
) -> None:
    world, item = published(Directives(noimageindex=hidden))
    page = html.fromstring(world.page(item))
    (data,) = page.xpath("//script[@type='application/ld+json']/text()")
    assert ("image" in json.loads(data)) is not hidden
    assert page.xpath("//meta[@property='og:image']/@content") == [PICTURE.url]
    assert items_of(world, "feed.json")[0]["image"] == PICTURE.url
    assert all(PICTURE.url in world.site.text(key) for key in FEEDS)


def test_a_page_that_wants_neither_previews_nor_finds_of_pictures_says_both_and_shows_none() -> None:
    world, item = published(Directives(noimageindex=True, max_image_preview="none"))
    assert robots_of(world.page(item)) == ["noimageindex, max-image-preview:none"]
    assert PICTURE.url not in everywhere(world)


def test_what_our_page_cannot_obey_alone_is_handed_on() -> None:
    asked = Directives(
        noarchive=True, max_image_preview="large", unavailable_after="2026-02-01T00:00:00.000Z"
    )
    world, item = published(asked)
    assert robots_of(world.page(item)) == [
        "noarchive, max-image-preview:large, unavailable_after: 2026-02-01T00:00:00.000Z"
    ]


def test_an_article_leaves_every_output_when_its_publisher_said_so() -> None:
    end = NOW + timedelta(hours=5)
    world, item = published(Directives(unavailable_after=instant(end)))
    item = world.revise(item, next_change=instant(end))
    world.publish(item)
    assert listed(world, item)
    world.now = end - timedelta(minutes=1)
    world.refresh()
    assert SECRET in world.page(item)
    world.now = end
    assert world.refresh()["articlesDue"] == 1
    shown = everywhere(world)
    assert SECRET not in shown
    assert EXCERPT not in shown
    assert address(item) not in everywhere_but_pages(world, "sitemap")
    assert all(item.title not in world.site.text(key) for key in (*LISTS, *FEEDS, *MEMORIES))
    assert world.site.objects[f"a/{item.slug}-{item.id}.html"].metadata["gone"] == "1"
    assert world.refresh()["articlesDue"] == 0


def test_an_article_that_came_too_late_is_never_shown() -> None:
    world, item = published(Directives(unavailable_after=instant(NOW)))
    assert f"a/{item.slug}-{item.id}.html" not in world.site.objects
    assert item.title not in everywhere(world)


def test_two_changes_of_one_article_come_one_after_the_other() -> None:
    first, second = NOW + timedelta(hours=3) - timedelta(minutes=1), NOW + timedelta(hours=5)
    world, item = published(Directives(unavailable_after=instant(second)), full_text_for=timedelta(hours=3))
    assert archive_moment(item.first_seen, item.owner.id) < first
    item = world.revise(item, next_change=instant(first))
    world.publish(item)
    world.now = first
    world.refresh()
    assert SECRET not in world.page(item)
    assert EXCERPT in world.page(item)
    (after,) = world.articles.get_many([item.id]).values()
    assert isinstance(after, ArticleItem)
    assert after.next_change == instant(second)
    world.now = second
    world.refresh()
    assert EXCERPT not in everywhere(world)
    (after,) = world.articles.get_many([item.id]).values()
    assert isinstance(after, ArticleItem)
    assert after.next_change == instant(second + OVERLAP)  # a run may be under way that began before
    world.now = second + timedelta(hours=1)
    world.refresh()
    assert EXCERPT not in everywhere(world)
    (after,) = world.articles.get_many([item.id]).values()
    assert isinstance(after, ArticleItem)
    assert after.next_change is None


def test_a_page_that_comes_to_ask_for_something_is_obeyed_at_once() -> None:
    world, item = published()
    assert SECRET in world.page(item)
    world.publish(world.revise(item, directives=Directives(noindex=True, max_snippet=40)))
    assert SECRET not in everywhere(world)
    assert robots_of(world.page(item)) == ["noindex, max-snippet:40"]
    assert not listed_anywhere(world, item)


def test_what_a_page_asks_holds_for_owners_that_are_no_source_too() -> None:
    sources = catalogue(source("warta", others="full"))
    item = item_of(
        make_article(sources, 1, "@lain.example"), sources, directives=Directives(noindex=True, max_snippet=9)
    )
    terms = terms_for(item, sources, NOW)
    assert terms is not None
    assert (terms.display, terms.index, terms.snippet) == ("excerpt", "noindex", 9)
