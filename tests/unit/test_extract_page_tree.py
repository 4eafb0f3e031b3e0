"""What the page's tree never holds, however the page spells it."""

from __future__ import annotations

import pytest

from functions.extract.page_tree import parse_page


@pytest.mark.parametrize(
    "reference",
    [
        "&#xE;",
        "&#14",
        "&#x0000000000000001;",
        "&#0;",
        "&#xFFFE;",
        "&#65535;",
        "&#xd800;",
        "&#xF0001;",
        "&#983041;",
        "&#\ufffe14;",
        "&#1\uffff4;",
    ],
)
def test_no_reference_brings_in_what_the_page_may_not_hold_as_it_is(reference: str) -> None:
    page = parse_page(f"<html><body><p>a{reference}<a href=/x>{reference} b</a></p></body></html>".encode())
    assert page is not None
    for element in page.iter("p", "a"):
        text = element.text or ""
        element.text = text  # lxml refuses what XML cannot carry
        assert text.strip() in ("a", "b")


@pytest.mark.parametrize(
    ("reference", "character"),
    [("&#233;", "\xe9"), ("&#x1F600;", "\U0001f600"), ("&#10;", "\n"), ("&#039;", "'")],
)
def test_a_reference_to_a_character_stays(reference: str, character: str) -> None:
    page = parse_page(f"<html><body><p>a{reference}b</p></body></html>".encode())
    assert page is not None
    assert page.findtext(".//p") == f"a{character}b"
