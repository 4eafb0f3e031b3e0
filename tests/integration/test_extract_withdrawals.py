"""A page that says that its article was withdrawn: shown no more at once, for ever at the second look."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from newswire.article_item import Tombstone
from newswire.clock import instant
from tests.support.extract_pages import HTML, TEXT, page_body
from tests.support.extract_world import KABAR, World, entry, recheck
from tests.support.web_server import Reply

PATH = "/berita/1"
WORDS = "Artikel ini telah ditarik oleh redaksi."
HOUR = timedelta(hours=1)


def withdraw(world: World) -> None:
    world.serve(PATH, WORDS, notice=True)


def withheld(world: World) -> str:
    """Let a first look find the notice and return the article's link."""
    url = world.serve(PATH)
    world.handle(entry(url))
    withdraw(world)
    outcome = world.revisit()
    assert (outcome.what, outcome.reason) == ("withheld", "retraction notice")
    return url


def test_the_first_look_withholds_the_article_and_the_second_retracts_it(world: World) -> None:
    url = world.serve(PATH)
    world.handle(entry(url))
    before, files = world.only(), world.stack.objects()
    withdraw(world)
    assert world.revisit().what == "withheld"
    item = world.only()
    assert (item.withheld_since, item.revision, item.page) == (instant(world.now), 1, before.page)
    assert item.recheck_at == instant(world.now + HOUR)
    outcome = world.revisit()
    assert (outcome.what, outcome.reason) == ("retracted", "retraction notice")
    stone = Tombstone(before.id, 3, url, before.slug, "retraction notice", instant(world.now))
    assert world.articles() == {before.id: stone}
    assert world.stack.objects() == files
    assert world.table.due_rechecks("9999", 10) == []


def test_a_second_delivery_within_the_hour_is_no_second_look(world: World) -> None:
    withheld(world)
    before = world.everything()
    assert world.handle(recheck(world.only(), world.now)).what == "already handled"
    world.now += timedelta(minutes=59)
    assert world.handle(recheck(world.only(), world.now)).what == "already handled"
    assert world.everything() == before


def test_an_edited_entry_is_a_look_but_not_a_second_one_within_the_hour(world: World) -> None:
    url = world.serve(PATH)
    world.handle(entry(url))
    withdraw(world)
    assert world.handle(entry(url, poll=1, title="Dicabut")).what == "withheld"
    since = world.only().withheld_since
    world.now += timedelta(minutes=30)
    assert world.handle(entry(url, poll=2, title="Dicabut redaksi")).what == "withheld"
    assert world.only().withheld_since == since
    world.now += timedelta(minutes=30)
    assert world.handle(entry(url, poll=3, title="Berita dicabut redaksi")).what == "retracted"


@pytest.mark.parametrize("kind", ["200", "the same bytes", "edited"])
def test_an_article_whose_page_is_back_is_shown_again_and_the_count_begins_anew(
    world: World, kind: str
) -> None:
    there = Reply(page_body(), content_type=HTML, etag='"1"')
    world.web.replies[KABAR + PATH] = there
    world.handle(entry(world.url(PATH)))
    withdraw(world)
    world.revisit()
    world.web.replies[KABAR + PATH] = {
        "200": replace(there, etag=None),
        "the same bytes": there,
        "edited": Reply(page_body(f"{TEXT}\nRalat."), content_type=HTML),
    }[kind]
    assert world.revisit().what == ("revised" if kind == "edited" else "unchanged")
    assert world.only().withheld_since is None
    withdraw(world)
    world.now += HOUR
    assert world.revisit().what == "withheld"


def test_an_article_is_not_withheld_for_ever_where_its_source_wants_no_looks(world: World) -> None:
    world.change_source("kabar", rechecks=())
    url = world.serve(PATH)
    world.handle(entry(url))
    assert world.only().recheck_at is None
    withdraw(world)
    assert world.handle(entry(url, poll=4, summary="Dicabut.")).what == "withheld"
    assert world.only().recheck_at == instant(world.now + HOUR)
    world.serve(PATH)
    assert world.revisit().what == "unchanged"
    assert (world.only().withheld_since, world.only().recheck_at) == (None, None)


def test_a_look_at_a_withheld_article_is_made_though_looks_were_switched_off_meanwhile(world: World) -> None:
    withheld(world)
    world.change_source("kabar", rechecks=())
    assert world.revisit().what == "retracted"


def test_a_server_that_takes_the_notice_for_the_same_page_does_not_bring_it_back(world: World) -> None:
    """Some systems tag a page by the number of its article, whatever it says."""
    world.web.replies[KABAR + PATH] = Reply(page_body(), content_type=HTML, etag='"post-1"')
    world.handle(entry(world.url(PATH)))
    world.web.replies[KABAR + PATH] = Reply(page_body(WORDS, notice=True), content_type=HTML, etag='"post-1"')
    assert world.handle(entry(world.url(PATH), poll=4, summary="Dicabut.")).what == "withheld"
    outcome = world.revisit()
    assert (outcome.what, outcome.reason) == ("retracted", "retraction notice")


@pytest.mark.parametrize("trouble", [403, 500, "no text", "another page", "wall"])
def test_what_says_nothing_of_the_article_does_not_bring_it_back(world: World, trouble: object) -> None:
    withheld(world)
    if isinstance(trouble, int):
        world.fail(PATH, trouble)
    elif trouble == "another page":
        world.serve(PATH, "Indeks seluruh kabar dari rubrik ini.", title="Rubrik Ekonomi")
    else:
        world.serve(PATH, "" if trouble == "no text" else "Please enable JavaScript to continue.")
    for _ in range(3):
        assert world.revisit().what == "unchanged"
        assert world.only().withheld_since is not None
    withdraw(world)
    assert world.revisit().what == "retracted"


def test_a_page_that_was_never_read_again_stays_withheld_when_its_looks_are_over(world: World) -> None:
    withheld(world)
    world.fail(PATH, 403)
    while world.only().recheck_at is not None:
        world.revisit(after=timedelta(hours=12))
    assert world.only().withheld_since is not None


def test_a_notice_and_a_page_that_is_gone_confirm_each_other(world: World) -> None:
    withheld(world)
    world.fail(PATH, 410)
    outcome = world.revisit()
    assert (outcome.what, outcome.reason) == ("retracted", "HTTP 410")


def test_a_page_that_is_gone_and_a_notice_confirm_each_other(world: World) -> None:
    world.handle(entry(world.serve(PATH)))
    world.fail(PATH, 410)
    assert world.revisit().what == "page missing"
    withdraw(world)
    outcome = world.revisit()
    assert (outcome.what, outcome.reason) == ("retracted", "retraction notice")


def test_a_notice_beside_the_text_that_was_had_is_about_something_else(world: World) -> None:
    world.handle(entry(world.serve(PATH)))
    world.serve(PATH, f"{TEXT}\nRalat.", notice=True)
    assert world.revisit().what == "revised"
    assert (world.only().withheld_since, world.document().text) == (None, f"{TEXT}\nRalat.")


def test_a_notice_that_repeats_the_words_of_a_short_text_is_one_all_the_same(world: World) -> None:
    had = "Harga beras turun lima persen di pasar induk, kata pedagang di Jakarta dan Bandung pada hari ini."
    world.handle(entry(world.serve(PATH, had)))
    said = "karena harga beras yang turun di pasar induk Jakarta dan Bandung tidak benar, kata pedagang."
    world.serve(PATH, f"Redaksi mencabut berita ini {said}", notice=True)
    assert world.revisit().what == "withheld"
    assert (world.only().revision, world.document().text) == (1, had)


def test_a_notice_in_place_of_a_page_that_was_never_had_withdraws_the_feeds_words(world: World) -> None:
    world.handle(entry(world.fail(PATH, 503)), receive_count=3)
    world.serve(PATH, "", notice=True)
    assert world.revisit().what == "withheld"
    assert world.only().recheck_at == instant(world.now + HOUR)
    assert world.revisit().what == "retracted"


@pytest.mark.parametrize("text", ["Harga beras turun lima persen, kata pedagang.", f"Kabar. {WORDS}", ""])
def test_a_first_look_stores_the_feeds_words_where_the_notice_is_not_in_the_text(
    world: World, text: str
) -> None:
    """A line that no reader sees may pass for a notice."""
    outcome = world.handle(entry(world.serve(PATH, text, notice=True)))
    if text.startswith("Harga"):
        assert (outcome.what, outcome.reason) == ("stored", "a notice of withdrawal beside the text")
        assert world.only().origin == "feed"
        assert world.revisit().what == "unchanged"
        assert world.only().withheld_since is None
    else:
        assert outcome.what == "nothing to show"


def test_the_feeds_words_are_shown_again_when_their_page_is_had_after_all(world: World) -> None:
    world.handle(entry(world.fail(PATH, 503)), receive_count=3)
    world.serve(PATH, "", notice=True)
    world.revisit()
    world.serve(PATH)
    assert world.revisit().what == "revised"
    assert (world.only().withheld_since, world.only().origin) == (None, "page")


def test_an_edited_headline_does_not_bring_a_withheld_article_back(world: World) -> None:
    url = withheld(world)
    since = world.only().withheld_since
    world.fail(PATH, 404)
    assert world.handle(entry(url, poll=1, title="Ralat")).what == "revised"
    assert (world.only().title, world.only().withheld_since) == ("Ralat", since)


def test_a_further_feed_does_not_bring_a_withheld_article_back(world: World) -> None:
    url = withheld(world)
    assert world.handle(entry(url, source="warta", poll=1)).what == "known hint"
    assert world.only().withheld_since is not None
    assert world.revisit().what == "retracted"


def test_a_look_that_finds_the_page_back_wins_over_a_retraction_that_was_decided_before(world: World) -> None:
    url = withheld(world)
    item = world.only()
    assert item.recheck_at is not None
    world.now = datetime.fromisoformat(item.recheck_at)

    def back() -> None:
        world.serve(PATH)
        assert world.handle(entry(url, poll=1, title="Ralat")).what == "revised"

    world.table.before_commit = [back]
    assert world.handle(recheck(item, world.now)).what == "already handled"
    assert world.only().withheld_since is None
