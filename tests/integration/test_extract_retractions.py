"""What is retracted stays retracted, by whatever link, feed or replay it comes again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from newswire.article_item import ArticleItem, Tombstone
from newswire.clock import instant
from newswire.messages import Hint, Message
from newswire.urls import article_id
from tests.support.extract_pages import HTML, TEXT, page_body
from tests.support.extract_world import KABAR, WARTA, World, entry, recheck
from tests.support.web_server import Reply


def test_a_tombstone_is_never_overwritten_by_a_replay(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    world.bury(url)
    before = world.everything()
    for replay in (
        entry(url),
        entry(url, poll=1, title="Muncul lagi"),
        entry(url, source="warta", poll=2, updated="2026-01-06T00:00:00Z"),
    ):
        assert world.handle(replay).what == "tombstoned"
    assert world.everything() == before
    assert world.pages_asked() == ["/berita/1"]


def test_a_retraction_covers_all_urls_that_were_known(world: World) -> None:
    canonical = world.url("/berita/beras")
    link = world.serve("/cetak/1", canonical_url=canonical)
    world.handle(entry(link))
    world.bury(link)
    world.serve("/berita/beras")
    assert world.handle(entry(canonical, source="warta")).what == "tombstoned"
    assert len(world.articles()) == 1


@pytest.mark.parametrize("way", ["canonical", "redirect"])
def test_a_retracted_article_does_not_come_back_under_a_new_link(world: World, way: str) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    world.bury(url)
    link = world.serve("/baru/1", canonical_url=url) if way == "canonical" else world.redirect("/baru/1", url)
    assert world.handle(entry(link, source="warta")).what == "tombstoned"
    assert len(world.articles()) == 1


def test_a_retracted_article_takes_no_other_with_it(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    world.bury(url)
    link = world.serve("/baru/2", "Naskah lain.", canonical_url=url)
    assert world.handle(entry(link, title="Berita yang sama sekali lain")).what == "stored"


def missing(status: int) -> Reply:
    return Reply(status=status, content_type=HTML)


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_two_looks_an_hour_apart_find_missing_is_retracted(world: World, status: int) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    before, files = world.only(), world.stack.objects()
    world.fail("/berita/1", status)
    assert world.revisit().what == "page missing"
    found = world.only()
    assert found.page is not None
    assert (found.page.missing_since, found.revision) == (instant(world.now), 1)
    assert found.recheck_at == instant(world.now + timedelta(hours=1))
    outcome = world.revisit()
    assert (outcome.what, outcome.reason) == ("retracted", f"HTTP {status}")
    stone = Tombstone(before.id, 3, url, before.slug, f"HTTP {status}", instant(world.now))
    assert world.articles() == {before.id: stone}
    assert world.stack.objects() == files
    assert world.table.due_rechecks("9999", 10) == []


def test_a_second_delivery_within_the_hour_does_not_count_as_a_second_look(world: World) -> None:
    world.handle(entry(world.serve("/berita/1")))
    world.fail("/berita/1", 410)
    world.revisit()
    message = recheck(world.only(), world.now)
    assert world.handle(message).what == "already handled"
    world.now += timedelta(minutes=59)
    assert world.handle(recheck(world.only(), world.now)).what == "already handled"


@pytest.mark.parametrize("kind", ["200", "304", "unreadable"])
def test_a_page_that_is_there_in_between_starts_the_count_anew(world: World, kind: str) -> None:
    there = Reply(page_body(), content_type=HTML, etag='"1"')
    path = KABAR + "/berita/1"
    world.web.replies[path] = there
    world.handle(entry(world.url("/berita/1")))
    world.web.replies[path] = missing(404)
    world.revisit()
    world.web.replies[path] = {
        "200": replace(there, etag=None),
        "304": there,
        "unreadable": Reply(page_body(""), content_type=HTML),
    }[kind]
    assert world.revisit().what == "unchanged"
    page = world.only().page
    assert page is not None
    assert page.missing_since is None
    world.web.replies[path] = missing(404)
    assert world.revisit().what == "page missing"
    assert isinstance(world.only(), ArticleItem)


@pytest.mark.parametrize("status", [401, 403, 429, 451, 500, 503])
def test_refusals_and_trouble_never_count_and_do_not_hide_what_was_found(world: World, status: int) -> None:
    world.handle(entry(world.serve("/berita/1")))
    world.fail("/berita/1", status, **{"Retry-After": "60"})
    for _ in range(4):
        assert world.revisit().what == "unchanged"
    world.now += timedelta(hours=1)
    world.fail("/berita/1", 404)
    assert world.revisit().what == "page missing"
    world.fail("/berita/1", status, **{"Retry-After": "60"})
    assert world.revisit().what == "unchanged"
    world.now += timedelta(minutes=5)
    world.fail("/berita/1", 404)
    assert world.revisit().what == "retracted"


def test_robots_that_disallow_never_retract(world: World) -> None:
    world.handle(entry(world.serve("/berita/1")))
    world.fail("/berita/1", 410)
    world.now += timedelta(days=2)
    robots = Reply(b"User-agent: *\nDisallow: /\n", content_type="text/plain")
    world.web.replies[KABAR + "/robots.txt"] = robots
    for _ in range(3):
        if world.only().recheck_at:
            assert world.revisit().what == "unchanged"
    assert world.only().page is not None


def test_an_article_whose_page_was_never_had_is_not_retracted_for_it(world: World) -> None:
    world.handle(entry(world.fail("/berita/1", 503)), receive_count=3)
    world.fail("/berita/1", 404)
    assert world.revisit().what == "revised"
    assert (world.only().origin, world.only().reason, world.only().recheck_at) == ("feed", "HTTP 404", None)


def test_an_entry_that_its_feed_edits_while_the_page_is_missing_does_not_count(world: World) -> None:
    """Two looks by re-checks: an entry may be announced before its page is there."""
    url = world.serve("/berita/1")
    world.handle(entry(url))
    world.fail("/berita/1", 404)
    world.handle(entry(url, poll=1, title="Ralat"))
    assert world.revisit().what == "page missing"
    world.handle(entry(url, poll=2, title="Ralat lagi"))
    assert world.revisit().what == "retracted"


@pytest.mark.parametrize("status", [301, 308])
def test_a_redirect_to_the_front_page_for_good_counts_as_missing(world: World, status: int) -> None:
    world.handle(entry(world.serve("/berita/1")))
    reply = Reply(status=status, headers={"Location": world.serve("/", "Beranda.")}, content_type=HTML)
    world.web.replies[KABAR + "/berita/1"] = reply
    assert world.revisit().what == "page missing"
    outcome = world.revisit()
    assert (outcome.what, outcome.reason) == ("retracted", "redirected to the front page for good")


def test_a_redirect_to_the_front_page_for_now_is_no_page_and_no_retraction(world: World) -> None:
    world.handle(entry(world.serve("/berita/1")))
    before = world.only()
    world.redirect("/berita/1", world.serve("/", "Beranda."))
    for _ in range(3):
        outcome = world.revisit()
        assert (outcome.what, outcome.reason) == ("unchanged", "redirected to the front page")
    assert (world.only().revision, world.only().page) == (1, before.page)


@pytest.mark.parametrize("redirected", [True, False])
def test_another_page_in_an_articles_place_is_neither_its_revision_nor_its_end(
    world: World, redirected: bool
) -> None:
    world.handle(entry(world.serve("/berita/1")))
    before = world.only()
    path = "/ekonomi" if redirected else "/berita/1"
    other = world.serve(path, "Indeks seluruh kabar dari rubrik ini.", title="Rubrik Ekonomi")
    if redirected:
        world.redirect("/berita/1", other)
    for _ in range(3):
        outcome = world.revisit()
        assert (outcome.what, outcome.reason) == ("unchanged", "another page in its place")
    assert (world.only().revision, world.only().page, world.aliases()) == (1, before.page, {})


def test_an_article_that_is_first_seen_withdrawn_is_not_stored(world: World) -> None:
    outcome = world.handle(entry(world.serve("/berita/1", "Artikel ini telah ditarik.", notice=True)))
    assert (outcome.what, outcome.reason) == ("nothing to show", "retraction notice")
    assert world.everything()[0] == {}


def test_a_notice_under_another_link_of_an_article_does_not_end_it(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    moved = world.serve("/cetak/1", "Artikel ini telah ditarik.", notice=True)
    edited = entry(moved, poll=1, article=article_id(url), content="<p>Lain.</p>")
    assert world.handle(edited).what == "unchanged"
    assert world.document().text == TEXT


def retracted(world: World) -> str:
    """Let an article that is known by three addresses be retracted and return its link."""
    canonical, second = (
        world.url("/berita/beras"),
        world.serve("/cetak/1", canonical_url=world.url("/berita/beras")),
    )
    url = world.serve("/berita/1", canonical_url=canonical)
    world.handle(entry(url))
    world.handle(entry(second, poll=1, article=article_id(url)))
    assert set(world.aliases()) == {article_id(canonical), article_id(second)}
    for path in ("/berita/1", "/cetak/1"):
        world.fail(path, 410)
    world.revisit()
    assert world.revisit().what == "retracted"
    return url


@pytest.mark.parametrize("path", ["/berita/1", "/berita/beras", "/cetak/1", "/berita/1?utm_source=x"])
def test_nothing_brings_a_retracted_article_back(world: World, path: str) -> None:
    url = retracted(world)
    world.serve("/berita/1")
    world.serve("/berita/beras")
    world.serve("/cetak/1")
    before, asked = world.everything(), len(world.pages_asked())
    again = world.url(path)
    for message in (
        entry(again),
        entry(again, poll=9, title="Muncul lagi", updated="2026-02-01T00:00:00Z"),
        entry(again, source="warta", poll=9),
        entry(world.serve("/baru/9"), poll=9, article=article_id(url)),
        Message("recheck", "", "", instant(world.now), article_id(url), url, Hint().hash()),
    ):
        assert world.handle(message).what == "tombstoned"
    assert world.everything() == before
    assert len(world.pages_asked()) == asked


def test_a_revision_in_flight_never_overwrites_a_tombstone(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    world.fail("/berita/1", 410)
    world.revisit()
    item = world.only()
    assert item.recheck_at is not None
    world.now = datetime.fromisoformat(item.recheck_at)
    world.serve("/berita/1", "Enam persen.")

    def retract() -> None:
        world.fail("/berita/1", 410)
        assert world.handle(recheck(item, world.now)).what == "retracted"

    world.table.before_commit = [retract]
    assert world.handle(entry(url, poll=1, title="Ralat")).what == "tombstoned"
    (stone,) = world.articles().values()
    assert isinstance(stone, Tombstone)
    assert stone.version == item.version + 1


def test_a_retraction_that_meets_a_further_feed_happens_all_the_same(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    world.fail("/berita/1", 410)
    world.revisit()

    def join() -> None:
        assert world.handle(entry(url, source="warta", poll=1)).what == "known hint"

    world.table.before_commit = [join]
    assert world.revisit().what == "retracted"
    assert isinstance(next(iter(world.articles().values())), Tombstone)


def test_a_retraction_that_meets_a_revision_gives_way_to_it(world: World) -> None:
    """The page was there at that moment: the count begins anew."""
    url = world.serve("/berita/1")
    world.handle(entry(url))
    world.fail("/berita/1", 410)
    world.revisit()

    def revise() -> None:
        world.serve("/berita/1", "Enam persen.")
        assert world.handle(entry(url, poll=1, title="Ralat")).what == "revised"

    world.table.before_commit = [revise]
    assert world.revisit().what == "already handled"
    page = world.only().page
    assert page is not None
    assert page.missing_since is None


def test_an_article_whose_page_moved_with_its_guid_is_not_gone(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    moved = world.serve("/berita/satu")
    assert world.handle(entry(moved, poll=1, article=article_id(url))).what == "known hint"
    world.fail("/berita/1", 404)
    for _ in range(3):
        assert world.revisit().what == "unchanged"
    world.serve("/berita/satu", "Enam persen.")
    assert world.revisit().what == "revised"
    world.fail("/berita/satu", 410)
    assert [world.revisit().what, world.revisit().what] == ["page missing", "retracted"]


def test_a_copy_on_another_site_does_not_keep_an_article_that_its_publisher_withdrew(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    copy = world.serve("/salinan/1", host=WARTA)
    world.handle(entry(copy, source="warta", poll=1, article=article_id(url)))
    world.fail("/berita/1", 410)
    assert [world.revisit().what, world.revisit().what] == ["page missing", "retracted"]


def test_a_retracted_article_is_known_by_its_later_headline_as_well(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    world.handle(entry(url, poll=1, title="Ralat: harga beras"))
    world.fail("/berita/1", 410)
    world.revisit()
    assert world.revisit().what == "retracted"
    link = world.serve("/baru/1", canonical_url=url)
    assert world.handle(entry(link, source="warta", title="Ralat: Harga Beras")).what == "tombstoned"
