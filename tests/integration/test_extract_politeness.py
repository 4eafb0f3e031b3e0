"""What a publisher's server sees of us: honest, sparse, one request after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.extract.site_rules import TDM_PATH
from newswire import __version__
from tests.support.extract_pages import HTML, page_body
from tests.support.extract_world import KABAR, WARTA, World, entry
from tests.support.web_server import Reply


def test_tracking_parameters_are_not_sent(world: World) -> None:
    clean = world.serve("/berita/1?id=7")
    world.handle(entry(clean + "&utm_source=rss&fbclid=x"))
    assert world.pages_asked() == ["/berita/1?id=7"]
    assert world.document().provenance.final_url == clean
    assert world.document().url == clean + "&utm_source=rss&fbclid=x"


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_unknown_without_them_is_asked_as_the_feed_gave_it(world: World, status: int) -> None:
    world.fail("/berita/1", status)
    world.handle(entry(world.serve("/berita/1?utm_source=rss")))
    assert world.pages_asked() == ["/berita/1", "/berita/1?utm_source=rss"]
    assert world.document().origin == "page"


@pytest.mark.parametrize("status", [403, 451])
def test_a_page_that_is_refused_is_not_asked_in_another_spelling(world: World, status: int) -> None:
    world.handle(entry(world.fail("/berita/1", status) + "?utm_source=rss"))
    assert world.pages_asked() == ["/berita/1"]


def test_a_link_without_them_is_asked_once(world: World) -> None:
    world.handle(entry(world.fail("/berita/1", 404)))
    assert world.pages_asked() == ["/berita/1"]


def test_requests_are_honest_and_carry_nothing_of_ours(world: World) -> None:
    cookie = {"Set-Cookie": "sid=1; Path=/"}
    world.web.replies[f"{KABAR}/robots.txt"] = Reply(headers=cookie, content_type="text/plain")
    page = Reply(page_body(), headers=cookie, content_type=HTML, etag='"a"')
    world.web.replies[f"{KABAR}/berita/1"] = world.web.replies[f"{KABAR}/berita/2"] = page
    processing = world.invocation()
    for number in (1, 2):
        processing.handle(entry(world.url(f"/berita/{number}"), title=f"Kabar {number}"), 1)
    assert world.web.paths() == ["/robots.txt", TDM_PATH, "/berita/1", "/berita/2"]
    for asked in world.web.asked:
        assert asked.header("User-Agent") == f"Newswire/{__version__} (+https://portal.example/about.html)"
        assert {name.lower() for name, _ in asked.headers} == {
            "host",
            "user-agent",
            "accept",
            "accept-encoding",
        }


def test_the_gap_is_kept_between_all_requests_to_one_host(world: World) -> None:
    world.change_source("kabar", request_gap=timedelta(seconds=3))
    processing = world.invocation()
    for number in (1, 2):
        processing.handle(entry(world.serve(f"/berita/{number}"), title=f"Kabar {number}"), 1)
    assert world.slept == [pytest.approx(3, abs=1)] * 3


def test_the_gap_begins_at_the_end_of_a_request_that_somebody_else_had_under_way(world: World) -> None:
    """Two publishers of a batch may meet at a host: where the client's turns tell who asked last."""
    world.change_source("kabar", request_gap=timedelta(seconds=3))
    world.handle(entry(world.serve("/berita/1"), title="Kabar 1"))
    world.slept.clear()
    world.turns.clear()
    world.handle(entry(world.serve("/berita/2"), title="Kabar 2"))
    assert world.slept == []
    assert world.turns == [pytest.approx(3, abs=1)]


@pytest.mark.parametrize("carrier", ["kabar", "warta"])
def test_a_sites_own_gap_is_kept_whoever_carries_its_articles(world: World, carrier: str) -> None:
    world.change_source("kabar", request_gap=timedelta(seconds=5))
    processing = world.invocation()
    for number in (1, 2):
        url = world.serve(f"/berita/{number}", f"Naskah {number}.")
        assert processing.handle(entry(url, source=carrier, title=f"Kabar {number}"), 1).origin == "page"
    assert len(world.slept) == 3
    # Less what the machine took between the requests, and more than the gap of any other source
    assert all(1 < one <= 5 for one in world.slept)


def test_a_refused_request_counts_for_the_gap_as_well(world: World) -> None:
    world.change_source("kabar", request_gap=timedelta(seconds=3))
    world.fail("/berita/1", 404)
    world.handle(entry(world.serve("/berita/1?utm_source=rss")))
    assert len(world.slept) == 3


def test_another_host_need_not_be_waited_for(world: World) -> None:
    for one in ("kabar", "warta"):
        world.change_source(one, request_gap=timedelta(seconds=3))
    world.fail("/robots.txt", 404)
    processing = world.invocation()
    processing.handle(entry(world.serve("/berita/1"), title="Dari Kabar"), 1)
    before = len(world.slept)
    processing.handle(entry(world.serve("/berita/1", host=WARTA), source="warta", title="Dari Warta"), 1)
    assert (before, len(world.slept)) == (2, 4)  # each time after robots.txt and after the TDM file


def test_a_source_that_nobody_configured_is_asked_with_a_gap_too(world: World) -> None:
    """A source may leave sources.yaml while its messages still wait; its host is another source's."""
    message = replace(entry(world.serve("/berita/1")), source="bekas")
    world.handle(message)
    assert world.slept == [pytest.approx(1, abs=0.5)] * 2


def test_a_compressed_page_is_read(world: World) -> None:
    world.web.replies[f"{KABAR}/berita/1"] = Reply(page_body(), content_type=HTML, gzipped=True)
    world.handle(entry(world.url("/berita/1")))
    assert world.document().origin == "page"
    assert world.web.asked[-1].header("Accept-Encoding") == "gzip"


def test_the_gap_is_kept_before_the_next_step_of_a_redirect_too(world: World) -> None:
    world.change_source("kabar", request_gap=timedelta(seconds=3))
    world.handle(entry(world.redirect("/berita/1", world.serve("/berita/1.html"))))
    assert [round(seconds) for seconds in world.slept] == [3, 3, 3]
    assert world.web.paths() == ["/robots.txt", TDM_PATH, "/berita/1", "/berita/1.html"]
