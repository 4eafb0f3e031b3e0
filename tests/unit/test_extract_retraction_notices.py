"""A page that only says that its article was withdrawn; and pages that speak of withdrawals."""

from __future__ import annotations

import pytest

from functions.extract.extraction import extract_page
from functions.extract.retraction_notices import is_notice
from functions.extract.retraction_words import NOTICES, states_withdrawal

NAVIGATION = "".join(
    f'<li><a href="/{n}">Kabar nomor {n} dari seluruh Nusantara hari ini</a></li>' for n in range(40)
)
SENTENCE = (
    "Kementerian menyatakan bahwa penarikan itu dilakukan setelah penyelidikan tiga bulan di lima kota. "
)
EXAMPLES = [
    ("passive, Indonesian", "Artikel ini telah ditarik oleh redaksi."),
    ("passive, Indonesian", "Berita ini dicabut oleh redaksi karena menyangkut masa depan anak."),
    ("passive, Indonesian", "Berita ini sudah kami cabut karena kekeliruan narasumber."),
    ("passive, Indonesian", "Berita ini telah dihapus karena tidak sesuai pedoman."),
    ("passive, Indonesian", "Artikel yang Anda cari sudah diturunkan."),
    ("passive, Indonesian", "Mohon maaf, artikel ini telah diturunkan redaksi atas permintaan narasumber."),
    ("passive, Indonesian", "Catatan redaksi: Berita ini telah dicabut menyusul hak jawab dari PT Contoh."),
    ("passive, Indonesian", "[Pencabutan Berita] Tulisan ini redaksi turunkan sejak 5 Januari 2026."),
    ("passive, Indonesian", "Berita berjudul “Harga Beras Turun” ini telah dicabut dan kami mohon maaf."),
    ("passive, Indonesian", "Artikel ini telah dihapus dari situs kami."),
    ("passive, Indonesian", "Sesuai Pedoman Pemberitaan Media Siber, berita ini dicabut."),
    ("passive, Indonesian", "Atas permintaan Dewan Pers, berita ini dicabut."),
    ("passive, Indonesian", "Pemberitaan ini telah dicabut sesuai Pedoman Pemberitaan Media Siber."),
    ("passive, Indonesian", "Berita ini, yang tayang pada 5 Mei, telah dicabut karena tidak akurat."),
    ("by its headline, Indonesian", "Berita berjudul 'Harga beras turun' telah dicabut."),
    ("by its headline, Indonesian", "Berita berjudul “Benarkah?” dicabut karena tidak memenuhi kode etik."),
    ("page, Indonesian", "Konten ini telah dihapus oleh redaksi."),
    ("page, Indonesian", "Halaman ini kami cabut."),
    ("by its headline, Indonesian", "Berita dengan judul “Harga Beras Turun” telah dicabut oleh redaksi."),
    ("we, Indonesian", "Berdasarkan rekomendasi Dewan Pers, kami mencabut berita ini."),
    ("we, Indonesian", "Kami mencabut berita berjudul “Harga beras turun” yang tayang kemarin."),
    ("we, Indonesian", "Redaksi menarik kembali artikel ini dan memohon maaf."),
    ("we, Indonesian", "Dengan ini redaksi Kabar Nusantara mencabut berita berjudul “Harga Beras Turun”."),
    ("we, Indonesian", "Kami terpaksa menurunkan tulisan ini demi keselamatan narasumber."),
    ("we, Indonesian", "KABAR.example, Jakarta - Redaksi mencabut berita ini."),
    ("no longer here, Indonesian", "Artikel ini tidak lagi tersedia."),
    ("no longer here, Indonesian", "Maaf, berita ini sudah tidak dimuat lagi."),
    ("apology, Indonesian", "Redaksi memohon maaf kepada semua pihak atas pemuatan berita ini."),
    ("passive, English", "This article has been retracted at the request of the authors."),
    ("passive, English", "This story was removed because it did not meet our standards."),
    ("passive, English", "Editor’s note: This article has been withdrawn by the editors."),
    ("passive, English", "Sorry, this article has been taken down for legal reasons."),
    ("passive, English", "This column has been removed from our website, and we apologise to readers."),
    ("passive, English", "The article you are looking for has been deleted."),
    ("passive, English", "This article, published on May 5, has been retracted."),
    ("passive, English", "At the request of the court, this article has been removed."),
    ("publisher, English", "Reuters has withdrawn this story."),
    ("publisher, English", "The New York Times has retracted this article because of errors in it."),
    ("published in error, English", "This article was published in error and has been removed."),
    ("by its headline, English", "The article “Rice prices fall” has been retracted by the editors."),
    ("we, English", "We have withdrawn this report."),
    ("we, English", "The editors have retracted this article following a complaint."),
    ("no longer here, English", "This article is no longer available."),
    ("apology, English", "We apologise to our readers for publishing this story."),
]
OTHER_MATTERS = [
    "This article has been removed from our app",
    "This article has been removed from your reading list.",
    "This story was removed from your saved stories at your request.",
    "This article has been deleted. Undo",
    "This comment was removed by the editors.",
    "This post is no longer available.",
    "This video has been removed by the publisher.",
    "This article is no longer available in your country.",
    "This story is no longer available for free.",
    "This article was removed as a favourite.",
    "This report was withdrawn by the ministry on Monday.",
    "This article has been updated and a quote has been removed.",
    "This article was withdrawn money and power: a review.",
    "A photograph was removed from this article because of its licence.",
    "We have removed this article from your list.",
    "We apologise for the error in this article.",
    "An earlier version of this article was removed in error.",
    "“This article has been retracted,” the journal said.",
    "This article is no longer available due to legal restrictions in your country.",
    "This story is no longer available in the European Economic Area (EEA).",
    "This article is no longer available because you have reached your limit of free stories.",
    "This article is no longer available, because legal notices are for subscribers.",
    "This article was removed because of a technical error. Please try again later.",
    "This article is no longer available due to maintenance.",
    "This article has been removed pending maintenance.",
    "This story is no longer available as it has expired.",
    "This article has been removed. It may have been moved.",
    "This article has been removed because you use an ad blocker",
    "This article is temporarily removed.",
    "This column is no longer published on Sundays.",
    "This report was withdrawn by the authors of the study.",
    "This report was withdrawn after Boeing objected, the BBC says.",
    "The ministry has withdrawn this report.",
    "This article has been removed? No.",
    "Artikel ini sudah tidak tersedia karena masa langganan Anda habis.",
    "Artikel ini sudah tidak tersedia karena batas baca gratis Anda telah habis.",
    "Artikel ini tidak tersedia lagi sehubungan dengan pemeliharaan sistem.",
    "Artikel ini telah dihapus sejak server dipindahkan.",
    "Artikel ini sudah tidak tersedia. Anda berada di luar wilayah Anda.",
    "Artikel ini untuk sementara kami turunkan karena kesalahan.",
    "Artikel yang Anda cari telah dihapus, dipindahkan, atau sedang dalam perbaikan.",
    "Artikel ini ditarik kembali dari peredaran oleh BPOM.",
    "Berita ini telah dihapus dari daftar favorit Anda",
    "Artikel ini telah dihapus dari aplikasi.",
    "Artikel ini telah dihapus dari daftar bacaan",
    "Artikel ini telah dihapus sesuai permintaan Anda.",
    "Artikel ini telah dihapus. Urungkan",
    "Komentar ini telah dihapus.",
    "Unggahan ini telah dihapus oleh redaksi.",
    "Laporan ini telah dicabut oleh pelapor pada Senin.",
    "Artikel ini tidak tersedia dalam bahasa Inggris.",
    "Berita ini tidak tersedia untuk umum, silakan berlangganan.",
    "Artikel ini tidak dapat ditampilkan saat ini.",
    "Artikel ini telah diperbarui dengan hak jawab dari PT Contoh.",
    "Artikel ini telah ditarik minat banyak pembaca.",
    "Redaksi memohon maaf atas kekeliruan dalam artikel ini.",
    "Redaksi menarik kesimpulan dari artikel ini.",
    "Berita berjudul “Harga Beras Turun” telah dicabut oleh jurnal itu.",
    "“Artikel ini telah ditarik,” kata redaktur jurnal itu.",
    "Jurnal itu menulis bahwa artikel ini telah ditarik.",
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


@pytest.mark.parametrize("words", OTHER_MATTERS)
def test_what_is_said_of_other_things_or_of_a_part_or_to_one_reader_is_none(words: str) -> None:
    assert not notice(f"<main><h1>Harga beras turun</h1><div><p>{words}</p></div></main>")
    assert not notice(f"<h1>{words}</h1>")


def test_a_notice_may_have_links_and_emphasis_in_it() -> None:
    assert notice(
        "<p>Berita ini telah <strong>dicabut</strong> oleh <a href=/redaksi>redaksi</a>"
        " karena <em>kekeliruan</em>.</p>"
    )


def test_its_reasons_and_an_apology_may_follow_it() -> None:
    assert notice(f"<p>{EXAMPLES[0][1]}</p><p>{SENTENCE * 2}</p><p>Kami memohon maaf kepada pembaca.</p>")


def test_a_cookie_notice_beside_it_changes_nothing() -> None:
    cookies = (
        "<div>Situs ini memakai kuki untuk menyimpan pilihan Anda dan menghitung kunjungan pembaca.</div>"
    )
    assert notice(f"{cookies}<p>{EXAMPLES[0][1]}</p>")


@pytest.mark.parametrize(
    "attributes",
    [
        "class=toast",
        'class="alert alert-modal"',
        "hidden",
        "aria-hidden=true",
        'style="display: none"',
        "role=dialog",
        'id="comments"',
        "class=hidden",
        'class="alert d-none"',
        "class=sr-only",
        "class=v-cloak",
        'v-if="error"',
        'x-show="gone"',
        "class=daftar-komentar",
    ],
)
def test_what_a_page_has_ready_for_its_buttons_and_what_readers_write_is_none(attributes: str) -> None:
    assert not notice(f"<h1>Video</h1><div {attributes}><p>{EXAMPLES[0][1]}</p></div>")
    assert notice(f"<h1>Video</h1><div class=alert role=alert><p>{EXAMPLES[0][1]}</p></div>")


@pytest.mark.parametrize(
    "body",
    [
        f"<h1>Artikel ini telah ditarik, kata jurnal</h1><p>{SENTENCE * 3}</p><p>{SENTENCE * 4}</p>",
        f"<h1>Jurnal menarik</h1><p>{SENTENCE * 6}</p><blockquote><p>{EXAMPLES[18][1]}</p></blockquote>",
        f"<h1>Video dihapus</h1><div>{SENTENCE * 3}<br>{SENTENCE * 3}<br><div>{EXAMPLES[27][1]}</div></div>",
        f"<h1>Kabar singkat</h1><p>{SENTENCE * 3}</p><p>{EXAMPLES[0][1]}</p>",
        "<h1>Skor</h1>" + "<p>Kabar menang dua gol atas Warta.</p>" * 20 + f"<p>{EXAMPLES[0][1]}</p>",
        "<h1>Video</h1><script>var m = 'x';</script><template>Artikel ini telah ditarik.</template>",
        "<h1>Video</h1><a href=/2>Artikel ini telah ditarik oleh redaksi</a>",
        "<h1>Video</h1><button>Artikel ini telah ditarik oleh redaksi</button>",
        "<h1>Halaman tidak ditemukan</h1>",
    ],
)
def test_an_article_about_withdrawals_and_what_does_not_stand_for_the_text_are_none(body: str) -> None:
    assert not notice(body)


def test_a_long_text_that_begins_like_a_notice_is_none() -> None:
    assert not is_notice(["Artikel ini telah ditarik. " + SENTENCE * 5])
    assert not is_notice([EXAMPLES[0][1], SENTENCE * 3, SENTENCE * 3])
    assert not is_notice(["Artikel ini telah ditarik. " + "Kami mohon maaf. " * 30])
    assert not is_notice([])


@pytest.mark.parametrize(
    "words",
    [
        "Log in to read it in our archive, which is open to subscribers.",
        "It may have been moved to another section of this site.",
        "Silakan berlangganan untuk membaca semua artikel kami.",
    ],
)
def test_a_sentence_after_it_that_says_where_or_to_whom_it_is_shown_makes_it_none(words: str) -> None:
    said = "Sorry, this article is no longer available."
    assert is_notice([said, "Our newsroom apologises to all of its readers."])
    assert not is_notice([said, words])
    assert is_notice([said, "Subscribe"])  # a label


def test_capitals_and_white_space_do_not_count() -> None:
    assert states_withdrawal("  BERITA INI\n TELAH  DICABUT OLEH REDAKSI ")
