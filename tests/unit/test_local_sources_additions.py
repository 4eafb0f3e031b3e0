"""What an OPML adds to a sources.yaml that is there: every other line stays as it is."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from local.sources.sources_text import Refused
from local.sources.yaml_text import scalar
from newswire.sources_file import load_catalogue
from tests.support.catalogues import PORTAL
from tests.support.imported_opml import feed, into

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
