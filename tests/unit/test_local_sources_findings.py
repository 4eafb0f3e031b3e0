"""What a valid file may say by mistake, and what changes when one file replaces another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from local.sources.advice import of_article, of_feed
from local.sources.differences import differences
from local.sources.findings import findings
from newswire.sources import Catalogue, Source
from tests.support.catalogues import catalogue, source


def reachable(*sources: Source) -> Catalogue:
    """Return a catalogue in which nothing is to be found."""
    found = catalogue(*sources)
    return replace(
        found,
        portal=replace(found.portal, contact="redaksi@kabar.co.id"),
        categories={"nasional": "Nasional"},
    )


def test_a_file_as_it_should_be_has_no_findings() -> None:
    own = source(
        hosts=("kabar-bola.example",), feeds=("https://rss.kabar.example/", "https://kabar-bola.example/")
    )
    assert (
        findings(
            reachable(
                own, source(id="lain", homepage="https://lain.example", feeds=("https://lain.example/",))
            )
        )
        == []
    )


def test_a_contact_that_reaches_nobody_is_found() -> None:
    found = reachable(source(homepage="https://kabar.co.id", feeds=("https://kabar.co.id/rss",)))
    assert findings(found) == []
    assert findings(replace(found, portal=replace(found.portal, contact="a@b.example"))) == [
        "portal.contact: a@b.example reaches nobody, so make run and make sources poll no public host"
    ]


def test_a_category_without_an_enabled_source_is_found() -> None:
    found = replace(
        reachable(source(), source(id="mati", enabled=False, category="mati")),
        categories={"nasional": "Nasional", "mati": "Mati", "kosong": "Kosong"},
    )
    assert [line for line in findings(found) if line.startswith("categories")] == [
        "categories.mati: no enabled source has this category",
        "categories.kosong: no enabled source has this category",
    ]


def test_a_feed_of_two_sources_is_found_however_it_is_spelt() -> None:
    found = reachable(
        source(), source(id="lain", homepage="https://lain.example", feeds=("http://www.kabar.example/rss/",))
    )
    assert findings(found)[0] == (
        "sources[lain].feeds: http://www.kabar.example/rss/ is a feed of sources[kabar] too: asked twice"
    )


def test_two_sources_on_one_site_are_found_with_whose_the_articles_are() -> None:
    below = source(
        id="bola", homepage="https://bola.kabar.example", feeds=("https://bola.kabar.example/rss",)
    )
    assert findings(reachable(source(), below)) == []
    same = replace(below, homepage="https://www.kabar.example/bola")
    (only,) = findings(reachable(source(), same))
    assert only == (
        "sources[bola].homepage: www.kabar.example belongs to sources[kabar]: "
        "articles there are credited to Kabar, under its settings"
    )


def test_a_feed_on_a_domain_that_is_not_the_publishers_is_found() -> None:
    (only,) = findings(reachable(source(feeds=("https://feeds.lain.example/kabar",))))
    assert only == (
        "sources[kabar].feeds: https://feeds.lain.example/kabar is on lain.example, which is neither in "
        "homepage nor in hosts: articles on lain.example are not credited to Kabar"
    )


def test_differences_name_what_came_went_and_changed() -> None:
    before = catalogue(source(), source(id="lama"), source(id="tetap"))
    after = catalogue(
        source(display="full", feeds=("https://kabar.example/rss", "https://kabar.example/baru")),
        source(id="baru"),
        source(id="tetap"),
    )
    after = replace(
        after,
        portal=replace(after.portal, name="Lain", url="https://lain.example", authority="lain.example"),
        categories={"nasional": "Nusantara", "dunia": "Dunia"},
    )
    assert differences(before, after) == [
        "~ portal: name, url",
        "~ category nasional",
        "- category ekonomi",
        "+ category dunia",
        "~ source kabar: feeds (+1 -0), display",
        "- source lama",
        "+ source baru: 1 feed",
    ]
    assert differences(after, after) == []


@pytest.mark.parametrize(
    ("reason", "of_a_feed", "of_an_article"),
    [
        ("HTTP 404", "look for the feed's present address", "look at another entry"),
        ("HTTP 403", "let the user agent above in", "let the user agent above in"),
        ("HTTP 502", "the server has a problem of its own", "the server has a problem of its own"),
        ("robots.txt disallows", "docs/operations.md", "ask the publisher"),
        ("TDM reserved", "docs/operations.md", "set display: full"),
        ("not a page: image/png", "docs/operations.md", "docs/operations.md"),
    ],
)
def test_every_reason_has_something_to_do(reason: str, of_a_feed: str, of_an_article: str) -> None:
    assert of_a_feed in of_feed(reason)
    assert of_an_article in of_article(reason)
