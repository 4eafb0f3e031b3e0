"""The language of an article by its words."""

from __future__ import annotations

import pytest

from functions.extract.language import language_of

INDONESIAN = (
    "Harga beras di pasar induk turun pada pekan ini karena panen raya di sejumlah daerah sudah dimulai."
    " Menteri mengatakan bahwa pasokan akan tetap cukup untuk bulan depan, dan petani tidak perlu"
    " menunggu lebih lama."
)
ENGLISH = (
    "The price of rice at the main market fell this week as the harvest began in several regions. The"
    " minister said that supplies would be enough for the coming month and that farmers would not"
    " have to wait."
)
GERMAN = (
    "Der Preis für Reis ist in dieser Woche gefallen, weil die Ernte in mehreren Regionen begonnen hat."
    " Der Minister sagte, dass die Vorräte für den kommenden Monat reichen und die Bauern nicht"
    " warten müssen."
)


@pytest.mark.parametrize("declared", [None, "en-US", "de", "x"])
def test_indonesian_text_is_indonesian_whatever_the_page_declares(declared: str | None) -> None:
    assert language_of(INDONESIAN, declared) == "id"


@pytest.mark.parametrize("declared", [None, "id-ID"])
def test_english_text_is_english_whatever_the_page_declares(declared: str | None) -> None:
    assert language_of(ENGLISH, declared) == "en"


def test_malay_is_believed_where_it_is_declared() -> None:
    assert language_of(INDONESIAN, "ms-MY") == "ms"


def test_other_languages_are_what_the_page_declares() -> None:
    assert language_of(GERMAN, "de-AT") == "de"
    assert language_of(GERMAN, None) is None


def test_too_few_words_decide_nothing() -> None:
    assert language_of("yang dan di", "en") == "en"
    assert language_of("", None) is None
