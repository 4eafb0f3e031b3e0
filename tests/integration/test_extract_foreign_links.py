"""A link on another site leads to an article, and says nothing of its text, its address or its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from newswire.article import Article
from newswire.article_item import ArticleItem, Tombstone
from newswire.urls import article_id
from tests.support.extract_pages import TEXT
from tests.support.extract_world import FEEDS, KABAR, LENTERA, SECOND, TITLE, WARTA, World, entry, recheck

PATH = "/berita/harga-beras-turun-lima-persen"
LINK = "/x/1"
OTHER_WORDS = "Kalimat yang tidak pernah ada di halaman asli."


def credit(url: str) -> dict[str, Any]:
    return {"kind": "statement", "url": url, "name": None, "evidence": "tayang di", "beside": []}


def serve_claim(world: World, text: str = TEXT, **fields: Any) -> str:
    """Let Warta serve a page that says to be a copy of Kabar's article, under the same headline."""
    signs = [credit(world.url(PATH))]
    return world.serve(LINK, text, WARTA, title=TITLE, attributions=signs, **fields)


def joined(world: World) -> tuple[str, str]:
    """Return the links of an article and of Warta's page that has joined it."""
    url = world.serve(PATH)
    assert world.handle(entry(url)).what == "stored"
    link = serve_claim(world)
    assert world.handle(entry(link, source="warta")).what == "joined"
    return url, link


def item_of(world: World, url: str) -> ArticleItem:
    item = world.table.resolve([article_id(url)])[article_id(url)]
    assert isinstance(item, ArticleItem)
    return item


def look_at(world: World, url: str) -> str:
    item = item_of(world, url)
    assert item.recheck_at is not None
    world.now = max(world.now, datetime.fromisoformat(item.recheck_at))
    return world.handle(recheck(item, world.now)).what


def told(world: World, item: ArticleItem) -> Article:
    return Article.from_json(world.stack.objects()[item.article_key])


def test_a_page_that_joined_an_article_from_another_site_never_rewrites_it(world: World) -> None:
    url, link = joined(world)
    before, asked = item_of(world, url), len(world.pages_asked())
    serve_claim(world, OTHER_WORDS)
    assert world.handle(entry(link, source="warta", poll=2, title="Judul Warta")).what == "known hint"
    after = item_of(world, url)
    assert (after.url, after.title, after.revision) == (url, before.title, 1)
    assert told(world, after).text == TEXT
    assert len(world.pages_asked()) == asked
    assert {via.url for via in after.via.values()} == {url, link}


@pytest.mark.parametrize("ending", ["410", "notice"])
def test_a_page_that_joined_an_article_from_another_site_never_ends_it(world: World, ending: str) -> None:
    url, link = joined(world)
    serve_claim(world, OTHER_WORDS)
    world.handle(entry(link, source="warta", poll=2, summary="lain"))
    if ending == "410":
        world.fail(LINK, 410, WARTA)
    else:
        world.serve(LINK, "Artikel ini telah ditarik oleh redaksi.", WARTA, notice=True)
    world.handle(entry(link, source="warta", poll=3, summary="lain lagi"))
    assert [look_at(world, url), look_at(world, url)] == ["unchanged", "unchanged"]
    assert item_of(world, url).withheld_since is None


def test_a_link_that_led_to_an_article_first_does_not_end_it_nor_its_copies(world: World) -> None:
    url = world.serve(PATH)
    link = world.redirect("/r/1", url, WARTA)
    world.handle(entry(link, source="warta"))
    world.change_source("lentera", display="full")
    copy = world.serve("/salin/12345", "Salinan.", LENTERA, title="Lain", attributions=[credit(url)])
    world.handle(entry(copy, source="lentera", title="Menurut Lentera"))
    assert world.handle(entry(url, poll=1)).what == "known hint"
    world.fail("/r/1", 410, WARTA)
    assert [look_at(world, url), look_at(world, url)] == ["unchanged", "unchanged"]
    world.fail(PATH, 410)
    assert [look_at(world, url), look_at(world, url)] == ["page missing", "retracted"]
    assert all(isinstance(one, Tombstone) for one in world.articles().values())


def test_a_link_that_led_to_an_article_first_shows_none_of_its_own_words_later(world: World) -> None:
    url = world.serve(PATH)
    link = world.redirect("/r/1", url, WARTA)
    world.handle(entry(link, source="warta"))
    world.serve("/r/1", OTHER_WORDS, WARTA)
    assert world.handle(entry(link, source="warta", poll=1, title="Lain")).what == "known hint"
    assert look_at(world, url) == "unchanged"
    world.redirect("/r/1", world.serve("/berita/lain", OTHER_WORDS), WARTA)
    assert world.handle(entry(link, source="warta", poll=2, title="Lain lagi")).what == "known hint"
    assert (world.only().title, world.document().text) == (TITLE, TEXT)


def test_a_guid_that_moves_to_another_sites_article_does_not_take_its_address(world: World) -> None:
    own = world.serve("/g/1", "Naskah Warta.", WARTA, title="Punya Warta")
    world.handle(entry(own, source="warta", title="Punya Warta"))
    url = world.serve(PATH)
    moved = entry(url, source="warta", article=article_id(own), poll=1)
    assert world.handle(moved).what == "known hint"
    assert world.aliases() == {}
    world.fail("/g/1", 410, WARTA)
    assert world.handle(entry(url)).what == "stored"
    assert [look_at(world, own), look_at(world, own)] == ["page missing", "retracted"]
    assert item_of(world, url).owner.id == "kabar"


def test_a_feed_of_redirecting_links_has_its_edits_told_and_its_pages_decide(world: World) -> None:
    """As FeedBurner has them: from the first sight on the article's link is on another domain."""
    world.change_source("kabar", others="full")
    page = world.serve(PATH)
    link = world.redirect("/~r/kabar/1", page, FEEDS)
    world.handle(entry(link))
    assert (world.only().owner.id, world.only().url) == ("kabar", link)
    world.serve(PATH, "Enam persen.")
    assert world.handle(entry(link, poll=1, title="Ralat")).what == "revised"
    assert (world.only().title, world.document().text) == ("Ralat", "Enam persen.")
    world.fail("/~r/kabar/1", 410, FEEDS)
    assert [world.revisit().what, world.revisit().what] == ["unchanged", "unchanged"]
    world.serve(PATH, "Tujuh persen.")
    assert world.revisit().what == "revised"
    assert world.only().url == page
    world.fail(PATH, 410)
    assert [world.revisit().what, world.revisit().what] == ["page missing", "retracted"]


def test_a_notice_behind_a_redirecting_link_is_the_owners(world: World) -> None:
    world.change_source("kabar", others="full")
    page = world.serve(PATH)
    link = world.redirect("/~r/kabar/1", page, FEEDS)
    world.handle(entry(link))
    world.serve(PATH, "Artikel ini telah ditarik.", notice=True)
    assert world.handle(entry(link, poll=1, title="Ralat")).what == "withheld"
    assert world.revisit().what == "retracted"


@pytest.mark.parametrize("host", [f"m.{KABAR}", SECOND])
def test_all_hosts_of_a_source_are_its_site(world: World, host: str) -> None:
    world.change_source("kabar", hosts=(SECOND,))
    url = world.serve(PATH)
    world.handle(entry(url))
    moved = world.serve("/berita/satu", "Enam persen.", host)
    assert world.handle(entry(moved, poll=1, article=article_id(url), title="Ralat")).what == "revised"
    assert (world.only().url, world.only().owner.id) == (moved, "kabar")
    assert world.aliases() == {article_id(moved): article_id(url)}


def test_a_copy_is_revised_and_ended_by_the_site_that_carries_it(world: World) -> None:
    link = serve_claim(world)
    world.handle(entry(link, source="warta"))
    assert world.only().owner.id == "kabar"
    serve_claim(world, "Enam persen.")
    assert world.handle(entry(link, source="warta", poll=1, title="Ralat")).what == "revised"
    assert (world.only().url, world.document().text) == (link, "Enam persen.")
    world.fail(LINK, 410, WARTA)
    assert [world.revisit().what, world.revisit().what] == ["page missing", "retracted"]


def test_another_link_of_the_same_site_does_not_replace_an_articles_own(world: World) -> None:
    url = world.serve(PATH)
    world.handle(entry(url))
    second = world.serve("/cetak/1", canonical_url=url)
    assert world.handle(entry(second, feed="cetak")).what == "joined"
    world.serve("/cetak/1", "Enam persen.", canonical_url=url)
    assert world.handle(entry(second, feed="cetak", poll=1, title="Ralat")).what == "revised"
    assert world.only().url == url
    assert world.document().url == url


def test_a_withdrawn_article_is_not_brought_back_by_another_link(world: World) -> None:
    url, link = joined(world)
    second = world.serve("/cetak/1", canonical_url=url)
    world.handle(entry(second, feed="cetak"))
    world.serve(PATH, "Artikel ini telah ditarik.", notice=True)
    assert look_at(world, url) == "withheld"
    before = item_of(world, url)
    for message in (
        entry(link, source="warta", poll=40, summary="lain"),
        entry(second, feed="cetak", poll=40, summary="lain"),
        entry(world.serve("/berita/satu"), article=article_id(url), poll=40, summary="lain"),
    ):
        world.now += timedelta(minutes=5)
        assert world.handle(message).what == "known hint"
        after = item_of(world, url)
        assert (after.withheld_since, after.recheck_at) == (before.withheld_since, before.recheck_at)
    world.fail(PATH, 404)
    assert look_at(world, url) == "retracted"


@pytest.mark.parametrize("tracking", ["?utm_source=rss", "?fbclid=1"])
def test_a_notice_counts_under_every_spelling_of_an_articles_link(world: World, tracking: str) -> None:
    url = world.serve(PATH)
    world.handle(entry(url))
    world.serve(PATH, "Artikel ini telah ditarik.", notice=True)
    assert world.handle(entry(url + tracking, poll=4, summary="lain")).what == "withheld"


@pytest.mark.parametrize("tracking", ["?utm_source=rss", "?fbclid=1"])
def test_every_spelling_of_an_articles_link_brings_it_back(world: World, tracking: str) -> None:
    url = world.serve(PATH)
    world.handle(entry(url))
    world.serve(PATH, "Artikel ini telah ditarik.", notice=True)
    look_at(world, url)
    world.serve(PATH)
    world.handle(entry(url + tracking, poll=40, summary="lain"))
    assert world.only().withheld_since is None


def test_the_owners_own_entry_takes_an_article_home_and_withdraws_it(world: World) -> None:
    url = world.serve(PATH)
    link = world.redirect("/r/1", url, WARTA)
    world.handle(entry(link, source="warta"))
    world.handle(entry(url, poll=1))
    world.serve(PATH, "Enam persen.")
    assert world.handle(entry(url, poll=2, title="Ralat")).what == "revised"
    assert world.only().url == url
    world.serve(PATH, "Artikel ini telah ditarik.", notice=True)
    assert world.handle(entry(url, poll=3, title="Dicabut")).what == "withheld"


def test_a_notice_in_the_owners_own_entry_counts_though_another_link_was_first(world: World) -> None:
    url = world.serve(PATH)
    world.handle(entry(world.redirect("/r/1", url, WARTA), source="warta"))
    world.handle(entry(url, poll=1))
    world.serve(PATH, "Artikel ini telah ditarik.", notice=True)
    assert world.handle(entry(url, poll=2, title="Dicabut")).what == "withheld"
