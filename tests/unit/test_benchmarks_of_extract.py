"""What the benchmarks of extract make of their measurements; the pages are our own."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import main
from benchmarks.extract_cost import Sample, process_cpu, ratios
from benchmarks.extract_steps import Steps
from benchmarks.extractors import Extracted, NoPeers, extractor
from benchmarks.newsweb import LabelledPage, NoMaterials, grader, labelled_pages
from benchmarks.quality import marked, means
from benchmarks.quality_floors import FILE, below, raised, read_floors, written

PROJECT = Path(__file__).parents[2]
SENTENCE = "Harga beras di pasar turun lima persen pekan ini, kata pedagang yang ditemui di Jakarta. "
PAGE = f"""<!doctype html><html lang="id"><head><title>Harga beras turun</title>
<meta property="og:title" content="Harga beras turun"><meta name="author" content="Siti Aminah">
<meta property="article:published_time" content="2026-01-05T08:00:00+07:00"></head>
<body><article><h1>Harga beras turun</h1>{f"<p>{SENTENCE * 3}</p>" * 5}</article></body>
</html>"""
SCORE = """
def key(url):
    return url.removesuffix("/")

def grade(article, gold):
    marks = {"text": float(article.get("text", "") != "")}
    return marks | ({"title": float(article.get("title") == gold["title"])} if "title" in gold else {})
"""


def page(url: str = "https://kabar.example/beras", *groups: str) -> LabelledPage:
    return LabelledPage(url, "own", groups or ("all",), "id", "text/html; charset=utf-8", Path(), {})


def sample(number: int, ours: float, bare: float, *groups: str) -> Sample:
    return Sample(page("https://kabar.example/beras", *groups), number, ours, bare, "", "")


@pytest.fixture
def materials(tmp_path: Path) -> Path:
    """Return a frozen web of two labelled pages, one snapshot and one page that no feed links to."""
    (tmp_path / "score.py").write_text(SCORE, encoding="utf-8")
    (tmp_path / "page.gz").write_bytes(gzip.compress(PAGE.encode()))
    gold = {"title": "Harga beras turun", "level": "human"}
    entries: list[dict[str, Any]] = [
        {"kind": "feed", "set": "bridge", "gold": {"links": [f"https://k.example/{n}" for n in (1, 2, 3)]}},
        entry("https://k.example/1", "indonesian", gold),
        entry("https://k.example/2/", "fundus", {**gold, "title": "Lain"}),
        entry("https://k.example/3", "fundus", {**gold, "level": "snapshot"}),
        entry("https://k.example/4", "fundus", gold),
    ]
    (tmp_path / "manifest.json").write_text(json.dumps({"entries": entries}), encoding="utf-8")
    return tmp_path


def entry(url: str, subset: str, gold: dict[str, str]) -> dict[str, Any]:
    named = {"url": url, "set": subset, "lang": None, "content_type": "text/html; charset=utf-8"}
    return {"kind": "page", "file": "page.gz", "gold": gold, **named}


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


def test_the_cost_benchmark_prints_the_ratio_of_every_group(
    materials: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["extract_cost", "--materials", str(materials), "--rounds", "2"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("2 pages, 2 rounds"), printed
    for group, pages in (("all", 2), ("fundus", 1), ("indonesian", 1)):
        assert re.search(rf"^{group} +{pages} +\d+\.\d\d +\d+\.\d\d +\d+\.\d{{3}} ", printed, re.MULTILINE)
    assert re.search(r"^all .* 1\.0000 +1\.0000$", printed, re.MULTILINE)


def test_the_steps_name_the_modules_of_the_stage(materials: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract_cost", "--materials", str(materials), "--steps"]) == 0
    printed = capsys.readouterr().out
    for module in ("trafilatura", "metadata", "page_html", "sanitise", "assembly", "archive"):
        assert re.search(rf"^{module} +\d+\.\d{{3}} ms", printed, re.MULTILINE), printed


def test_without_the_frozen_web_a_benchmark_says_where_it_was_looked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["quality", "--materials", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"the frozen web is not in {tmp_path}: name its folder with --materials\n"
    )
    with pytest.raises(NoMaterials):
        grader(tmp_path)


def test_without_the_peers_environment_a_peer_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(NoPeers, match='make benchmark ARGS="quality"'):
        extractor("newspaper4k", tmp_path / "python")


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ("all(True for _ in iter(int, 1))", "too slow"),
        ("import time; time.sleep(9)", "too slow"),
        ("import os; os._exit(3)", "died: exit code 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "died: signal SIGSEGV"),
        ("raise ValueError('no\\n text')", "ValueError: no text"),
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "OSError: an extractor wanted"),
    ],
    ids=["busy", "asleep", "exits", "crashes", "raises", "asks the network"],
)
def test_a_peer_that_fails_on_a_page_has_extracted_nothing_of_it_and_goes_on(
    body: str, failure: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.extractors.PEER_SECONDS", 0.3)
    python = stand_in(tmp_path, f"if url.endswith('/bad'): {body}")
    (tmp_path / "page.gz").write_bytes(gzip.compress(b"<p>Berita</p>"))
    pages = [
        LabelledPage(f"https://k.example/{name}", "own", ("all",), "id", None, tmp_path / "page.gz", {})
        for name in ("good", "bad", "good")
    ]
    with extractor("readability-lxml", python) as extract:
        found = [extract(one) for one in pages]
    assert [one.fields.get("text", "").strip() for one in found] == ["Berita", "", "Berita"]
    assert found[1].failure is not None
    assert found[1].failure.startswith(failure)


def test_a_peer_that_does_not_start_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "page.gz").write_bytes(gzip.compress(b"<p>Berita</p>"))
    python = stand_in(tmp_path, "end of the line")
    with extractor("readability-lxml", python) as extract, pytest.raises(NoPeers, match="does not start"):
        extract(LabelledPage("https://k.example/1", "own", ("all",), "id", None, tmp_path / "page.gz", {}))


def stand_in(folder: Path, on_page: str) -> Path:
    """Return a Python whose readability gives the page's own text, after doing this."""
    module = f"""
class Document:
    def __init__(self, source, url):
        {on_page}
        self.source = source
    def author(self): return "[no-author]"
    def short_title(self): return ""
    def summary(self): return self.source
"""
    (folder / "readability.py").write_text(module, encoding="utf-8")
    python = folder / "python"
    python.write_text(
        f'#!/bin/sh\nPYTHONPATH="$PYTHONPATH:{folder}" exec "{sys.executable}" "$@"\n', encoding="utf-8"
    )
    python.chmod(0o755)
    return python


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


def test_a_groups_ratio_is_that_of_its_sums_and_of_each_round() -> None:
    found = ratios(
        [
            sample(0, 1.0, 2.0, "all", "fundus"),
            sample(1, 3.0, 2.0, "all", "fundus"),
            sample(1, 1.0, 6.0, "all"),
        ]
    )
    assert set(found) == {"all", "fundus"}
    assert (found["all"].total, found["all"].rounds) == (0.5, (0.5, 0.5))
    assert (found["fundus"].total, found["fundus"].rounds) == (1.0, (0.5, 1.5))
    assert (found["fundus"].ours_ms, found["fundus"].bare_ms) == (2000.0, 2000.0)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells another process's CPU")
def test_the_cpu_of_another_process_is_read_from_its_clock() -> None:
    before, own = process_cpu(os.getpid()), time.process_time()
    assert before == pytest.approx(own, abs=0.05)


def test_a_step_is_charged_without_what_it_called_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "process_time", lambda: clock[0])

    def spend(seconds: float) -> None:
        clock[0] += seconds

    steps = Steps()
    inner = steps.timed("inner", spend)

    def both() -> None:
        spend(1.0)
        inner(2.0)
        inner(3.0)

    steps.timed("outer", both)()
    assert {name: (step.seconds, step.calls) for name, step in steps.taken.items()} == {
        "outer": (1.0, 1),
        "inner": (5.0, 2),
    }
