"""The depth of markup is told before a parser is asked, and is not hidden by end tags that end nothing."""

from __future__ import annotations

import time

import html5lib
import pytest

from newswire.article_text import text_of
from newswire.nesting import Nesting
from newswire.sanitise import clean_html

PILES = (
    *(
        "<ruby>n</a>",
        "<div>n</b>",
        "<div></span>",
        "<b>n</i>",
        "<b>",
        "<span></x>",
        "<q><div></q>",
    ),
    *("x<rt>", "<dd><li>", "<li><dd>", "<b><div></b>", "<ul><li>"),
)
FLAT = (
    "<li>a",
    "<dt>a<dd>b",
    "<p>a",
    "<ruby>a<rt>b</ruby>",
    "<div><span>a</div>",
    "<b>a</b>",
    "<p>a</p><br>",
)


def depth_of(markup: str) -> int:
    """Return the depth of markup that has nothing but tags and single letters."""
    nesting = Nesting()
    for piece in markup.split("<")[1:]:
        name = piece.partition(">")[0]
        nesting.tag(name.removeprefix("/"), is_end=name.startswith("/"))
    return nesting.depth()


@pytest.mark.parametrize("pile", PILES)
def test_what_piles_up_is_counted(pile: str) -> None:
    markup = pile * 20
    tree = html5lib.parseFragment(markup, namespaceHTMLElements=False)
    node, levels = tree, 0
    while len(node):
        node, levels = node[-1], levels + 1
    assert levels >= 20
    assert depth_of(markup) >= 20


@pytest.mark.parametrize("pile", FLAT)
def test_what_stays_flat_is_not(pile: str) -> None:
    assert depth_of(pile * 500) <= 2


@pytest.mark.parametrize("pile", PILES)
def test_no_pile_takes_the_sanitisers_time_or_is_kept(pile: str) -> None:
    started = time.thread_time()
    assert clean_html(pile * (500_000 // len(pile))) == ""
    assert time.thread_time() - started < 20  # a hundred times what it takes


@pytest.mark.parametrize("pile", FLAT)
def test_what_is_flat_keeps_its_text(pile: str) -> None:
    cleaned = clean_html(pile * 5000)
    assert text_of(cleaned).count("a") == 5000
    assert clean_html(cleaned) == cleaned


def test_an_attribute_that_grows_beyond_its_limit_goes_with_its_tag_at_once() -> None:
    cleaned = clean_html(f'<p>kata <abbr title="{"&" * 7000}">a</abbr></p>')
    assert clean_html(cleaned) == cleaned
    assert text_of(cleaned) == "kata a"
