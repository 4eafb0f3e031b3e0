"""Feeds of an OPML file become the sources of a new file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.sources import importing, naming
from local.sources.grouping import additions
from local.sources.opml_parser import Outline
from local.sources.sources_text import Refused
from newswire.source_rules import ID_LIMIT, identifier
from newswire.sources import Catalogue
from newswire.sources_file import load_catalogue
from tests.support.catalogues import SOURCES_YAML
from tests.support.imported_opml import feed, into, opml

FALLBACK = ("berita", "Berita")


def new(*outlines: Outline) -> Catalogue:
    return load_catalogue(importing.as_new_file(opml(*outlines)).text)


@given(st.text(max_size=100))
def test_an_id_is_one_that_sources_yaml_allows_or_none(name: str) -> None:
    made = naming.identifier_of(name)
    assert made == "" or identifier(made) == made


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Kabar Satu", "kabar-satu"),
        ("  Café “Kopi”: 24/7 ", "cafe-kopi-24-7"),
        ("新闻", ""),
        ("x" * 200, "x" * ID_LIMIT),
        ("a" * (ID_LIMIT - 1) + " b", "a" * (ID_LIMIT - 1)),
    ],
)
def test_an_id_is_made_of_the_names_latin_letters_and_digits(name: str, made: str) -> None:
    assert naming.identifier_of(name) == made


def test_an_id_that_is_taken_is_numbered_within_the_limit() -> None:
    long = "x" * ID_LIMIT
    ids = naming.Ids(["kabar", "kabar-2", long])
    assert [ids.claim("kabar"), ids.claim("kabar"), ids.claim("lain")] == ["kabar-3", "kabar-4", "lain"]
    assert identifier(ids.claim(long)) == "x" * (ID_LIMIT - 2) + "-2"


@pytest.mark.parametrize(
    ("titles", "name"),
    [
        (["CNN Indonesia", "CNN Indonesia Ekonomi"], "CNN Indonesia"),
        (["Kabar - Ekonomi", "Kabar - Dunia"], "Kabar"),
        (["Kabar Satu"], "Kabar Satu"),
        (["Kabar Satu", "", "Kabar Satu"], "Kabar Satu"),
        (["The Lantern", "The Harbour"], "satu.example"),
        (["detikNews", "detikFinance"], "satu.example"),
        ([], "satu.example"),
        ([""], "satu.example"),
    ],
)
def test_a_site_is_named_by_what_its_feeds_titles_begin_with(titles: list[str], name: str) -> None:
    assert naming.common_name(titles, "satu.example") == name


def test_feeds_of_one_site_are_one_source() -> None:
    made = new(
        feed("https://www.kabar.co.id/rss", "Kabar", folder="Nasional", language="id"),
        feed(
            "https://lain.example/rss",
            "Lain",
            folder="Dunia",
            language="en-GB",
            homepage="https://lain.example/",
        ),
        feed("https://jabar.kabar.co.id/rss", "Kabar Jabar", folder="Nasional", language="id"),
    )
    facts = [(one.id, one.name, one.homepage, one.feeds, one.category, one.language) for one in made.sources]
    assert facts == [
        (
            "kabar",
            "Kabar",
            "https://www.kabar.co.id",
            ("https://www.kabar.co.id/rss", "https://jabar.kabar.co.id/rss"),
            "nasional",
            "id",
        ),
        ("lain", "Lain", "https://lain.example", ("https://lain.example/rss",), "dunia", "en"),
    ]
    assert made.categories == {"nasional": "Nasional", "dunia": "Dunia"}


def test_the_homepage_that_an_outline_states_says_whose_a_feed_is() -> None:
    made = new(
        feed("https://feeds.feedburner.com/satu", "Satu", homepage="https://www.satu.example/nasional"),
        feed("https://www.satu.example/rss", "Satu Dunia", homepage="https://www.satu.example/"),
    )
    (only,) = made.sources
    assert (only.name, only.homepage) == ("Satu", "https://www.satu.example")


def test_feeds_on_a_service_for_feeds_are_not_one_publishers() -> None:
    made = new(
        feed("https://feeds.feedburner.com/satu", "Satu"), feed("https://feeds.feedburner.com/dua", "Dua")
    )
    assert [one.name for one in made.sources] == ["Satu", "Dua"]


@pytest.mark.parametrize("homepage", ["javascript:alert(1)", "satu", "ftp://satu.example/"])
def test_a_homepage_that_is_none_is_guessed_from_the_feed_and_that_is_written(homepage: str) -> None:
    imported = importing.as_new_file(opml(feed("http://rss.satu.example/a", "Satu", homepage=homepage)))
    assert "homepage: http://satu.example  # not stated" in imported.text


def test_a_title_in_no_latin_letters_keeps_its_name_and_gets_its_sites_id() -> None:
    (only,) = new(feed("https://xinwen.example/rss", "新闻")).sources
    assert (only.id, only.name) == ("xinwen", "新闻")


def test_folders_in_no_latin_letters_stay_apart() -> None:
    made = new(
        feed("https://a.example/1", "A", folder="国内"), feed("https://b.example/1", "B", folder="国际")
    )
    assert made.categories == {"category": "国内", "category-2": "国际"}


def test_feeds_in_no_folder_have_a_category_all_the_same() -> None:
    made = new(feed("https://a.example/1", "A", language="en"))
    assert (dict(made.categories), made.portal.language) == ({"news": "News"}, "en")
    assert into(SOURCES_YAML, feed("https://a.example/1")).text.count("category: nasional") == 2


def test_a_source_is_where_most_of_its_feeds_are_and_the_others_are_said() -> None:
    imported = importing.as_new_file(
        opml(
            feed("https://a.example/1", "A", folder="Dunia", line=4),
            feed("https://a.example/2", "A", folder="Nasional"),
            feed("https://a.example/3", "A", folder="Nasional"),
        )
    )
    assert load_catalogue(imported.text).sources[0].category == "nasional"
    assert imported.notes == (
        "line 4: a source has one category; 3 feeds of one site are in 'Nasional', not in 'Dunia'",
    )


def test_addresses_as_feed_readers_write_them_are_understood() -> None:
    made = new(feed("feed://a.example/1", "A"), feed("feed:https://a.example/2", "A"))
    assert made.sources[0].feeds == ("http://a.example/1", "https://a.example/2")


def test_what_is_left_out_is_said_with_its_line_and_reason() -> None:
    known = load_catalogue(SOURCES_YAML)
    found = additions(
        [
            feed("javascript:alert(1)", line=3),
            feed("http://kabar.example/rss/", line=4),
            feed("https://a.example/1", line=5),
            feed("https://A.example/1#top", line=6),
        ],
        known,
        FALLBACK,
    )
    assert found.notes == [
        "line 3: javascript:alert(1): left out; an absolute http(s) URL is allowed as xmlUrl",
        "line 4: http://kabar.example/rss/: left out, it is known already (source kabar)",
        "line 6: https://A.example/1#top: left out, it is known already (line 5)",
    ]
    assert [one.feeds for one in found.sources] == [("https://a.example/1",)]


@pytest.mark.parametrize("outlines", [[], [feed("mailto:a@b.example")]])
def test_an_opml_without_a_feed_makes_no_file(outlines: list[Outline]) -> None:
    with pytest.raises(Refused, match="no feed in the OPML file; an outline with xmlUrl"):
        importing.as_new_file(opml(*outlines))


def test_a_new_file_polls_nobody_before_its_portal_has_a_contact() -> None:
    from local.public_hosts import refusal

    made = new(feed("https://www.kabar.co.id/rss", "Kabar"))
    assert made.portal.name == "Berita Kita"
    assert refusal(made) is not None
