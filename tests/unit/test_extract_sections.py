"""A publisher's own sections decide the category of a new article, as its source says."""

from __future__ import annotations

from functions.extract.sections import category_in
from tests.support.catalogues import source

BOTH = source(sections={"ekonomi bisnis": "ekonomi", "bola": "nasional"}, category="dunia")


def test_a_section_is_recognised_whatever_its_case_and_spacing() -> None:
    assert category_in(BOTH, ["Berita", "EKONOMI  Bisnis"]) == "ekonomi"


def test_the_first_entry_of_the_source_that_matches_decides() -> None:
    assert category_in(BOTH, ["Bola", "Ekonomi Bisnis"]) == "ekonomi"


def test_only_whole_sections_match() -> None:
    assert category_in(BOTH, ["Ekonomi", "Bola Voli"]) == "dunia"


def test_without_a_match_or_a_mapping_the_sources_category_stands() -> None:
    assert category_in(BOTH, []) == "dunia"
    assert category_in(source(category="dunia"), ["Ekonomi Bisnis"]) == "dunia"
