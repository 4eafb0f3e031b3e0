"""Feeds of an OPML file become sources, in a new file or in one whose words all stay."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from local.sources import importing, naming
from local.sources.grouping import additions
from local.sources.importing import Imported
from local.sources.opml_parser import Opml, Outline
from local.sources.sources_text import Refused, SourcesText
from local.sources.yaml_text import scalar
from newswire.source_rules import ID_LIMIT, identifier
from newswire.sources import Catalogue
from newswire.sources_file import load_catalogue
from tests.support.catalogues import PORTAL, SOURCES_YAML

FALLBACK = ("berita", "Berita")


def feed(url: str, title: str = "", line: int = 1, **more: str) -> Outline:
    return Outline(line, url, title, **more)


def opml(*outlines: Outline) -> Opml:
    return Opml("Berita Kita", list(outlines))


def new(*outlines: Outline) -> Catalogue:
    return load_catalogue(importing.as_new_file(opml(*outlines)).text)


def into(text: str, *outlines: Outline) -> Imported:
    file = SourcesText(Path("sources.yaml"), text, load_catalogue(text))
    return importing.into(file, opml(*outlines))


# --- names and ids


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


# --- feeds to sources


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


# --- into a file that is there

FILE = """\
# My portal. Do not lose this line.
portal: {name: 'Kabar "Kita"', url: "https://portal.example", tagline: Kabar, language: id,
  timezone: Asia/Jakarta, contact: redaksi@portal.example}   # one line each would do as well

sources:      # in the order of the menu
- id: kabar
  name: Kabar
  homepage: https://kabar.example
  feeds:   # two of them
    - https://kabar.example/rss      # all
    - "https://kabar.example/dunia"
    # - https://kabar.example/bola   (asked to leave it out)
  category: nasional

- id: lain
  homepage: https://lain.example
  category: ekonomi
  name: Lain
  feeds: [https://lain.example/rss]  # short
  # contact: a@lain.example

# Not before next year:
# - id: nanti

categories:
    nasional: Nasional
    ekonomi: Ekonomi   # and money
"""


def test_what_is_added_stands_in_its_place_and_every_other_line_stays() -> None:
    imported = into(
        FILE,
        feed("https://baru.example/rss", "Baru: #1", folder="Dunia", homepage="https://baru.example"),
        feed("https://www.kabar.example/baru"),
        feed("https://www.lain.example/baru"),
    )
    expected = FILE
    for line, below in (
        (
            "    # - https://kabar.example/bola   (asked to leave it out)\n",
            "    - https://www.kabar.example/baru\n",
        ),
        ("  # contact: a@lain.example\n", SOURCE_BELOW),
        ("    ekonomi: Ekonomi   # and money\n", "    dunia: Dunia\n"),
    ):
        expected = expected.replace(line, line + below)
    expected = expected.replace("lain.example/rss]", 'lain.example/rss, "https://www.lain.example/baru"]')
    assert imported.text == expected


SOURCE_BELOW = """
- id: baru-1
  name: "Baru: #1"
  homepage: https://baru.example
  feeds:
    - https://baru.example/rss
  category: dunia
"""


ENTRY = """\
sources:
  - id: a
    name: A
    homepage: https://a.example
    category: nasional
"""


@pytest.mark.parametrize(
    "written",
    [
        "sources: []",
        "sources: []   # none yet\n",
        "sources:\n  - {id: a, name: A, homepage: http://a.example, category: ekonomi, feeds: [http://a.example/1,]}",
        f"{ENTRY}    feeds: [\n      https://a.example/1,  # one\n      https://a.example/2  # two\n    ]",
        f"{ENTRY}    feeds:\n    - https://a.example/1\n    licence: >-\n      by\n      me\n\n\n# the end",
    ],
    ids=["empty", "empty, with a comment", "one line", "brackets over lines", "folded text last"],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lists_are_added_to_however_they_are_written(written: str, newline: str) -> None:
    text = (PORTAL + written).replace("\n", newline)
    before = load_catalogue(text)
    imported = into(
        text, feed("https://b.example/1", "B", folder="Baru"), feed("https://www.a.example/3", "A")
    )
    after = load_catalogue(imported.text)
    feeds = [one.feeds for one in before.sources]
    if feeds:
        assert [one.feeds for one in after.sources] == [
            (*feeds[0], "https://www.a.example/3"),
            ("https://b.example/1",),
        ]
    else:
        assert [one.id for one in after.sources] == ["b", "a"]
    assert after.categories == {**before.categories, "baru": "Baru"}
    assert after.portal == before.portal
    assert imported.text.count("\n") == imported.text.count(newline)


def test_sources_in_brackets_are_not_added_to_and_the_line_is_named() -> None:
    entry = "{id: a, name: A, homepage: https://a.example, feeds: [https://a.example/1], category: nasional}"
    with pytest.raises(Refused, match=r"^sources.yaml: line 10: sources: is written in brackets; put each"):
        into(f"{PORTAL}\nsources: [{entry}]\n", feed("https://b.example/1"))


def test_nothing_new_leaves_the_text_as_it_is() -> None:
    imported = into(FILE, feed("https://kabar.example/rss"))
    assert imported.text == FILE
    assert imported.added.is_empty


def test_an_import_repeated_adds_nothing() -> None:
    outlines = (feed("https://b.example/1", "B", folder="Baru"), feed("https://kabar.example/3", "A"))
    once = into(FILE, *outlines).text
    assert into(once, *outlines).text == once


def test_a_stated_id_leads_to_its_source_whatever_the_site() -> None:
    imported = into(
        FILE, feed("https://feeds.example/rss", source="lain", homepage="https://elsewhere.example")
    )
    assert imported.added.feeds == {"lain": ["https://feeds.example/rss"]}


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=50))
def test_any_text_is_read_back_from_its_yaml(text: str) -> None:
    assert yaml.safe_load(f"a: {scalar(text)}\n") == {"a": text}


@pytest.mark.parametrize(
    "word", ["true", "No", "null", "y", "12", "1e3", "2024-01-01", "a: b", "a #b", "a:", "- a"]
)
def test_a_text_that_yaml_takes_for_something_else_is_quoted(word: str) -> None:
    assert scalar(word) == f'"{word}"'


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["https://a.example/", "http://b.example/?q=", "feed:https://kabar.example/", "x"]
            ),
            st.text(max_size=12),
            st.text(max_size=12),
        ),
        max_size=6,
    )
)
def test_whatever_an_opml_says_the_file_stays_valid(said: list[tuple[str, str, str]]) -> None:
    outlines = [feed(url + path, title, folder=title[:3]) for url, path, title in said]
    imported = into(FILE, feed("https://z.example/", "Z"), *outlines)
    assert load_catalogue(imported.text).portal == load_catalogue(FILE).portal
