"""Whom a stop covers, and what it makes of a catalogue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newswire.article import Owner
from newswire.article_history import PageRecord
from newswire.article_item import ArticleItem, Copy, Via
from newswire.stops import NO_STOPS, Stop, Stops, host_order, source_order
from tests.support.articles import article_item
from tests.support.catalogues import catalogue, source

STOP = Stop("2026-01-05T01:00:00.000Z", "Surat direksi")
KABAR = source(id="kabar", homepage="https://www.kabar.example", hosts=("kabar-cepat.example",))
SPORT = source(id="sport", homepage="https://sport.kabar.example", feeds=("https://sport.kabar.example/rss",))
WARTA = source(id="warta", homepage="https://warta.example", feeds=("https://warta.example/rss",))
OWNER = Owner("warta", "Warta", "https://warta.example")
CATALOGUE = catalogue(KABAR, SPORT, WARTA)


def stopped(*orders: str) -> Stops:
    return Stops(1, dict.fromkeys(orders, replace(STOP, hosts=("www.kabar.example", "kabar-cepat.example"))))


@pytest.mark.parametrize(
    ("host", "url", "covered"),
    [
        ("kabar.example", "https://kabar.example/1", True),
        ("kabar.example", "https://www.kabar.example:8443/1", True),
        ("kabar.example", "https://a.b.kabar.example/1", True),
        ("kabar.example", "https://bukankabar.example/1", False),
        ("kabar.example", "https://kabar.example.lain.example/1", False),
        ("www.kabar.example", "https://kabar.example/1", False),
        ("blog.kabar.example", "https://kabar.example/1", False),
        ("192.0.2.1", "https://192.0.2.1/1", True),
        ("kabar.co.id", "https://www.kabar.co.id/1", True),
    ],
)
def test_a_stop_of_a_host_covers_it_and_what_is_below_it(host: str, url: str, covered: bool) -> None:
    order = host_order(host)
    assert Stops(1, {order: STOP}).of_url(url, catalogue(WARTA)) == (order if covered else None)


@pytest.mark.parametrize(
    ("url", "covered"),
    [
        ("https://kabar.example/1", True),
        ("https://m.kabar.example/1", True),
        ("https://kabar-cepat.example/1", True),
        ("https://sport.kabar.example/1", False),
        ("https://warta.example/1", False),
    ],
)
def test_a_stop_of_a_source_covers_what_it_owns_and_no_other_source_of_its_domain(
    url: str, covered: bool
) -> None:
    order = source_order("kabar")
    assert stopped(order).of_url(url, CATALOGUE) == (order if covered else None)


def test_a_source_that_is_no_more_in_the_catalogue_is_known_by_its_hosts() -> None:
    order = source_order("kabar")
    assert stopped(order).of_url("https://m.kabar.example/1", catalogue(WARTA)) == order
    assert stopped(order).of_carrier("kabar", catalogue(WARTA)) == order
    assert stopped(order).of_url("https://warta.example/1", catalogue(WARTA)) is None


def test_a_new_id_in_the_catalogue_lifts_no_stop_and_no_other_source_of_its_domain_is_taken_for_it() -> None:
    order, renamed = source_order("kabar"), catalogue(replace(KABAR, id="kabar-baru"), SPORT, WARTA)
    assert stopped(order).of_url("https://www.kabar.example/1", renamed) == order
    assert stopped(order).of_carrier("kabar-baru", renamed) == order
    assert [one.enabled for one in stopped(order).applied(renamed).sources] == [False, True, True]


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "https://www.kabar.example/1"},
        {"canonical_url": "https://www.kabar.example/1"},
        {"page": PageRecord("https://www.kabar.example/1")},
        {"copy": Copy("Warta", "tayang di", "https://www.kabar.example/1")},
    ],
)
def test_an_article_is_covered_by_each_of_its_addresses(changes: dict[str, object]) -> None:
    plain = replace(article_item(), owner=OWNER, url="https://warta.example/1", canonical_url=None)
    assert stopped(source_order("kabar")).of_item(plain, CATALOGUE) is None
    item = replace(plain, **changes)  # type: ignore[arg-type]  # fields of an item
    assert stopped(source_order("kabar")).of_item(item, CATALOGUE) == source_order("kabar")
    assert stopped(host_order("kabar.example")).of_item(item, CATALOGUE) == host_order("kabar.example")


def carried(origin: str, *sources: str) -> ArticleItem:
    via = {one: Via(one, "https://lain.example/1", "2026-01-05T01:00:00.000Z") for one in sources}
    nobody = Owner("@lain.example", "Lain", "https://lain.example")
    item = replace(article_item(), owner=nobody, url="https://lain.example/1", via=via)
    return replace(item, origin=origin)  # type: ignore[arg-type]  # one of two


def test_words_that_feeds_alone_had_are_covered_where_all_their_sources_are() -> None:
    stops = stopped(source_order("kabar"))
    assert stops.of_item(carried("feed", "kabar"), CATALOGUE) == source_order("kabar")
    assert stops.of_item(carried("feed", "kabar", "warta"), CATALOGUE) is None
    assert stops.of_item(carried("page", "kabar"), CATALOGUE) is None
    assert stops.of_item(carried("feed"), CATALOGUE) is None


def test_the_catalogue_disables_who_said_stop_and_leaves_out_feeds_at_their_hosts() -> None:
    far = replace(WARTA, feeds=("https://feeds.kabar.example/warta", "https://warta.example/rss"))
    applied = stopped(host_order("kabar.example")).applied(catalogue(KABAR, SPORT, far))
    assert [one.enabled for one in applied.sources] == [False, False, True]
    assert applied.sources[2].feeds == ("https://warta.example/rss",)


def test_without_stops_the_catalogue_is_the_same_one() -> None:
    assert NO_STOPS.applied(CATALOGUE) is CATALOGUE
    assert NO_STOPS.of_url("https://kabar.example/1", CATALOGUE) is None


def test_what_is_written_is_read_back() -> None:
    stops = stopped(source_order("kabar")).with_stop(host_order("warta.example"), replace(STOP, purge=True))
    assert stops.version == 2
    assert Stops.from_item(stops.to_item()) == stops
    assert Stops.from_item(None) == NO_STOPS
    assert stops.without_stop(host_order("warta.example")).noted == stopped(source_order("kabar")).noted
