"""Text as XML 1.0 can carry it, and the readable part of our URLs."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.text import SLUG_LIMIT, collapsed, contained, is_visible, one_line, shorten, slug, xml_text

# Every character that Python takes for white space
SPACES = "".join(filter(str.isspace, map(chr, range(sys.maxunicode + 1))))


@pytest.mark.parametrize(
    "bad",
    [
        *("\x00", "\x08", "\x0b", "\x1f", chr(0xD800), chr(0xDFFF), "\ufffe", "\uffff"),
        *("\x7f", "\x80", "\x9f", "\ufdd0", "\ufdef", "\U0001fffe", "\U0010ffff"),
    ],
)
def test_what_xml_forbids_or_advises_against_is_taken_out(bad: str) -> None:
    assert xml_text(f"ka{bad}bar") == "kabar"


@pytest.mark.parametrize("good", ["\t", "\n", "\r", "é", "\xa0", "\ue000", "\ufffd", "😀", "\U0010fffd"])
def test_what_xml_allows_stays(good: str) -> None:
    assert xml_text(f"ka{good}bar") == f"ka{good}bar"


def test_a_next_line_is_a_space() -> None:
    assert xml_text("ka\x85bar") == "ka bar"


def test_one_line_collapses_white_space_and_keeps_the_limit() -> None:
    assert one_line("  Harga\n\tberas \x00 turun  ", 100) == "Harga beras turun"
    assert one_line("Harga beras", 6) == "Harga"


@given(st.text(st.sampled_from(SPACES + "ab\u0301")))
def test_white_space_of_every_kind_collapses(text: str) -> None:
    assert collapsed(text) == " ".join(text.split())


def test_shorten_cuts_between_words_and_says_so() -> None:
    assert shorten("Harga beras turun, kata menteri", 19) == "Harga beras turun…"
    assert shorten("Harga beras", 11) == "Harga beras"


def test_a_word_longer_than_the_limit_is_cut_inside() -> None:
    assert shorten("a" * 50, 10) == "a" * 9 + "…"


@given(st.text(max_size=300), st.integers(min_value=1, max_value=60))
def test_shortened_text_never_exceeds_its_limit(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit
    assert len(one_line(text, limit)) <= limit


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Harga Beras Turun 5%, Kata Menteri!", "harga-beras-turun-5-kata-menteri"),
        ("Café Crème à la carte", "cafe-creme-a-la-carte"),
        ("  --  ", "news"),
        ("ข่าว", "news"),
        ("", "news"),
        ("Ⅷ ﬁ", "viii-fi"),
    ],
)
def test_a_slug_is_plain_and_never_empty(title: str, expected: str) -> None:
    assert slug(title) == expected


def test_a_long_slug_ends_with_a_whole_word() -> None:
    made = slug("pemerintah " * 20)
    assert len(made) <= SLUG_LIMIT
    assert set(made.split("-")) == {"pemerintah"}
    assert slug("a" * 200) == "a" * SLUG_LIMIT


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t", "\x00", "\u200b\ufeff", "\u00a0\u3000", "\u2800", "\u3164"]
)
def test_what_shows_nothing_is_not_visible(text: str) -> None:
    assert not is_visible(text)


@pytest.mark.parametrize("text", ["a", " a ", "\u200b1", "日", "…", "👋"])
def test_whatever_shows_something_is_visible(text: str) -> None:
    assert is_visible(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("tanpa arah", "tanpa arah"),
        ("a\u202eb", "ab"),
        ("a\u202cb", "ab"),
        ("\u2067a\u202ab\u2069c\u202c", "abc"),
        ("a \u2067b \u202ec\u202c d\u2069 e", "a \u2067b \u202ec\u202c d\u2069 e"),
        ("a\u200fb\u200c", "a\u200fb\u200c"),
    ],
)
def test_directions_that_are_left_open_are_taken_away(text: str, kept: str) -> None:
    assert contained(text) == kept
    assert contained(kept) == kept
