"""Articles on several pages: asked for as any page is, joined, and kept whole."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from functions.extract.failures import RECHECK_AFTER
from functions.extract.joined_pages import MOST_HTML
from newswire.article_text import text_of
from newswire.clock import instant
from newswire.sanitise import MAX_LENGTH, clean_html
from tests.support.extract_pages import HTML, page_body
from tests.support.extract_world import KABAR, WARTA, World, entry, recheck
from tests.support.web_server import Reply

SATU = "Harga beras di pasar induk turun lima persen pada pekan ini karena panen raya."
DUA = "Petani berharap harga gabah tidak ikut turun sampai akhir bulan, kata ketua mereka."
TIGA = "Pedagang mengatakan bahwa pasokan akan tetap cukup sampai bulan depan."


def serve(world: World, *texts: str) -> str:
    """Publish an article on so many pages and return its address."""
    links = [world.url(f"/berita/1?page={number}") for number in range(2, len(texts) + 1)]
    for number, text in enumerate(texts[1:], 2):
        world.serve(f"/berita/1?page={number}", text)
    return world.serve("/berita/1", texts[0], further_pages=links)


def tag(world: World, body: bytes, etag: str) -> None:
    """Give the first page this body and a validator."""
    world.web.replies[f"{KABAR}/berita/1"] = Reply(body, content_type=HTML, etag=etag)


def test_the_pages_become_one_article_with_the_hash_of_its_text(world: World) -> None:
    world.handle(entry(serve(world, SATU, DUA, TIGA)))
    article = world.document()
    assert article.text == text_of(article.html) == f"{SATU}\n{DUA}\n{TIGA}"
    assert article.provenance.text_sha256 == hashlib.sha256(article.text.encode()).hexdigest()
    assert (article.origin, article.reason) == ("page", None)


def test_the_hash_of_the_page_is_that_of_the_first(world: World) -> None:
    link = serve(world, SATU, DUA)
    world.handle(entry(link))
    first = page_body(SATU, further_pages=[f"{link}?page=2"])
    assert world.document().provenance.page_sha256 == hashlib.sha256(first).hexdigest()
    assert world.document().provenance.final_url == link


def test_pages_are_asked_for_in_order_with_the_gap_between_them(world: World) -> None:
    world.change_source("kabar", request_gap=timedelta(seconds=1))
    world.handle(entry(serve(world, SATU, DUA, TIGA)))
    assert world.pages_asked() == ["/berita/1", "/berita/1?page=2", "/berita/1?page=3"]
    assert len(world.slept) == 4  # robots.txt and the site's file on mining came first
    assert all(0.5 < pause <= 1 for pause in world.slept)


def test_robots_txt_is_obeyed_on_every_page(world: World) -> None:
    rules = b"User-agent: *\nDisallow: /*?page="
    world.web.replies[f"{KABAR}/robots.txt"] = Reply(rules, content_type="text/plain")
    world.handle(entry(serve(world, SATU, DUA)))
    assert world.pages_asked() == ["/berita/1"]
    assert (world.document().text, world.document().reason) == (SATU, "page 2: robots.txt disallows")


def test_a_page_that_is_not_had_for_good_leaves_what_was_had_with_the_reason(world: World) -> None:
    link = serve(world, SATU, DUA, TIGA)
    world.fail("/berita/1?page=3", 404)
    world.handle(entry(link))
    assert (world.document().text, world.document().reason) == (f"{SATU}\n{DUA}", "page 3: HTTP 404")
    # Its next look is the schedule's, not an hour from now as after a passing failure.
    assert world.only().recheck_at != instant(world.now + RECHECK_AFTER)


def test_a_page_that_may_be_had_later_is_looked_for_again_and_makes_the_article_whole(world: World) -> None:
    link = serve(world, SATU, DUA)
    world.fail("/berita/1?page=2", 500)
    world.handle(entry(link))
    assert (world.document().text, world.document().reason) == (SATU, "page 2: HTTP 500")
    world.now += RECHECK_AFTER + timedelta(minutes=1)
    world.serve("/berita/1?page=2", DUA)
    world.handle(recheck(world.only(), world.now))
    assert (world.document().text, world.document().reason) == (f"{SATU}\n{DUA}", None)
    assert world.document().revision == 2
    assert world.only().revised is None  # its publisher has corrected nothing


def test_an_edit_that_was_seen_while_another_page_failed_is_taken_over_at_the_next_look(world: World) -> None:
    link = serve(world, SATU, DUA)
    further = [f"{link}?page=2"]
    tag(world, page_body(SATU, further_pages=further), '"1"')
    world.handle(entry(link))
    tag(world, page_body(f"{SATU} Ralat: enam persen.", further_pages=further), '"2"')
    world.fail("/berita/1?page=2", 503)
    world.revisit()
    assert world.document().text == f"{SATU}\n{DUA}"
    world.serve("/berita/1?page=2", DUA)
    world.revisit()
    assert world.document().text == f"{SATU} Ralat: enam persen.\n{DUA}"


def test_fewer_pages_than_were_had_are_no_revision(world: World) -> None:
    link = serve(world, SATU, DUA, TIGA)
    world.fail("/berita/1?page=3", 500)
    world.handle(entry(link))
    world.fail("/berita/1?page=2", 500)
    world.revisit()
    assert (world.document().text, world.document().revision) == (f"{SATU}\n{DUA}", 1)


@pytest.mark.parametrize("status", [404, 500])
def test_an_article_that_was_had_whole_is_not_replaced_by_some_of_its_pages(
    world: World, status: int
) -> None:
    link = serve(world, SATU, DUA)
    world.handle(entry(link))
    world.fail("/berita/1?page=2", status)
    world.handle(entry(link, poll=1, summary="Umpan berubah."))
    assert (world.document().text, world.document().revision) == (f"{SATU}\n{DUA}", 1)


def test_no_more_is_joined_than_is_published(world: World) -> None:
    long = "Petani di desa itu berkata bahwa panen raya tahun ini lebih baik dari tahun lalu. " * 4000
    world.handle(entry(serve(world, f"{long}Satu.", f"{long}Dua.", TIGA)))
    article = world.document()
    assert (article.reason, MOST_HTML) == ("page 2: too long", MAX_LENGTH)
    assert text_of(clean_html(article.html)) == article.text


def test_a_page_with_everything_is_asked_for_instead_of_the_single_ones(world: World) -> None:
    whole = world.serve("/berita/1?page=all", f"{SATU}\n{DUA}\n{TIGA}")
    world.handle(entry(world.serve("/berita/1", SATU, whole_page=whole)))
    assert world.pages_asked() == ["/berita/1", "/berita/1?page=all"]
    assert world.document().text == f"{SATU}\n{DUA}\n{TIGA}"


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (("/berita/2", KABAR), "page 2: leads elsewhere"),
        (("/berita/1?page=2", WARTA), "page 2: leads elsewhere"),
        (("/dua", "10.0.0.1"), "page 2: address refused"),
    ],
)
def test_a_further_page_that_leads_elsewhere_is_none(
    world: World, target: tuple[str, str], reason: str
) -> None:
    world.serve("/berita/2", "lain")
    world.serve("/berita/1?page=2", "lain", host=WARTA)
    link = serve(world, SATU, DUA)
    world.redirect("/berita/1?page=2", world.url(*target))
    world.handle(entry(link))
    assert (world.document().text, world.document().reason) == (SATU, reason)
