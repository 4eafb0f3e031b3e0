"""What pages say of having been taken from elsewhere: read in Indonesian and English, not yet judged."""

from __future__ import annotations

from typing import Any

import pytest

from functions.extract.attribution import MOST, stated_attributions
from functions.extract.declared_attribution import declared_attributions

PROSE = "\n".join(f"<p>Kalimat nomor {number} dari artikel yang cukup panjang.</p>" for number in range(20))
LINK = "https://www.kabar.example/read/2026/01/05/harga-beras-turun"


def stated(line: str) -> list[tuple[str, str | None, str | None]]:
    """Return kind, name and link of the signs at the end of an article."""
    return [(sign.kind, sign.name, sign.url) for sign in stated_attributions(f"{PROSE}\n<p>{line}</p>")]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Artikel ini telah tayang di Kabar.example dengan judul Harga Beras Turun", "Kabar.example"),
        ("Artikel ini sudah tayang di kabar.example, Senin (5/1/2026).", "kabar.example"),
        ("Artikel ini pertama kali tayang di situs kabar.example.", "kabar.example"),
        ("Berita ini telah dimuat sebelumnya di Kabar Nusantara (klik di sini)", "Kabar Nusantara"),
        ("Tulisan ini pernah terbit di Kabar Nusantara edisi 5 Januari 2026", "Kabar Nusantara"),
        ("Artikel ini bersumber sepenuhnya dari website www.kabar.example", "www.kabar.example"),
        ("Artikel ini bersumber dari website Kabar Nusantara.", "Kabar Nusantara"),
        ("Artikel di atas dikutip dari laman kabar.example", "kabar.example"),
        ("Berita ini telah dipublikasikan di Kabar Nusantara pada tanggal 5 Januari", "Kabar Nusantara"),
        ("Konten ini diterbitkan ulang dari Kabar Nusantara", "Kabar Nusantara"),
        ("This article originally appeared on Kabar.example.", "Kabar.example"),
        ("This story was originally published by Kabar Nusantara and is reproduced here", "Kabar Nusantara"),
        ("This article first appeared in Kabar Nusantara on January 5.", "Kabar Nusantara"),
        ("This opinion piece was first published on our sister site Kabar Nusantara.", "Kabar Nusantara"),
        ("Originally published at kabar.example.", "kabar.example"),
        ("— Originally published by Kabar Nusantara", "Kabar Nusantara"),
        ("This article is republished from Kabar Nusantara under a licence.", "Kabar Nusantara"),
        ("Reprinted with kind permission from Kabar Nusantara.", "Kabar Nusantara"),
        ("<em>This post originally appeared at <strong>Kabar Nusantara</strong></em>", "Kabar Nusantara"),
    ],
)
def test_a_sentence_that_names_the_origin_is_a_statement(line: str, name: str) -> None:
    assert stated(line) == [("statement", name, None)]


@pytest.mark.parametrize(
    "line",
    [
        f'Artikel ini telah tayang di <a href="{LINK}" rel="nofollow">Kabar</a> dengan judul Harga',
        f'This article was originally published on <a href="{LINK}" rel="nofollow">Kabar</a>. Read on.',
        f'This article is republished from <a href="{LINK}">Kabar</a> under a licence.',
        f'Artikel ini bersumber dari <em><a href="{LINK}">Kabar</a></em>.',
    ],
)
def test_the_link_of_the_name_is_where_the_statement_leads(line: str) -> None:
    assert stated(line) == [("statement", "Kabar", LINK)]


def test_links_beside_the_name_are_kept_apart() -> None:
    line = (
        f'The post <a href="{LINK}">Harga beras turun</a> appeared first on '
        '<a href="https://www.kabar.example">Kabar</a>. Follow us on <a href="https://x.com/kabar">X</a>.'
    )
    (sign,) = stated_attributions(f"<p>{line}</p>")
    assert (sign.kind, sign.name, sign.url) == ("statement", "Kabar", "https://www.kabar.example/")
    assert sign.beside == (LINK, "https://x.com/kabar")


@pytest.mark.parametrize(
    "line",
    [
        "Dikutip detikINET dari BBC, Kamis (5/11/2015), Google menyatakan hal itu.",
        "Dilansir dari Kabar Nusantara, harga beras turun lima persen.",
        "Menurut artikel yang dimuat di Kabar Nusantara, harga beras turun.",
        "A version of this article originally appeared in Kabar Nusantara.",
        "Artikel ini diterjemahkan dan diambil dari Kabar Nusantara.",
        "Artikel ini diolah dan dikutip dari berbagai sumber",
        "Artikel ini juga tayang di Kabar Nusantara",
        "This article was reprinted on Kabar.example.",
        "The report, originally published by the ministry, says so.",
        "The book was originally published by Kabar Press.",
        "This article is based on a report that first appeared elsewhere.",
        "This article has been adapted from its original source.",
        "Sumber daya alam: kekayaan yang terbatas",
        "Foto: Kabar Nusantara",
        "Sumber foto: Kabar Nusantara",
        "Photo source: Kabar Nusantara",
        "Published by Siti on 5 January",
    ],
)
def test_prose_other_texts_and_pictures_are_no_statement(line: str) -> None:
    assert stated(line) == []


def test_a_statement_in_the_middle_of_a_long_article_is_about_a_part_of_it() -> None:
    line = "<p>This article originally appeared on Kabar.example.</p>"
    assert stated_attributions(f"{PROSE}\n{line}\n{PROSE}") == []
    assert len(stated_attributions(f"{line}\n{PROSE}")) == 1


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Sumber: ANTARA", "ANTARA"),
        ("(Sumber: Antara)", "Antara"),
        ("Sumber berita : kabar.example", "kabar.example"),
        ("Source: Kabar Nusantara.", "Kabar Nusantara"),
        ("<strong>SUMBER:</strong> Kabar", "Kabar"),
        ("Penulis menutup begitu.<br>Sumber: Kabar", "Kabar"),
    ],
)
def test_a_last_line_with_a_source_is_read(line: str, name: str) -> None:
    assert stated(line) == [("source line", name, None)]


def test_a_line_with_a_source_before_the_end_is_not() -> None:
    end = "<p>Satu.</p>\n<p>Dua.</p>\n<p>Tiga.</p>"
    assert stated_attributions(f"{PROSE}\n<p>Sumber: Antara</p>\n{end}") == []


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p></p>",
        "<p>Sumber:</p>",
        "<p>" + "originally published by " * 9_000 + "</p>",
        "<p>&#x0; sumber: x</p>",
        "<p>Sumber: a" + "." * 1_000_000 + "b</p>",
    ],
)
def test_nothing_and_nonsense_are_survived(html: str) -> None:
    assert len(stated_attributions(html)) <= 1


def test_signs_are_bounded() -> None:
    line = f'<p>This article originally appeared on {"x" * 500} <a href="{LINK}">a</a></p>\n'
    signs = stated_attributions(line * 50)
    assert len(signs) == MOST
    assert all(len(sign.name or "") <= 100 and len(sign.evidence) <= 300 for sign in signs)


@pytest.mark.parametrize(
    ("node", "found"),
    [
        ({"isBasedOn": LINK}, [("based on", None, LINK)]),
        ({"isBasedOnUrl": [LINK]}, [("based on", None, LINK)]),
        (
            {"isBasedOn": {"@type": "NewsArticle", "url": LINK, "name": "Harga"}},
            [("based on", "Harga", LINK)],
        ),
        ({"isBasedOn": {"@id": LINK}}, [("based on", None, LINK)]),
        ({"sourceOrganization": {"name": "Kabar", "url": LINK}}, [("organisation", "Kabar", LINK)]),
        ({"sourceOrganization": "Kabar"}, [("organisation", "Kabar", None)]),
        ({"isBasedOn": "Kabar"}, []),
        ({"isBasedOn": "/read/1"}, []),
        ({"isBasedOn": "javascript:alert(1)"}, []),
        ({"isBasedOn": [1, None, True, {"url": 7}, [LINK]]}, []),
        ({"publisher": {"name": "Kabar", "url": LINK}}, []),
    ],
)
def test_json_ld_declares_what_it_is_based_on(node: dict[str, Any], found: list[Any]) -> None:
    signs = declared_attributions([node], "https://lain.example/1")
    assert [(sign.kind, sign.name, sign.url) for sign in signs] == found
