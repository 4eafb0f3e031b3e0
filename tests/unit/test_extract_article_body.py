"""What trafilatura is shown: the article's own element first, and the page where there is none."""

from __future__ import annotations

from typing import Any

from functions.extract.extraction import extract_page

URL = "https://www.kabar.example/nasional/harga-beras"
WORDS = (
    "Harga beras di pasar induk turun pekan ini karena panen raya sudah dimulai.",
    "Pedagang mengatakan bahwa pasokan akan tetap cukup sampai akhir bulan depan.",
    "Petani berharap harga gabah tetap di atas harga pembelian yang ditetapkan pemerintah.",
    "Pemerintah belum memutuskan apakah beras dari luar negeri masih diperlukan tahun ini.",
)
TEXT = [f"{first} {second}" for first in WORDS for second in WORDS if first != second]
BODY = "".join(f"<p>{line}</p>" for line in TEXT)
TEASER = (
    "<p>Wali kota meresmikan jembatan baru di atas sungai itu, yang dibangun selama tiga tahun lebih.</p>"
)


def text_of_page(body: str) -> list[str]:
    page = f"<html><head><title>Harga Beras Turun</title></head><body>{body}</body></html>"
    params: dict[str, Any] = {"url": URL, "content_type": "text/html; charset=utf-8", "language": "id"}
    return str(extract_page(page.encode(), params)["text"]).split("\n")


def test_an_article_in_an_element_named_after_share_bars_is_found() -> None:
    teasers = "".join(f"<article><h3>Lain {number}</h3>{TEASER}</article>" for number in range(3))
    assert text_of_page(f'{teasers}<div class="author-and-share social">{BODY}</div>') == TEXT


def test_lists_of_other_articles_around_the_text_stay_out() -> None:
    others = "".join(
        f"<li>Senin, 05/01/2026 09:2{n} WIB <a href='/{n}'>Berita lain {n}</a></li>" for n in range(9)
    )
    page = f'<div class="content"><ul>{others}</ul><div class="detail">{BODY}</div><ul>{others}</ul></div>'
    assert text_of_page(page) == TEXT


def test_a_first_paragraph_that_stands_beside_the_rest_is_the_articles() -> None:
    first = f"<p>{WORDS[0]} {WORDS[1]} {WORDS[2]}</p>"
    found = text_of_page(f"<article><h1>Harga Beras Turun</h1>{first}<div>{BODY}</div></article>")
    assert found == [f"{WORDS[0]} {WORDS[1]} {WORDS[2]}", *TEXT]


def test_an_article_in_columns_of_one_kind_is_told_whole() -> None:
    half = len(TEXT) // 2
    columns = ["".join(f"<p>{line}</p>" for line in part) for part in (TEXT[:half], TEXT[half:])]
    page = "".join(f'<div class="column">{column}</div><div>Iklan</div>' for column in columns)
    assert text_of_page(f"<main>{page}</main>") == TEXT


def test_an_article_inside_of_what_is_usually_no_text_is_found_at_last() -> None:
    assert text_of_page(f"<form><fieldset>{BODY}</fieldset></form>") == TEXT
