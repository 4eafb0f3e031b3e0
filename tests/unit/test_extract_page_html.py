"""From a page to valid, complete HTML of its article: the walk, the marks, the bounds."""

from __future__ import annotations

import time

import pytest
from lxml.html import HtmlElement

from functions.extract.article_body import MarkedBody, PageFacts, article_body
from functions.extract.page_html import html_of
from functions.extract.page_tree import parse_page
from newswire.article_text import text_of
from newswire.sanitise import clean_html

URL = "https://kabar.example/nasional/harga-beras"
SENTENCE = "Harga beras di pasar induk turun pekan ini karena panen raya di sejumlah daerah sudah dimulai."


def article_html(content: str, headline: str | None = None) -> str:
    """Return the HTML of an article whose body is some prose, then `content`, then prose again."""
    prose = "".join(f"<p>{SENTENCE} Bagian {number}.</p>" for number in range(6))
    heading = f"<h1>{headline}</h1>" if headline else ""
    source = f"<html><body><article>{heading}{prose}{content}{prose}</article></body></html>"
    article = body_of(source)
    assert article is not None
    return html_of(article, URL, headline)[0]


def body_of(source: str) -> MarkedBody | None:
    page = parsed(source)
    facts = PageFacts(URL, URL, None, None)
    return article_body(page, list(page.iter("img")), lambda: parsed(source), facts)


def parsed(source: str) -> HtmlElement:
    page = parse_page(source.encode())
    assert page is not None
    return page


@pytest.mark.parametrize(
    ("content", "html"),
    [
        ("<h2>Panen raya</h2>", "<h2>Panen raya</h2>"),
        ("<h3>Kata <em>menteri</em></h3>", "<h3>Kata <em>menteri</em></h3>"),
        (
            "<ul><li>Beras medium turun</li><li>Beras premium tetap</li></ul>",
            "<ul><li>Beras medium turun</li><li>Beras premium tetap</li></ul>",
        ),
        (
            "<ol><li>Pertama sekali</li><li>Kedua kali</li></ol>",
            "<ol><li>Pertama sekali</li><li>Kedua kali</li></ol>",
        ),
        ("<blockquote><p>Kami senang.</p></blockquote>", "<blockquote><p>Kami senang.</p></blockquote>"),
        (
            "<table><tr><th>Jenis</th><th>Harga</th></tr><tr><td>Medium</td><td>11.000</td></tr></table>",
            "<tbody><tr><th>Jenis</th><th>Harga</th></tr><tr><td>Medium</td><td>11.000</td></tr></tbody>",
        ),
    ],
)
def test_the_structure_of_an_article_is_kept(content: str, html: str) -> None:
    assert html in article_html(content)


def test_emphasis_and_links_are_kept_with_the_spaces_around_them() -> None:
    link = '<a href="/berita?a=1&b=2">baca laporannya</a>'
    content = f"<p>{SENTENCE} Kata <b>Menteri <i>Pertanian</i></b>, {link}.</p>"
    assert (
        "Kata <strong>Menteri <em>Pertanian</em></strong>, "
        '<a href="https://kabar.example/berita?a=1&amp;b=2" rel="nofollow noopener">baca laporannya</a>.</p>'
    ) in article_html(content)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<pre>sajak\n  baris dua</pre>", "sajak\n  baris dua"),
        ("<pre><b>x</b> = 1\n\ty &lt; 2</pre>", "<strong>x</strong> = 1\n\ty &lt; 2"),
        ("<pre><code>satu\n  dua</code></pre>", "satu\n  dua"),
        ("<pre><span></span><span># tmux</span>\nset -g mouse on</pre>", "# tmux\nset -g mouse on"),
        ("<pre><code>satu<br>dua<br><br>tiga</code></pre>", "satu\ndua\n\ntiga"),
        ("<pre><code><span>satu<br></span><br><span>dua</span></code></pre>", "satu\n\ndua"),
        ("<pre>nol<div>satu</div><div>dua</div>tiga</pre>", "nol\nsatu\ndua\ntiga"),
        ("<pre><code><div>satu</div><div>dua</div></code></pre>", "satu\ndua"),
        ("<pre><div><div>satu</div>\n<div>dua</div></div></pre>", "satu\n\ndua"),
        ("<pre lang='id'>satu kata</pre>", "satu kata"),
    ],
)
def test_what_a_page_has_laid_out_itself_keeps_its_lines(content: str, text: str) -> None:
    html = article_html(content)
    assert f"<pre>{text}</pre>" in html
    assert "blockquote" not in html


@pytest.mark.parametrize("block", ["<p>satu</p><p>dua</p>", "<h3>satu</h3>", "<ul><li>satu</li></ul>"])
def test_a_pre_around_prose_is_none(block: str) -> None:
    assert "<pre>" not in article_html(f"<pre>{block}</pre>")


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "data:text/html,x", "http://[", "mailto:a@b.example", ""]
)
def test_a_link_that_leads_to_no_page_leaves_its_words(target: str) -> None:
    html = article_html(f'<p>{SENTENCE} <a href="{target}">baca laporannya</a></p>')
    assert "baca laporannya" in html
    assert "<a" not in html


def test_the_headline_is_not_repeated_on_top_of_the_text() -> None:
    html = article_html("<h2>Harga Beras Turun</h2>", "Harga Beras Turun")
    assert html.startswith("<p>")
    assert html.count("Harga Beras Turun") == 1


def test_two_line_breaks_end_a_paragraph_and_one_does_not() -> None:
    assert "<p>Satu baris pendek<br>dua baris pendek</p>" in article_html(
        "<p>Satu baris pendek<br>dua baris pendek<br><br>tiga baris pendek</p>"
    )


def test_a_table_of_one_column_is_layout() -> None:
    html = article_html(f"<table><tr><td><p>{SENTENCE}</p></td></tr></table>")
    assert "<table>" not in html
    assert SENTENCE in html


def test_markup_in_the_text_of_a_page_stays_text() -> None:
    html = article_html(f"<p>{SENTENCE} Tulis &lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; selesai.</p>")
    assert "Tulis &lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; selesai." in html


def test_the_walk_writes_what_sanitising_leaves_as_it_is() -> None:
    content = (
        "<h2>A &amp; B</h2><ul><li>satu<ul><li>dua kali</li></ul></li></ul><p>x<br>y <sub>2</sub></p>"
        "<blockquote>kutipan</blockquote><pre>{ kode\n  kode }</pre><p><del>lama</del> <q>baru</q></p>"
    )
    html = article_html(content)
    assert clean_html(html) == html
    assert text_of(clean_html(html)) == text_of(html)


def test_characters_reserved_for_marks_cannot_be_smuggled_in() -> None:
    source = f"<p>{SENTENCE} \U000f0000\U000f0200palsu\U000f0104</p>"
    assert parsed(source).text_content() == f"{SENTENCE} palsu"
    assert "\U000f0000" not in article_html("<p>&#xF0000;&#xF0200;" + SENTENCE + "&#xF0104;&#xF0100;</p>")


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 50_000,
        "<ul>x</ul>" * 50_000,
        "<table><tr><td>x</td></tr></table>" * 20_000,
        "<form>x</form>" * 50_000,
        "<table>" + "<tr><td colspan=1000 rowspan=1000>x</td><td>y</td></tr>" * 200 + "</table>",
        "<p " + " ".join(f"a{number}" for number in range(100_000)) + ">x</p>",
    ],
    ids=["nesting", "lists", "tables", "forms", "spans", "attributes"],
)
def test_markup_made_to_be_slow_is_bounded_before_the_libraries_see_it(markup: str) -> None:
    start = time.process_time()
    source = f"<html><body>{markup}</body></html>"
    body_of(source)
    assert time.process_time() - start < 5


@pytest.mark.parametrize("source", ["", "   ", "\x00", "<!-- nothing -->", "<?xml version='1.0'?>"])
def test_what_holds_no_element_is_no_page(source: str) -> None:
    assert parse_page(source.encode()) is None


def test_a_self_closed_root_does_not_hide_the_page() -> None:
    page = parse_page(b"<!DOCTYPE html><html lang='id'/><body><p>Halo</p></body>")
    assert page is not None
    assert page.text_content().strip() == "Halo"


@pytest.mark.parametrize(
    "attributes",
    [
        'data-src="true"',
        'data-lazy="1"',
        'data-src="javascript:load(1.2)"',
        'data-src="/placeholder.gif"',
        'data-src="data:image/gif;base64,R0lGOD/."',
    ],
)
def test_what_is_no_pictures_address_does_not_hide_the_one_that_is(attributes: str) -> None:
    html = article_html(f'<img {attributes} src="/foto/beras.jpg">')
    assert '<img src="https://kabar.example/foto/beras.jpg" ' in html


def test_an_image_that_is_not_shown_is_left_out() -> None:
    assert "<img" not in article_html('<img style="DISPLAY: none" src="https://hitung.example/p.gif">')
