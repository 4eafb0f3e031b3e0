"""A gap between requests that is longer than a message has time for: it comes back, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.extract import kept_steps
from functions.extract.failures import HostBusy
from functions.extract.outcome import Outcome
from functions.extract.page_records import FRONT_PAGE_FOR_GOOD
from functions.extract.site_rules import TDM_PATH
from newswire.address_guard import AddressGuard
from newswire.article import Article
from newswire.article_item import ArticleItem
from newswire.clock import instant
from newswire.host_turns import HostTurns
from newswire.http_client import HttpClient
from newswire.messages import Message
from tests.integration.test_extract_deliveries import deliveries, record
from tests.support.aws_stack import FEED_TABLE
from tests.support.extract_world import KABAR, SUMMARY, World, entry, recheck
from tests.support.fake_sqs import FakeSqs
from tests.support.several_pages import (
    DUA,
    PATH,
    RALAT,
    SATU,
    TIGA,
    numbered,
    publish,
    publish_pages,
    requests,
)

LINK = "/berita/1"


def gap(world: World, seconds: float) -> None:
    world.change_source("kabar", request_gap=timedelta(seconds=seconds))


def rest(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the gap since the last request be over."""
    turns = HostTurns(sleep=world.turns.append)
    client = HttpClient(AddressGuard(world.web.loopback(KABAR)), world.agent, turns=turns)
    monkeypatch.setattr(world, "_client", client)


def known_site(world: World, seconds: float) -> Message:
    """Have a page of a site, and return the message of its next one, a gap too early."""
    gap(world, 0)
    world.handle(entry(world.serve("/berita/0", "Naskah lain."), title="Kabar lain"))
    gap(world, seconds)
    return entry(world.serve(LINK), title="Kabar")


def busy(world: World, message: Message, receive_count: int = 1) -> HostBusy:
    with pytest.raises(HostBusy) as raised:
        world.handle(message, receive_count)
    return raised.value


def test_a_wait_that_leaves_no_time_for_the_answer_is_not_begun(world: World) -> None:
    message = known_site(world, 22)
    assert busy(world, message).pause == timedelta(seconds=22)
    assert (world.slept, world.turns, world.pages_asked()) == ([], [], ["/berita/0"])


def test_one_that_leaves_it_is_waited_for(world: World) -> None:
    assert world.handle(known_site(world, 15)).origin == "page"
    assert world.turns == [pytest.approx(15, abs=2)]


def test_within_an_invocation_it_is_as_between_two(world: World) -> None:
    """The pages behind one that could not be asked for wait for the same turn, and for no longer one."""
    first, message = known_site(world, 30), entry(world.serve("/berita/2"), title="Kabar dua")
    processing = world.invocation()
    pauses = []
    for one in (first, message, first, message):
        with pytest.raises(HostBusy) as raised:
            processing.handle(one, 1)
        pauses.append(raised.value.pause.total_seconds())
    assert pauses == [pytest.approx(30, abs=2)] * 4
    assert world.slept == []


def test_each_receive_brings_a_new_site_one_file_further(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gap(world, 30)
    message = entry(world.serve(LINK))
    for asked in (["/robots.txt"], ["/robots.txt", TDM_PATH]):
        busy(world, message)
        assert world.web.paths() == asked
        rest(world, monkeypatch)
    assert world.handle(message).origin == "page"
    assert world.web.paths() == ["/robots.txt", TDM_PATH, LINK]


def work_off(world: World, message: Message, receive_count: int, sqs: FakeSqs) -> None:
    deliveries(world, sqs, FakeSqs()).handle(record(message.to_json(), receive_count))


@pytest.mark.parametrize("receive_count", [1, 2])
def test_a_message_is_hidden_until_the_hosts_turn(world: World, receive_count: int) -> None:
    sqs, message = FakeSqs(), known_site(world, 30)
    with pytest.raises(HostBusy):
        work_off(world, message, receive_count, sqs)
    assert (sqs.postponed, sqs.accepted) == ([("receipt-1", 30)], [])


@pytest.mark.parametrize("receive_count", [3, 4, 5])
@pytest.mark.parametrize("hint", [{}, {"title": None, "summary": None}], ids=["entry", "bare link"])
def test_its_receives_never_bring_it_to_the_dead_letters(
    world: World, receive_count: int, hint: dict[str, Any]
) -> None:
    """A copy, whose receives begin anew, takes its place at the end of the publisher's group."""
    known_site(world, 30)
    sqs, message = FakeSqs(), entry(world.serve(LINK), **hint)
    work_off(world, message, receive_count, sqs)
    (copy,) = sqs.accepted
    assert (copy["MessageBody"], copy["MessageGroupId"]) == (message.to_json(), KABAR)
    assert copy["MessageDeduplicationId"] == "message-1"
    assert sqs.postponed == []


def test_a_message_that_the_queue_does_not_take_anew_is_hidden(world: World) -> None:
    sqs, message = FakeSqs(faulty={"message-1": "InvalidMessageContents"}), known_site(world, 30)
    with pytest.raises(HostBusy):
        work_off(world, message, 3, sqs)
    assert sqs.postponed == [("receipt-1", 30)]


def test_after_an_hour_the_feeds_words_are_shown_and_the_page_waits_for_a_look(world: World) -> None:
    message = known_site(world, 30)
    world.now += timedelta(minutes=59)
    busy(world, message, 5)
    world.now += timedelta(minutes=1)
    assert world.handle(message).reason == "host busy"
    shown = world.articles()[message.article_id]
    assert isinstance(shown, ArticleItem)
    assert (shown.origin, shown.excerpt, shown.recheck_at is not None) == ("feed", SUMMARY, True)


def test_a_bare_link_has_no_words_to_show_and_waits_on(world: World) -> None:
    known_site(world, 30)
    world.now += timedelta(hours=5)
    busy(world, entry(world.serve(LINK), title=None, summary=None), 5)


def test_a_look_at_a_page_that_was_had_may_wait_for_the_next_one(world: World) -> None:
    gap(world, 0)
    world.handle(entry(world.serve(LINK)))
    gap(world, 30)
    outcome = world.revisit()
    assert (outcome.what, outcome.reason, world.only().origin) == ("unchanged", "host busy", "page")
    assert world.slept == []


def until_done(
    world: World, monkeypatch: pytest.MonkeyPatch, message: Message, most: int = 9
) -> tuple[Outcome, int]:
    """Let a message come back at each of its host's turns; return what became of it, and its receives."""
    for receive in range(1, most + 1):
        asked = len(world.web.asked)
        try:
            return world.handle(message, receive), receive
        except HostBusy as waits:
            assert len(world.web.asked) == asked + 1
            world.now += waits.pause
            rest(world, monkeypatch)
    pytest.fail(f"not done after {most} receives")


def test_a_redirect_on_one_host_is_followed_at_the_hosts_next_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_site(world, 30)
    rest(world, monkeypatch)
    link = world.redirect("/r/1", world.redirect("/r/2", world.serve("/berita/2")))
    outcome, receives = until_done(world, monkeypatch, entry(link, title="Kabar dua"))
    assert (outcome.origin, outcome.reason, receives) == ("page", None, 3)
    assert world.pages_asked()[1:] == ["/r/1", "/r/2", "/berita/2"]
    assert world.slept == []
    assert not any(key.startswith("steps#") for key in world.stack.items(FEED_TABLE))


def test_what_leads_home_for_good_does_so_at_the_hosts_next_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gap(world, 0)
    world.handle(entry(world.serve(LINK)))
    gap(world, 30)
    home = world.serve("/", "Beranda.")
    world.fail(LINK, 301, Location=home)
    for what in ("page missing", "retracted"):
        item = world.only()
        assert item.recheck_at is not None
        world.now = max(world.now, datetime.fromisoformat(item.recheck_at))
        rest(world, monkeypatch)
        outcome, receives = until_done(world, monkeypatch, recheck(item, world.now))
        assert (outcome.what, outcome.reason, receives) == (what, FRONT_PAGE_FOR_GOOD, 2)


def test_a_circle_of_redirects_ends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    known_site(world, 30)
    rest(world, monkeypatch)
    world.redirect("/r/2", world.url("/r/1"))
    outcome, receives = until_done(world, monkeypatch, entry(world.redirect("/r/1", world.url("/r/2"))))
    assert (outcome.reason, receives) == ("too many redirects", 7)


def test_a_robots_file_that_has_moved_on_its_host_is_followed_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gap(world, 30)
    world.redirect("/robots.txt", world.serve("/mesin.txt"))
    outcome, receives = until_done(world, monkeypatch, entry(world.serve(LINK)))
    assert (outcome.origin, receives) == ("page", 4)
    assert world.web.paths() == ["/robots.txt", "/mesin.txt", TDM_PATH, LINK]


def test_what_is_unknown_without_its_tracking_parameters_is_asked_for_with_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_site(world, 30)
    rest(world, monkeypatch)
    link = world.serve("/berita/2?utm_source=rss")
    world.fail("/berita/2", 404)
    outcome, receives = until_done(world, monkeypatch, entry(link, title="Kabar dua"))
    assert (outcome.origin, receives) == ("page", 2)


def test_an_article_on_several_pages_is_had_whole_a_page_a_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_site(world, 60)
    rest(world, monkeypatch)
    begun = world.now
    message = entry(publish_pages(world, SATU, DUA, TIGA), title="Kabar")
    outcome, receives = until_done(world, monkeypatch, message)
    assert (outcome.what, outcome.origin, outcome.reason, receives) == ("stored", "page", None, 3)
    article = next(one for one in documents(world) if one.id == outcome.article_id)
    assert article.text == f"{SATU}\n{DUA}\n{TIGA}"
    assert article.provenance.fetched == instant(begun)
    assert requests(world) == [(numbered(one), False) for one in (1, 2, 3)]


def test_a_correction_on_a_later_page_is_had_a_page_a_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gap(world, 0)
    world.handle(entry(publish_pages(world, SATU, DUA)))
    gap(world, 60)
    rest(world, monkeypatch)
    publish(world, numbered(2), f"{DUA} {RALAT}")
    requests(world)
    item = world.only()
    assert item.recheck_at is not None
    world.now = datetime.fromisoformat(item.recheck_at)
    outcome, receives = until_done(world, monkeypatch, recheck(item, world.now))
    assert (outcome.what, receives) == ("revised", 3)
    assert requests(world) == [(numbered(1), True), (numbered(2), True), (numbered(1), False)]
    assert world.document().text == f"{SATU}\n{DUA} {RALAT}"


def test_an_article_that_has_waited_for_an_hour_is_told_with_the_pages_that_were_had(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_site(world, 60)
    rest(world, monkeypatch)
    message = entry(publish_pages(world, SATU, DUA, TIGA), title="Kabar")
    busy(world, message)
    world.now += timedelta(hours=1)
    outcome = world.handle(message)
    assert (outcome.origin, outcome.reason) == ("page", "page 2: host busy")
    shown = world.articles()[outcome.article_id]
    assert isinstance(shown, ArticleItem)
    assert shown.recheck_at is not None


@pytest.mark.parametrize("headers", [{}, {f"X-{number}": "é" * 500 for number in range(80)}])
def test_what_does_not_fit_into_an_item_is_asked_for_again(
    world: World, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    monkeypatch.setattr(kept_steps, "ANSWERS_LIMIT", 40_000 if headers else 10)
    known_site(world, 60)
    rest(world, monkeypatch)
    link = publish_pages(world, SATU, DUA)
    first = world.web.replies[KABAR + PATH]
    world.web.replies[KABAR + PATH] = replace(first, headers=headers)
    message = entry(link, title="Kabar")
    for _ in range(2):
        busy(world, message)
        rest(world, monkeypatch)
    assert world.pages_asked()[1:] == [numbered(1), numbered(1)]
    world.now += timedelta(hours=1)
    assert world.handle(message).reason == "page 2: host busy"


def test_a_later_entry_does_not_go_on_from_an_earlier_ones_pages(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_site(world, 60)
    rest(world, monkeypatch)
    link = publish_pages(world, SATU, DUA)
    busy(world, entry(link, title="Kabar"))
    publish(world, PATH, f"{SATU} {RALAT}", further_pages=[world.url(numbered(2))])
    rest(world, monkeypatch)
    outcome, _ = until_done(world, monkeypatch, entry(link, title="Kabar", poll=1))
    article = next(one for one in documents(world) if one.id == outcome.article_id)
    assert article.text == f"{SATU} {RALAT}\n{DUA}"


def documents(world: World) -> list[Article]:
    """Return the articles that are stored."""
    objects = world.stack.objects()
    items = (one for one in world.articles().values() if isinstance(one, ArticleItem))
    return [Article.from_json(objects[one.article_key]) for one in items]
