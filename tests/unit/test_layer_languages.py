"""Two tags are of one language if their primary subtags are."""

from __future__ import annotations

import pytest

from newswire.languages import iso_code, primary_language


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("id_ID", "id"),
        ("in", "id"),
        ("EN-gb", "en"),
        ("ind", "id"),
        ("fil", None),
        ("", None),
        (None, None),
        ("1x", None),
    ],
)
def test_tags_and_locales_become_iso_639_1(tag: str | None, code: str | None) -> None:
    assert iso_code(tag) == code


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en-GB", "en"),
        ("in_ID", "id"),
        ("BAN", "ban"),
        ("zh-Hant-TW", "zh"),
        ("indonesia", None),
        ("jp", None),
        ("cz-CZ", None),
        (" ", None),
    ],
)
def test_a_language_is_known_by_the_primary_subtag(tag: str, code: str | None) -> None:
    assert primary_language(tag) == code
