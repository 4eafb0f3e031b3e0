"""A gap between requests that is longer than a message has time for: it comes back, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from functions.extract.failures import HostBusy, TransientFailure
from functions.extract.site_rules import TDM_PATH
from newswire.address_guard import AddressGuard
from newswire.article_item import ArticleItem
from newswire.host_turns import HostTurns
from newswire.http_client import HttpClient
from newswire.messages import Message
from tests.integration.test_extract_deliveries import deliveries, record
from tests.support.extract_world import KABAR, SUMMARY, World, entry
from tests.support.fake_sqs import FakeSqs

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


def test_what_no_later_attempt_would_bring_further_counts_as_a_failure(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A redirect on one host has two requests in a message's time, whenever it begins."""
    known_site(world, 30)
    message = entry(world.redirect("/r/1", world.serve("/berita/2")), title="Kabar dua")
    rest(world, monkeypatch)
    with pytest.raises(TransientFailure, match="host busy") as raised:
        world.handle(message, 1)
    assert not isinstance(raised.value, HostBusy)
    rest(world, monkeypatch)
    assert world.handle(message, 3).reason == "host busy"
    assert world.slept == []
