"""A domain that asks to be left alone is left alone by extract and by fetch, whichever it told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from functions.extract.failures import TransientFailure
from newswire.backoff import Backoff
from newswire.clock import instant
from tests.support.extract_world import NOW, WARTA, World, entry

DOMAIN = "domain#kabar.localhost"


def postponed(world: World, path: str, title: str = "Judul lain") -> TransientFailure:
    with pytest.raises(TransientFailure) as raised:
        world.handle(entry(world.serve(path), title=title))
    return raised.value


def test_after_a_429_no_other_page_of_the_domain_is_asked_until_it_is_over(world: World) -> None:
    with pytest.raises(TransientFailure):
        world.handle(entry(world.fail("/berita/1", 429, **{"Retry-After": "600"})))
    assert world.stack.items()[DOMAIN]["ends"] == instant(NOW + timedelta(minutes=10))
    world.now += timedelta(minutes=4)
    failure = postponed(world, "/berita/2")
    assert (failure.reason, failure.headers) == ("HTTP 429", {"retry-after": "360"})
    assert world.pages_asked() == ["/berita/1"]
    world.now += timedelta(minutes=6)
    assert world.handle(entry(world.url("/berita/2"), title="Judul lain")).what == "stored"
    assert DOMAIN not in world.stack.items()


def test_what_fetch_was_told_holds_for_pages(world: World) -> None:
    world.feed_table.put_unconditionally(
        Backoff("kabar.localhost", NOW + timedelta(minutes=5), 2, "HTTP 503").to_item()
    )
    failure = postponed(world, "/berita/1")
    assert (failure.reason, failure.headers) == ("HTTP 503", {"retry-after": "300"})
    assert world.web.asked == []


def test_other_domains_are_asked_meanwhile(world: World) -> None:
    with pytest.raises(TransientFailure):
        world.handle(entry(world.fail("/berita/1", 429)))
    outcome = world.handle(entry(world.serve("/berita/1", host=WARTA), source="warta", title="Dari Warta"))
    assert outcome.what == "stored"


def test_a_429_that_names_no_time_means_ten_minutes(world: World) -> None:
    with pytest.raises(TransientFailure) as raised:
        world.handle(entry(world.fail("/berita/1", 429)))
    assert raised.value.headers == {"retry-after": "600"}


def test_a_503_that_names_no_time_is_that_pages_own_trouble(world: World) -> None:
    with pytest.raises(TransientFailure):
        world.handle(entry(world.fail("/berita/1", 503)))
    assert DOMAIN not in world.stack.items()
    assert world.handle(entry(world.serve("/berita/2"), title="Judul lain")).what == "stored"


def test_robots_txt_that_asks_to_wait_speaks_for_the_whole_domain(world: World) -> None:
    world.fail("/robots.txt", 503, **{"Retry-After": "300"})
    postponed(world, "/berita/1")
    postponed(world, "/berita/2")
    assert world.web.paths() == ["/robots.txt"]


def test_a_wait_of_hours_ends_with_the_feeds_text_and_a_later_look(world: World) -> None:
    world.fail("/berita/1", 429, **{"Retry-After": "7200"})
    assert world.handle(entry(world.url("/berita/1"))).reason == "HTTP 429"
    world.serve("/berita/2")
    outcome = world.handle(entry(world.url("/berita/2"), title="Judul lain"))
    assert (outcome.origin, outcome.reason) == ("feed", "HTTP 429")
    assert world.pages_asked() == ["/berita/1"]
    assert {item["recheck_at"] for item in world.stack.items("newswire-articles").values()} == {
        instant(NOW + timedelta(hours=2))
    }


def test_knowing_what_a_domain_asked_for_costs_no_further_read(world: World) -> None:
    reads: list[bytes] = []

    def note(params: dict[str, Any], model: Any, **_: object) -> None:
        if model.name == "BatchGetItem" and b"newswire-feeds" in params["body"]:
            reads.append(params["body"])

    world.stack.dynamodb.meta.events.register("before-call", note)
    world.handle(entry(world.serve("/berita/1")))
    (read,) = (one for one in reads if b"pages#" not in one)
    assert b"robots#" in read
    assert DOMAIN.encode() in read


def test_no_redirect_leads_to_a_domain_that_waits_though_its_robots_file_is_known(world: World) -> None:
    world.handle(entry(world.serve("/berita/0", host=WARTA), source="warta", title="Dari Warta"))
    world.feed_table.put_unconditionally(
        Backoff("warta.localhost", NOW + timedelta(minutes=5), 1, "HTTP 429").to_item()
    )
    link = world.redirect("/berita/1", world.serve("/berita/1", host=WARTA))
    with pytest.raises(TransientFailure) as raised:
        world.handle(entry(link))
    assert (raised.value.reason, raised.value.headers) == ("HTTP 429", {"retry-after": "300"})
    assert world.pages_asked() == ["/berita/0", "/berita/1"]


def test_a_redirect_of_robots_txt_does_not_lead_to_a_domain_that_waits(world: World) -> None:
    with pytest.raises(TransientFailure):
        world.handle(entry(world.fail("/berita/0", 429, WARTA), source="warta"))
    asked = len(world.web.asked)
    world.redirect("/robots.txt", world.url("/robots.txt", WARTA))
    with pytest.raises(TransientFailure):
        world.handle(entry(world.serve("/berita/1")))
    assert [one.host for one in world.web.asked[asked:]] == ["kabar.localhost"]
