"""The text of an article is the text of its HTML, by one definition."""

from __future__ import annotations

import pytest

from newswire.article_text import has_text, text_of


def test_every_block_and_line_break_is_a_line() -> None:
    html = "<h2>Judul</h2><p>Satu<br>dua</p><ul><li>tiga</li><li>empat</li></ul><blockquote>lima</blockquote>"
    assert text_of(html) == "Judul\nSatu\ndua\ntiga\nempat\nlima"


def test_inline_elements_and_references_are_part_of_the_line() -> None:
    assert text_of('<p>Harga <b>ber</b>as &amp; <a href="https://x.example/">gula</a>&nbsp;naik</p>') == (
        "Harga beras & gula naik"
    )


def test_white_space_collapses_and_empty_blocks_leave_no_line() -> None:
    assert text_of("<p>  a\n\n b\t</p>\n<p> </p><div></div><p>c</p>") == "a b\nc"


def test_the_cells_of_a_row_share_a_line() -> None:
    html = "<table><tbody><tr><td>USD</td><td>16.000</td></tr><tr><td>EUR</td></tr></tbody></table>"
    assert text_of(html) == "USD 16.000\nEUR"


def test_preformatted_lines_stay_lines() -> None:
    assert text_of("<pre>satu\n  dua</pre><p>tiga\nempat</p>") == "satu\ndua\ntiga empat"


def test_captions_and_alternative_texts_are_not_text() -> None:
    image = '<img src="https://x.example/a.jpg" alt="Pasar">'
    assert text_of(f"<figure>{image}<figcaption>Foto: AFP</figcaption></figure><p>a</p>") == "a"


@pytest.mark.parametrize(
    "html",
    [
        "",
        " \n",
        "<p></p> <div>\u00a0</div>",
        "<p>&nbsp;</p>",
        "<p>&amp;</p>",
        "<p>a",
        "<div> <p>a</p></div>",
        "<figure><figcaption>a</figcaption></figure>",
        "<figure><figcaption>a</figcaption></figure><p>b</p>",
        '<img src="https://x.example/a.png">',
        "<script>a</script>",
        "</p>a",
        "<!-- a -->",
        "\x1f",
    ],
)
def test_whether_html_has_text_is_whether_its_text_has_anything(html: str) -> None:
    assert has_text(html) == bool(text_of(html))
