"""Pages of an article that are no more: two looks decide, and a passing failure never does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newswire.clock import instant
from tests.support.extract_pages import HTML, KILLER
from tests.support.extract_world import KABAR, World, entry, recheck
from tests.support.several_pages import (
    DUA,
    ONE,
    PATH,
    RALAT,
    SATU,
    THREE,
    TIGA,
    TWO,
    publish,
    publish_pages,
    remembered,
    requests,
    text_and_reason,
)
from tests.support.web_server import Reply

HOUR = timedelta(hours=1)
WORDS = "Artikel ini telah ditarik oleh redaksi."


def correct_first(world: World) -> None:
    """Correct the first page, which still leads to the second."""
    publish(world, PATH, f"{SATU} {RALAT}", further_pages=[world.url(TWO)])


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize("is_corrected", [True, False])
def test_a_page_that_two_looks_an_hour_apart_find_gone_is_left_out(
    world: World, status: int, is_corrected: bool
) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA)))
    world.fail(TWO, status)
    if is_corrected:
        correct_first(world)
    assert world.revisit().what == "unchanged"
    assert text_and_reason(world) == (f"{SATU}\n{DUA}", None)
    assert world.only().recheck_at == instant(world.now + HOUR)
    assert world.revisit().what == "revised"
    left = f"{SATU} {RALAT}" if is_corrected else SATU
    assert text_and_reason(world) == (left, f"page 2: HTTP {status}")
    (edit,), item = world.only().history, world.only()
    assert (edit.fields, item.revision, item.revised) == (("text", "pages"), 2, instant(world.now))
    assert edit.words_removed == len(DUA.split())
    assert world.revisit().what == "unchanged"


def test_further_corrections_of_the_first_page_come_at_once(world: World) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA)))
    world.fail(TWO, 404)
    world.revisit()
    world.revisit()
    correct_first(world)
    assert world.revisit().what == "revised"
    assert text_and_reason(world) == (f"{SATU} {RALAT}", "page 2: HTTP 404")
    assert world.only().history[-1].fields == ("text",)
    assert world.only().revised == instant(world.now)


def test_an_edited_headline_does_not_wait_for_a_page(world: World) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA)))
    world.fail(TWO, 503)
    publish(world, PATH, SATU, title="Ralat: harga beras", further_pages=[world.url(TWO)])
    assert world.revisit().what == "revised"
    assert (world.document().title, *text_and_reason(world)) == ("Ralat: harga beras", f"{SATU}\n{DUA}", None)


def test_a_page_that_is_there_in_between_starts_the_count_anew(world: World) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA)))
    for _ in range(3):
        world.fail(TWO, 404)
        assert world.revisit().what == "unchanged"
        assert remembered(world).further[0].missing_since == instant(world.now)
        publish(world, TWO, DUA)
        assert world.revisit().what == "unchanged"
        assert remembered(world).further[0].missing_since is None
    assert (world.only().revision, text_and_reason(world)) == (1, (f"{SATU}\n{DUA}", None))


def test_a_page_that_is_there_while_a_later_one_is_gone_starts_its_count_anew(world: World) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA, TIGA)))
    world.fail(TWO, 404)
    world.revisit()
    publish_pages(world, f"{SATU} {RALAT}", DUA, TIGA)
    world.fail(THREE, 404)
    world.revisit()
    assert [one.missing_since for one in remembered(world).further] == [None, instant(world.now)]
    world.fail(TWO, 404)
    assert world.revisit().what == "unchanged"
    assert text_and_reason(world) == (f"{SATU}\n{DUA}\n{TIGA}", None)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_failure_shortens_nothing_however_often_it_comes(world: World, status: int) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA, TIGA)))
    world.fail(THREE, 404)
    world.revisit()
    world.revisit()
    assert text_and_reason(world) == (f"{SATU}\n{DUA}", "page 3: HTTP 404")
    correct_first(world)
    world.fail(TWO, status)
    while world.only().recheck_at is not None:
        world.revisit()
    assert text_and_reason(world) == (f"{SATU}\n{DUA}", "page 3: HTTP 404")


def test_a_passing_failure_neither_counts_nor_hides_what_was_found(world: World) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA)))
    world.fail(TWO, 404)
    world.revisit()
    found = remembered(world).further[0].missing_since
    world.fail(TWO, 500)
    assert world.revisit().what == "unchanged"
    assert remembered(world).further[0].missing_since == found
    world.fail(TWO, 404)
    assert world.revisit().what == "revised"


@pytest.mark.parametrize("kind", ["403", "robots", "killer", "no text", "elsewhere"])
def test_a_page_that_is_refused_or_unreadable_is_missed_only_where_the_others_say_something_else(
    world: World, kind: str
) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA)))
    world.serve("/berita/lain", "lain")
    spoil(world, kind)
    for _ in range(2):
        assert world.revisit(timedelta(hours=25)).what == "unchanged"
    assert text_and_reason(world) == (f"{SATU}\n{DUA}", None)
    correct_first(world)
    assert world.revisit().what == "revised"
    left, reason = text_and_reason(world)
    assert left == f"{SATU} {RALAT}"
    assert reason is not None
    assert reason.startswith("page 2: ")
    assert world.only().history[-1].fields == ("text", "pages")


def test_one_refusal_alone_leaves_a_correction_waiting_for_an_hour(world: World) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA)))
    world.fail(TWO, 403)
    correct_first(world)
    waits = world.revisit()
    assert (waits.what, waits.reason) == ("unchanged", "page 2: HTTP 403")
    assert text_and_reason(world) == (f"{SATU}\n{DUA}", None)
    assert world.only().recheck_at == instant(world.now + HOUR)
    publish(world, TWO, DUA)
    assert world.revisit().what == "revised"
    assert text_and_reason(world) == (f"{SATU} {RALAT}\n{DUA}", None)


def test_a_page_that_comes_back_makes_the_article_whole_again(world: World) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA, TIGA)))
    world.fail(TWO, 404)
    world.revisit()
    world.revisit()
    assert text_and_reason(world) == (SATU, "page 2: HTTP 404")
    corrected = world.only().revised
    publish(world, TWO, DUA)
    assert world.revisit().what == "unchanged"  # a former wording: the next look has to find it as well
    assert world.revisit().what == "revised"
    assert text_and_reason(world) == (f"{SATU}\n{DUA}\n{TIGA}", None)
    assert world.only().history[-1].fields == ("text", "pages")
    assert world.only().revised == corrected


def test_looks_for_an_edited_entry_count_as_well_if_they_are_an_hour_apart(world: World) -> None:
    link = publish_pages(world, SATU, DUA)
    world.handle(entry(link))
    world.fail(TWO, 404)
    correct_first(world)
    world.handle(entry(link, poll=1, summary="Umpan berubah."))
    world.now += timedelta(minutes=59)
    world.handle(entry(link, poll=5, summary="Umpan berubah lagi."))
    assert text_and_reason(world) == (f"{SATU}\n{DUA}", None)
    world.now += timedelta(minutes=1)
    world.handle(entry(link, poll=6, summary="Umpan berubah ketiga kalinya."))
    assert text_and_reason(world) == (f"{SATU} {RALAT}", "page 2: HTTP 404")


@pytest.mark.parametrize("crash", ["before", "after"])
@pytest.mark.parametrize("look", [1, 2])
def test_a_look_that_dies_around_its_commit_is_made_good_by_its_second_delivery(
    world: World, look: int, crash: str
) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA)))
    world.fail(TWO, 404)
    if look == 2:
        world.revisit()
    world.now += HOUR
    due = recheck(world.only(), world.now)

    def die() -> None:
        raise RuntimeError("the sandbox was frozen")

    setattr(world.table, f"{crash}_commit", [die])
    with pytest.raises(RuntimeError):
        world.handle(due)
    world.handle(due)
    item = world.only()
    assert (item.version, item.revision) == (1 + look, look)
    assert text_and_reason(world) == ((f"{SATU}\n{DUA}", None) if look == 1 else (SATU, "page 2: HTTP 404"))
    assert len(world.stack.objects()) == look


def test_a_page_that_another_look_had_meanwhile_is_not_left_out(world: World) -> None:
    link = publish_pages(world, SATU, DUA)
    world.handle(entry(link))
    world.fail(TWO, 404)
    world.revisit()
    world.now += HOUR

    def have() -> None:
        publish(world, TWO, DUA)
        assert world.revisit().what == "unchanged"
        world.fail(TWO, 404)

    world.table.before_commit = [have]
    assert world.handle(entry(link, poll=9, title="Ralat")).what == "revised"
    assert (world.document().title, *text_and_reason(world)) == ("Ralat", f"{SATU}\n{DUA}", None)
    assert remembered(world).further[0].missing_since == instant(world.now)


def test_a_first_page_that_is_gone_retracts_the_article_whatever_its_further_pages_do(world: World) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA)))
    world.fail(TWO, 404)
    world.revisit()
    world.fail(PATH, 404)
    assert world.revisit().what == "page missing"
    assert world.revisit().what == "retracted"


def test_a_further_page_that_leads_to_another_article_for_good_is_gone(world: World) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA)))
    world.fail(TWO, 301, Location=world.serve("/berita/lain", "lain"))
    assert [world.revisit().what, world.revisit().what] == ["unchanged", "revised"]
    assert text_and_reason(world) == (SATU, "page 2: leads elsewhere for good")


def spoil(world: World, kind: str) -> None:
    """Let the second page be there without a text that can be had."""
    if kind == "403":
        world.fail(TWO, 403)
    elif kind == "robots":
        forbid_pages(world)
    elif kind == "killer":
        world.web.replies[KABAR + TWO] = Reply(KILLER, content_type=HTML)
    elif kind == "no text":
        publish(world, TWO, "")
    else:
        world.redirect(TWO, world.url("/berita/lain"))


def forbid_pages(world: World) -> None:
    world.now += timedelta(hours=25)  # what robots.txt said is remembered for a day
    rules = Reply(b"User-agent: *\nDisallow: /*?page=\n", content_type="text/plain")
    world.web.replies[f"{KABAR}/robots.txt"] = rules


def test_a_notice_withdraws_all_pages_though_its_pager_still_leads_to_them(world: World) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA, TIGA)))
    links = [world.url(TWO), world.url(THREE)]
    publish(world, PATH, WORDS, notice=True, further_pages=links)
    requests(world)
    assert world.revisit().what == "withheld"
    assert requests(world) == [(ONE, True)]
    assert world.revisit().what == "retracted"


def test_a_notice_in_place_of_a_further_page_is_no_text_of_the_article(world: World) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA, TIGA)))
    whole = text_and_reason(world)
    publish(world, TWO, WORDS, notice=True)
    for _ in range(3):
        outcome = world.revisit()
        assert (outcome.what, outcome.reason) == ("unchanged", "page 2: a notice of withdrawal")
    assert text_and_reason(world) == whole


def test_a_notice_beside_the_text_of_the_first_page_leaves_the_others_joined(world: World) -> None:
    world.handle(entry(publish_pages(world, SATU, DUA)))
    publish(world, PATH, f"{SATU} {RALAT}\n{WORDS}", notice=True, further_pages=[world.url(TWO)])
    assert world.revisit().what == "revised"
    assert text_and_reason(world) == (f"{SATU} {RALAT}\n{WORDS}\n{DUA}", None)
