"""A page that only says that its article was withdrawn; and pages that speak of withdrawals."""

from __future__ import annotations

import pytest

from functions.extract.extraction import extract_page
from functions.extract.retraction_notices import NOTICES, is_notice

NAVIGATION = "".join(
    f'<li><a href="/{n}">Kabar nomor {n} dari seluruh Nusantara hari ini</a></li>' for n in range(40)
)
SENTENCE = (
    "Kementerian menyatakan bahwa penarikan itu dilakukan setelah penyelidikan tiga bulan di lima kota. "
)
EXAMPLES = [
    ("withdrawn, Indonesian", "Artikel ini telah ditarik oleh redaksi."),
    ("withdrawn, Indonesian", "Berita ini sudah kami cabut karena kekeliruan narasumber."),
    ("removed, Indonesian", "Berita ini telah dihapus karena tidak sesuai pedoman."),
    ("removed, Indonesian", "Artikel yang Anda cari sudah diturunkan."),
    ("we withdraw, Indonesian", "Redaksi menarik kembali artikel ini dan memohon maaf."),
    ("no longer here, Indonesian", "Artikel ini tidak lagi tersedia."),
    ("withdrawn, English", "This article has been retracted at the request of the authors."),
    ("removed, English", "This story was removed because it did not meet our standards."),
    ("we withdraw, English", "We have withdrawn this report."),
    ("no longer here, English", "This article is no longer available."),
]


def page(body: str) -> bytes:
    return (
        f"<!doctype html><html><head><title>Kabar</title></head><body><nav><ul>{NAVIGATION}</ul></nav>{body}"
        "<footer>Hak cipta Kabar Nusantara</footer></body></html>"
    ).encode()


def notice(body: str) -> bool:
    found = extract_page(
        page(body), {"url": "https://kabar.example/1", "content_type": "text/html; charset=utf-8"}
    )
    assert isinstance(found["notice"], bool)
    return found["notice"]


def test_every_rule_has_an_example() -> None:
    assert {name for name, _ in EXAMPLES} == set(NOTICES)


@pytest.mark.parametrize(("name", "words"), EXAMPLES)
def test_a_page_with_nothing_but_the_notice_is_one(name: str, words: str) -> None:
    assert notice(f"<main><h1>Harga beras turun</h1><div><p>{words}</p></div></main>"), name
    assert notice(f"<h1>{words}</h1>"), name


def test_a_cookie_notice_beside_it_changes_nothing() -> None:
    cookies = (
        "<div>Situs ini memakai kuki untuk menyimpan pilihan Anda dan menghitung kunjungan pembaca.</div>"
    )
    assert notice(f"{cookies}<p>{EXAMPLES[0][1]}</p>")


@pytest.mark.parametrize(
    "body",
    [
        f"<h1>Artikel ini telah ditarik, kata jurnal</h1><p>{SENTENCE * 3}</p><p>{SENTENCE * 4}</p>",
        f"<h1>Jurnal menarik</h1><p>{SENTENCE * 6}</p><blockquote><p>{EXAMPLES[6][1]}</p></blockquote>",
        f"<h1>Video dihapus</h1><div>{SENTENCE * 3}<br>{SENTENCE * 3}<br><div>{EXAMPLES[9][1]}</div></div>",
        "<h1>Video</h1><p>Jurnal itu menulis bahwa artikel ini telah ditarik.</p>",
        "<h1>Video</h1><p>“Artikel ini telah ditarik,” kata redaktur jurnal itu.</p>",
        "<h1>Video</h1><p>Komentar ini telah dihapus.</p>",
        "<h1>Video</h1><div class=toast>Artikel ini telah dihapus dari daftar bacaan</div>",
        "<h1>Video</h1><div class=toast>This article has been removed from your reading list</div>",
        "<h1>Video</h1><script>var m = 'x';</script><template>Artikel ini telah ditarik.</template>",
        "<h1>Video</h1><a href=/2>Artikel ini telah ditarik penulisnya</a>",
        "<h1>Video</h1><p>Artikel ini telah diperbarui.</p>",
        "<h1>Halaman tidak ditemukan</h1>",
        "<h1>Harga beras</h1><p>Artikel ini tidak tersedia dalam bahasa Inggris.</p>",
        "<h1>Harga beras</h1><p>Berita ini tidak tersedia untuk umum, silakan berlangganan.</p>",
        "<h1>Rice prices</h1><p>This article is no longer available in your country.</p>",
        "<h1>Rice prices</h1><p>This story is no longer available for free.</p>",
    ],
)
def test_an_article_about_withdrawals_and_a_pages_own_messages_are_none(body: str) -> None:
    assert not notice(body)


def test_a_long_text_that_begins_like_a_notice_is_none() -> None:
    assert not is_notice(["Artikel ini telah ditarik. " + SENTENCE * 5])
    assert not is_notice([EXAMPLES[0][1], SENTENCE * 3, SENTENCE * 3])
    assert not is_notice([])
