"""Words by which entries are taken or left: whole words, whatever their case and diacritics."""

from __future__ import annotations

import pytest

from functions.fetch.word_rules import WordRules


def allows(rule: str, *texts: str | None) -> bool:
    return WordRules.of([rule], []).allow(texts)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("ikan", "Harga IKAN naik"),
        ("ikan", "Ikan, sayur, dan beras"),
        ("ikan", "pasar-ikan"),
        ("Café", "kabar cafe baru"),
        ("cafe", "Kabar CAFÉ baru"),
        ("harga beras", "Harga  beras: naik lagi"),
        ("anak-anak", "Anak anak sekolah"),
        ("jum'at", "Salat Jum\u2019at"),
        ("STRASSE", "an der Straße"),
        ("C++", "belajar c"),
        ("2026", "Piala Dunia 2026"),
        ("東京", "新東京国際空港"),
        ("ตลาด", "ราคาตลาดวันนี้"),
        ("한국", "한국 경제"),
        ("новости", "Новости дня"),
    ],
)
def test_a_word_or_phrase_is_found(rule: str, text: str) -> None:
    assert allows(rule, text)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("ikan", "Menteri Pendidikan"),
        ("ikan", "perikanan"),
        ("harga beras", "Harga jagung dan beras"),
        ("beras", "Berasal dari desa"),
        ("한국", "한국어 교실"),
    ],
)
def test_a_part_of_a_word_is_not_the_word(rule: str, text: str) -> None:
    assert not allows(rule, text)


def test_a_phrase_does_not_reach_from_the_title_into_a_category() -> None:
    assert not allows("naik pangan", "Harga naik", "Pangan")
    assert allows("pangan", "Harga naik", None, "Pangan")


def test_what_is_excluded_is_left_even_if_it_is_included() -> None:
    rules = WordRules.of(["beras"], ["iklan"])
    assert rules.allow(["Harga beras"])
    assert not rules.allow(["Iklan: beras murah"])
    assert not rules.allow(["Jalan desa"])


def test_without_rules_everything_is_wanted_and_a_rule_without_letters_never_matches() -> None:
    assert WordRules.of([], []).allow([None])
    assert WordRules.of([], ["!!!"]).allow(["Awas!!!"])
    assert WordRules.of(["!!!"], []).allow(["Awas!!!"])
