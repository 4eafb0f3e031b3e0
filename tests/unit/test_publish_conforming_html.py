"""An article's HTML conforms to the HTML Standard wherever it is shown, and says what it said."""

from __future__ import annotations

import re

import pytest

from functions.publish.conforming_html import conforming
from functions.publish.html_tree import parsed
from newswire.article_text import text_of
from newswire.sanitise import clean_html
from tests.support.attack_payloads import OWN_PAYLOADS
from tests.support.html_rules import violations
from tests.support.publish_world import World

CASES = {
    "headings begin below the headline": ("<h3>a</h3><h5>b</h5><h2>c</h2>", "<h2>a</h2><h3>b</h3><h2>c</h2>"),
    "a deeper heading is one level deeper": (
        "<h2>a</h2><h6>b</h6><h4>c</h4>",
        "<h2>a</h2><h3>b</h3><h3>c</h3>",
    ),
    "emphasis goes into paragraphs": (
        "<strong>x<p>A</p><p>B</p></strong>",
        "<strong>x</strong><p><strong>A</strong></p><p><strong>B</strong></p>",
    ),
    "emphasis goes into items": (
        "<em><ul><li>a<p>b</p></li></ul></em>",
        "<ul><li><em>a</em><p><em>b</em></p></li></ul>",
    ),
    "a link may hold blocks": (
        '<a href="https://a.example/"><div>x</div></a>',
        '<a href="https://a.example/" rel="nofollow noopener"><div>x</div></a>',
    ),
    "a list has items alone": (
        "<ul>a, <i>b</i><li>c</li> <br> <ol><li>d</li></ol></ul>",
        "<ul><li>a, <i>b</i></li><li>c</li><li> <br> <ol><li>d</li></ol></li></ul>",
    ),
    "what parts items is no item": ("<ul><li>a</li> <hr> <li>b</li></ul>", "<ul><li>a</li>  <li>b</li></ul>"),
    "an item without a list is a container": ("<li>a</li>", "<div>a</div>"),
    "meanings without a name are containers": ("<dl><dd>a</dd></dl>", "<div><div>a</div></div>"),
    "names and meanings stay": (
        "<dl><dt>a</dt><dd>b</dd><dd>c</dd></dl>",
        "<dl><dt>a</dt><dd>b</dd><dd>c</dd></dl>",
    ),
    "no heading in a name": (
        "<dl><dt><h2>a</h2></dt><dd>b</dd></dl>",
        "<dl><dt><div>a</div></dt><dd>b</dd></dl>",
    ),
    "a heading has lines": (
        "<h2>a<div>b</div><b>c</b><ul><li>d</li></ul></h2>",
        "<h2>a<br>b<b><br>c</b><br>d</h2>",
    ),
    "a figure has one caption": (
        "<figure><figcaption>a</figcaption><div>x</div><figcaption>b</figcaption></figure>",
        "<figure><figcaption>a<br>b</figcaption><div>x</div></figure>",
    ),
    "a caption stands at the end": (
        "<figure><div>x</div><div><figcaption>a</figcaption></div><div>y</div></figure>",
        "<figure><div>x</div><div></div><div>y</div><figcaption>a</figcaption></figure>",
    ),
    "a caption has a figure": (
        "<div><figcaption>a</figcaption></div>",
        "<div><figure><figcaption>a</figcaption></figure></div>",
    ),
    "a row has cells": (
        "<table><tr></tr><tr><td>a</td></tr></table>",
        "<table><tbody><tr><td>a</td></tr></tbody></table>",
    ),
    "a foot is the last": (
        "<table><tfoot><tr><td>a</td></tr></tfoot><tbody><tr><td>b</td></tr></tbody></table>",
        "<table><tbody><tr><td>a</td></tr></tbody><tbody><tr><td>b</td></tr></tbody></table>",
    ),
    "no column in which no cell begins": (
        '<table><tr><td colspan="2">a</td></tr><tr><td>b</td></tr></table>',
        "<table><tbody><tr><td>a</td></tr><tr><td>b</td></tr></tbody></table>",
    ),
    "no cell below its rows": (
        '<table><tr><td rowspan="3">a</td><td>b</td></tr></table>',
        "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
    ),
    "spans that hold stay": (
        '<table><tr><td rowspan="2">a</td><td>b</td></tr><tr><td>c</td></tr></table>',
        '<table><tbody><tr><td rowspan="2">a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>',
    ),
    "an anchor without an address relates to nothing": ("<a>x</a>", "<a>x</a>"),
    "a picture that nothing is known of is passed over": (
        '<img src="https://a.example/a b.jpg">',
        '<img src="https://a.example/a%20b.jpg" referrerpolicy="no-referrer" alt="">',
    ),
    "addresses are escaped": (
        '<a href="https://a.example\\b/{c}?d=[e|f]&amp;g=%h#i#j">x</a>',
        '<a href="https://a.example/b/%7Bc%7D?d=%5Be%7Cf%5D&amp;g=%25h#i%23j" rel="nofollow noopener">x</a>',
    ),
    "letters are addressed": (
        '<a href="mailto: a@a.example?subject=b c">x</a>',
        '<a href="mailto:a@a.example?subject=b%20c" rel="nofollow noopener">x</a>',
    ),
    "languages and directions are some": (
        '<p lang="c" dir="null">x</p><p lang="ar" dir="rtl">y</p>',
        '<p>x</p><p lang="ar" dir="rtl">y</p>',
    ),
}


@pytest.mark.parametrize(("html", "expected"), CASES.values(), ids=CASES)
def test_what_publishers_write_is_made_to_conform(html: str, expected: str) -> None:
    cleaned = clean_html(html)

    found = conforming(cleaned)

    assert found == expected
    assert text_of(found) == text_of(cleaned)
    assert conforming(found) == found
    assert violations(found) == []


@pytest.mark.parametrize("name", [name for name, (html, made) in CASES.items() if clean_html(html) != made])
def test_the_rules_find_what_does_not_conform(name: str) -> None:
    assert violations(clean_html(CASES[name][0])) != []


def test_html_that_conforms_comes_back_byte_for_byte() -> None:
    html = clean_html(
        '<h2>a &amp; b</h2><p>c<br><a href="https://a.example/?x=1&amp;y=2">d</a> é</p><pre>\n\n e</pre>'
        '<figure><img src="https://a.example/f.jpg" alt="&quot;f&quot;"><figcaption>g</figcaption></figure>'
    )

    assert conforming(html) == html


def test_what_nests_deeper_than_any_article_stays_as_it_is() -> None:
    deep = clean_html("<div>" * 60 + "<li>x</li>" + "</div>" * 60)

    assert parsed(deep) is None
    assert conforming(deep) == deep


def test_a_line_that_would_read_otherwise_is_left_alone() -> None:
    html = clean_html("a<figcaption>b</figcaption>c")

    assert text_of(html) == "ac"
    assert text_of(conforming(html)) == "ac"


@pytest.mark.parametrize("payload", OWN_PAYLOADS)
def test_an_attack_gains_nothing(payload: str) -> None:
    cleaned = clean_html(f"<ul>{payload}<li><strong><p>x</p></strong></li></ul>")

    found = conforming(cleaned)

    assert text_of(clean_html(found)) == text_of(cleaned)
    assert re.findall(r"<([a-z0-9]+)[^>]*>", clean_html(found)) == re.findall(r"<([a-z0-9]+)[^>]*>", found)


def test_an_articles_text_conforms_on_its_page_and_in_every_feed() -> None:
    world = World()
    article = world.add(1, html="<h4>Judul</h4><ul>a<li>b</li></ul>", images=())

    world.publish(article)

    conforms = "<h2>Judul</h2><ul><li>a</li><li>b</li></ul>"
    page = next(key for key in world.site.objects if key.startswith("a/"))
    for key in (page, "feed.xml", "atom.xml", "feed.json"):
        assert conforms in world.site.text(key), key
