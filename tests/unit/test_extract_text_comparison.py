"""When two wordings say the same, and when they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.extract.text_comparison import COUNTERS, RELATED, comparable, fingerprint, words_changed

TEXT = "Harga beras turun 5 persen.\nPedagang menyambut baik."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Harga  beras\n turun.", "Harga beras turun."),
        ("Satu.\nDua.", "Satu. Dua."),
        ("“Turun,” kata Budi.", '"Turun," kata Budi.'),
        ("‘Turun’ kata Budi.", '"Turun" kata Budi.'),
        ("Jumat’s price", "Jumat's price"),
        ("Jakarta – Harga", "Jakarta - Harga"),
        ("Jakarta—Harga", "Jakarta - Harga"),
        ("tunggu…", "tunggu..."),
        ("5\u00a0persen", "5 persen"),
        ("pe\u00admerintah", "pemerintah"),
        ("\ufeffHarga\u200b", "Harga"),
        ("ﬁskal", "fiskal"),
        ("e\u0301lite", "élite"),
        ("Rp 5.000", "Rp5.000"),
        ("5 %", "5%"),
        ("turun , kata", "turun, kata"),
        ("HARGA BERAS TURUN", "Harga beras turun"),
    ],
)
def test_typography_and_white_space_say_nothing(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("turun lima persen", "turun enam persen"),
        ("turun 5 persen", "turun 6 persen"),
        ("turun 1,5 persen", "turun 15 persen"),
        ("tumbuh -5 persen", "tumbuh 5 persen"),
        ("$5", "€5"),
        ("tidak bersalah", "bersalah"),
        ("Panen, raya", "Panen raya"),
        ("Budi", "Budi."),
    ],
)
def test_every_word_number_and_mark_of_the_author_counts(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


EXAMPLES = [
    ("comments, Indonesian", "12 Komentar", "1,2 rb komentar"),
    ("comments, Indonesian", "Komentar (3)", "Belum ada komentar"),
    ("comments, English", "12 Comments", "Comments: 13"),
    ("shares, Indonesian", "Dibagikan 17 kali", "1,3 rb dibagikan"),
    ("shares, English", "Share 12", "1.2K shares"),
    ("views, Indonesian", "Dibaca 1.234 kali", "1.240 kali dilihat"),
    ("views, English", "12 views", "Views: 1,204"),
    ("age, Indonesian", "3 menit lalu", "Diperbarui: sejam yang lalu"),
    ("age, English", "Updated 5 minutes ago", "an hour ago"),
    ("reading time, Indonesian", "3 menit baca", "Waktu baca: 4 menit"),
    ("reading time, English", "3 min read", "Reading time: 4 minutes"),
    ("related, Indonesian", "Baca juga: Panen raya dimulai", "Berita Terkait: Harga gabah naik"),
    ("related, English", "Read also: Harvest begins", "Related stories: Rice up"),
]


def test_every_rule_has_an_example() -> None:
    assert {name for name, _, _ in EXAMPLES} == {*COUNTERS, *RELATED}


@pytest.mark.parametrize(("name", "before", "after"), EXAMPLES)
def test_what_a_site_counts_or_links_by_itself_says_nothing(name: str, before: str, after: str) -> None:
    first, second = (f"{line}\n{TEXT}" for line in (before, after))
    assert comparable(first) == comparable(second) == comparable(TEXT), name


def test_a_counter_beside_a_place_and_a_date_is_left_out_alone() -> None:
    early, late = (f"Jakarta, 5 Januari 2026 | {age}\n{TEXT}" for age in ("3 menit lalu", "2 jam lalu"))
    assert comparable(early) == comparable(late)
    assert comparable(early) != comparable(late.replace("Jakarta", "Bandung"))


@pytest.mark.parametrize(
    "sentence",
    [
        "Gempa terjadi 3 menit lalu.",
        "Ia menerima 12 komentar dari warga",
        "Video itu ditonton 1.200 kali sebelum dihapus dari kanal resmi kementerian",
        "The bridge was closed 5 minutes ago after a crash, police said in a statement on Monday evening",
        "Baca jugalah",
    ],
)
def test_numbers_in_sentences_are_the_authors(sentence: str) -> None:
    assert comparable(sentence) == sentence.casefold()


def test_words_are_counted_as_added_and_removed_and_not_where_they_stand() -> None:
    assert words_changed(TEXT, TEXT.replace("5 persen", "enam setengah persen")) == (2, 1)
    assert words_changed("Satu dua.\nTiga.", "Tiga.\nSatu dua.") == (0, 0)
    assert words_changed("", "Satu dua") == (2, 0)


def test_equal_wordings_have_one_fingerprint_and_others_another() -> None:
    assert fingerprint("Harga turun", TEXT) == fingerprint("HARGA  TURUN", TEXT.replace("\n", " "))
    assert fingerprint("Harga turun", TEXT) != fingerprint("Harga naik", TEXT)
    assert fingerprint("a", "b c") != fingerprint("a b", "c")


@given(st.text(max_size=300))
def test_the_form_of_any_text_is_its_own_form_and_on_one_line(text: str) -> None:
    form = comparable(text)
    assert "\n" not in form
    assert form == form.strip()
