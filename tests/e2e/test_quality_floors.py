"""The marks of the extract stage on real pages, where they lie beside the project; they only ever rise."""

from __future__ import annotations

import pytest

from benchmarks.newsweb import MATERIALS, grader, labelled_pages
from benchmarks.quality import extracted_by, marked, means
from benchmarks.quality_floors import FILE, below, read_floors

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not MATERIALS.is_dir(), reason="QUALITY NOT TESTED: no ../shared/newsweb here"),
]


def test_no_mark_of_the_extract_stage_is_below_its_floor() -> None:
    floors = read_floors(FILE.read_text(encoding="utf-8"))
    pages = labelled_pages()
    assert len(pages) > 800
    measured = means(marked(extracted_by("ours", pages), grader()))
    assert below(floors, measured) == []
    assert {group: set(row) for group, row in floors.items()} == {g: set(row) for g, row in measured.items()}
