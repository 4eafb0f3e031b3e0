"""Whose article it is, how much of it may be had, and when it is listed: decided at the first commit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.clock import instant
from newswire.sources import Display
from newswire.urls import article_id
from tests.support.extract_pages import TEXT
from tests.support.extract_world import KABAR, LENTERA, NOW, SUMMARY, WARTA, World, entry


@pytest.fixture
def stranger(world: World) -> str:
    """Return an article of a site that no source owns: Warta leaves the catalogue."""
    world.catalogue = replace(
        world.catalogue, sources=tuple(one for one in world.catalogue.sources if one.id != "warta")
    )
    return world.serve("/berita/9", host=WARTA, site_name="Warta Kita")


def test_the_owner_is_the_site_and_not_the_feed_that_was_first(world: World) -> None:
    url = world.serve("/berita/1", host=WARTA, site_name="Nama Lain")
    world.handle(entry(url, source="kabar"))
    item = world.only()
    assert (item.owner.id, item.owner.name, item.owner.homepage) == ("warta", "Warta", world.url("", WARTA))
    assert item.category == "ekonomi"
    assert world.document().owner == item.owner


def test_the_owners_setting_counts_and_not_the_carriers(world: World) -> None:
    world.handle(entry(world.serve("/berita/1", host=LENTERA), source="kabar"))
    assert (world.document().reason, world.web.asked) == ("display: link", [])


def test_the_owner_stays_whatever_link_or_feed_comes_later(world: World) -> None:
    url = world.serve("/berita/1", "Lima persen.")
    world.handle(entry(url))
    owner = world.only().owner
    moved = world.serve("/berita/1", "Enam persen.", WARTA)
    world.handle(entry(moved, poll=1, article=article_id(url), title="Ralat"))
    assert (world.only().revision, world.only().owner, world.only().url) == (1, owner, url)
    assert world.document().text == "Lima persen."


def test_an_edit_through_a_redirecting_link_is_under_the_owners_setting(world: World) -> None:
    url = world.serve("/berita/1", "Lima persen.")
    world.handle(entry(url))
    world.serve("/berita/1", "Enam persen.")
    link = world.redirect("/r/1", url, LENTERA)  # as a link of a service that may be linked to only
    world.handle(entry(link, poll=1, article=article_id(url), title="Ralat"))
    assert (world.document().origin, world.document().text) == ("page", "Enam persen.")


@pytest.mark.parametrize(("others", "origin"), [("link", "feed"), ("excerpt", "page"), ("full", "page")])
def test_a_strangers_article_is_under_the_carriers_setting_for_others(
    world: World, stranger: str, others: Display, origin: str
) -> None:
    world.change_source("kabar", others=others)
    world.handle(entry(stranger))
    assert world.document().origin == origin
    assert (len(world.web.asked) > 0) == (origin == "page")


def test_a_stranger_goes_by_its_sites_name_and_domain(world: World, stranger: str) -> None:
    world.change_source("kabar", others="excerpt", category="ekonomi")
    world.handle(entry(stranger))
    item = world.only()
    assert (item.owner.id, item.owner.name, item.owner.homepage) == (
        f"@{WARTA}",
        "Warta Kita",
        world.url("", WARTA),
    )
    assert item.category == "ekonomi"
    assert world.table.newest("by-owner", f"@{WARTA}", 10) == [item.id]


def test_the_strictest_of_a_strangers_carriers_counts(world: World, stranger: str) -> None:
    world.change_source("kabar", others="full")
    world.handle(entry(stranger, source="lentera"))
    world.handle(entry(stranger, source="kabar"))
    world.handle(entry(stranger, source="kabar", poll=1, summary="Ringkasan baru."))
    assert (world.document().reason, world.web.asked) == ("display: link", [])


def test_the_owner_is_where_the_page_says_it_belongs(world: World) -> None:
    """Subdomains are one site: its canonical address decides which of its sources owns the article."""
    sport = world.source("kabar-olahraga", f"olahraga.{KABAR}", category="ekonomi")
    world.catalogue = replace(world.catalogue, sources=(*world.catalogue.sources, sport))
    canonical = world.url("/bola/1", f"olahraga.{KABAR}")
    world.handle(entry(world.serve("/berita/1", canonical_url=canonical)))
    assert (world.only().owner.id, world.only().category) == ("kabar-olahraga", "ekonomi")


@pytest.mark.parametrize(
    ("stated", "published", "listed"),
    [
        (None, None, NOW),
        ("2026-01-05T07:30:00+07:00", "2026-01-05T07:30:00+07:00", NOW - timedelta(minutes=30)),
        ("2026-01-05T09:00:00+07:00", "2026-01-05T08:00:00+07:00", NOW),
        ("2031-01-01T00:00:00Z", "2026-01-05T01:00:00Z", NOW),
        ("2026-01-02T01:00:01Z", "2026-01-02T01:00:01Z", NOW - timedelta(hours=72) + timedelta(seconds=1)),
        ("2026-01-02T01:00:00Z", "2026-01-02T01:00:00Z", NOW - timedelta(hours=72)),
        ("2025-12-01T00:00:00Z", "2025-12-01T00:00:00Z", NOW - timedelta(hours=72)),
        ("1900-01-01T00:00:00+14:00", "1900-01-01T00:00:00+14:00", NOW - timedelta(hours=72)),
    ],
)
def test_an_article_is_listed_when_published_within_three_days_before_it_was_seen(
    world: World, stated: str | None, published: str | None, listed: object
) -> None:
    world.handle(entry(world.serve("/berita/1"), published=stated))
    item = world.only()
    assert item.published == published
    assert item.first_seen == instant(NOW)
    assert isinstance(listed, type(NOW))
    assert item.listed == world.document().listed == instant(listed)


def test_a_date_to_come_makes_no_revision_when_the_feed_is_polled_again(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url, published="2031-01-01T00:00:00Z"))
    world.now += timedelta(hours=2)
    world.handle(entry(url, poll=8, published="2031-01-01T00:00:00Z", rights="© Kabar"))
    assert (world.only().revision, world.only().published) == (1, "2026-01-05T01:00:00Z")


def test_a_corrected_date_moves_nothing(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url, published="2026-01-05T07:30:00+07:00"))
    listed = world.only().listed
    world.now += timedelta(hours=2)
    world.handle(entry(url, poll=8, title="Judul lain", published="2026-01-05T01:00:00+07:00"))
    item = world.only()
    assert (item.published, item.listed, item.slug) == (
        "2026-01-05T01:00:00+07:00",
        listed,
        "harga-beras-turun",
    )


def test_the_end_of_full_text_is_due_by_the_owners_hours(world: World) -> None:
    world.change_source("kabar", full_text_for=timedelta(hours=48))
    url = world.serve("/berita/1")
    world.handle(entry(url))
    due = instant(NOW + timedelta(hours=48))
    assert world.due_after_archives() == due
    assert [one.id for one in world.table.due_changes(due, 10)] == [world.only().id]
    world.now += timedelta(hours=1)
    world.handle(entry(url, poll=4, title="Ralat"))
    assert world.due_after_archives() == due


def test_an_excerpt_has_no_full_text_that_could_end(world: World) -> None:
    world.change_source("warta", full_text_for=timedelta(hours=48))
    world.handle(entry(world.serve("/berita/1", host=WARTA), source="warta"))
    assert world.due_after_archives() is None


def test_an_article_may_outlive_the_source_that_brought_it(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(replace(entry(url), source="bekas"))
    assert (world.only().owner.id, world.document().text) == ("kabar", TEXT)


def test_nothing_of_a_link_only_article_but_headline_summary_and_picture_is_stored(world: World) -> None:
    url = world.serve("/berita/1", host=LENTERA)
    picture = "https://a.example/1.jpg"
    world.handle(entry(url, source="lentera", content="<p>Isi penuh.</p>" * 9, image=picture))
    document = world.document()
    assert (document.text, document.excerpt) == (SUMMARY, SUMMARY)
    assert document.images[0].url == picture
    assert document.html == f"<p>{SUMMARY}</p>"
