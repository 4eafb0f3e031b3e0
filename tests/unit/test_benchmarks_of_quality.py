"""What the benchmark of quality makes of its measurements, and its floors; the pages are our own."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import main
from benchmarks.extractors import Extracted
from benchmarks.newsweb import NoMaterials, grader, labelled_pages
from benchmarks.quality import marked, means
from benchmarks.quality_floors import FILE, below, raised, read_floors, written
from tests.support.labelled_pages import PAGE, frozen_web, page

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def materials(tmp_path: Path) -> Path:
    """Return a small frozen web."""
    return frozen_web(tmp_path)


def test_pages_that_are_linked_and_labelled_by_people_are_measured(materials: Path) -> None:
    pages = labelled_pages(materials)
    assert [(one.url, one.groups, one.language) for one in pages] == [
        ("https://k.example/1", ("all", "indonesian", "lang:id"), "id"),
        ("https://k.example/2/", ("all", "fundus"), "en"),
    ]
    assert pages[0].body() == PAGE.encode()


def test_the_quality_table_shows_the_means_of_each_group_and_what_gave_nothing(
    materials: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["quality", "--peers", "ours", "--materials", str(materials)]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^all \(2\) +2 +2 +0 +0 +0 +0\n +ours +1\.0000 +0\.5000 +-", printed, re.MULTILINE), (
        printed
    )
    assert re.search(r"^lang:id \(1\) +1 +1 +0 +0 +0 +0\n +ours +1\.0000 +1\.0000 +-", printed, re.MULTILINE)
    assert "ours: nothing of 0 pages" in printed


def test_without_the_frozen_web_a_benchmark_says_where_it_was_looked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["quality", "--materials", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"the frozen web is not in {tmp_path}: name its folder with --materials\n"
    )
    with pytest.raises(NoMaterials):
        grader(tmp_path)


def test_a_measure_is_left_out_of_which_an_extractor_never_says_anything() -> None:
    def grade(fields: Any, _: Any) -> dict[str, float]:
        return {"text": 1.0, "date": float("published" in fields)}

    undated = [(page(), Extracted({"text": "Berita"})), (page(), Extracted({}, "died"))]
    assert means(marked(undated, grade)) == {"all": {"text": 1.0}}
    dated = [*undated, (page(), Extracted({"text": "Berita", "published": None}))]
    assert means(marked(dated, grade)) == {"all": {"text": 1.0, "date": pytest.approx(1 / 3)}}


def test_floors_rise_to_what_was_measured_rounded_down_and_never_fall() -> None:
    floors = {"all": {"text": 0.95, "title": 0.8}, "gone": {"text": 0.5}}
    measured = {"all": {"text": 0.9619, "title": 0.7}, "own": {"date": 0.7, "author": 1.0}}
    assert raised(floors, measured) == {
        "all": {"text": 0.961, "title": 0.8},
        "gone": {"text": 0.5},
        "own": {"date": 0.7, "author": 1.0},
    }
    assert floors == {"all": {"text": 0.95, "title": 0.8}, "gone": {"text": 0.5}}


def test_a_mark_below_its_floor_and_one_that_is_gone_are_told() -> None:
    floors = {"all": {"text": 0.95, "title": 0.8}, "gone": {"text": 0.5}}
    assert below(floors, {"all": {"text": 0.9499, "title": 0.8}}) == [
        "all text: 0.9499, floor 0.95",
        "gone text: nothing, floor 0.5",
    ]
    assert below(floors, raised(floors, {})) == []


@pytest.mark.parametrize("commit", ["HEAD", "HEAD^"])
def test_no_floor_is_lower_than_it_was_committed_before(commit: str) -> None:
    git = shutil.which("git")
    if git is None or not (PROJECT / ".git").exists():
        pytest.skip("FLOORS' HISTORY NOT TESTED: no git here")
    name = FILE.relative_to(PROJECT).as_posix()
    before = subprocess.run(
        [git, "show", f"{commit}:{name}"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if before.returncode:
        pytest.skip(f"{commit} has no floors")
    assert below(read_floors(before.stdout), read_floors(FILE.read_text(encoding="utf-8"))) == []


def test_the_floors_file_is_as_it_would_be_written() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert written(read_floors(text)) == text
