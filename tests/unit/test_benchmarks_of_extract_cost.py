"""What the benchmark of extract's cost makes of its measurements; the pages are our own."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.extract_cost import Sample, ratios
from benchmarks.extract_steps import Steps
from tests.support.labelled_pages import frozen_web, page
from tests.support.process_costs import cpu_seconds

ON_LINUX = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux tells another process's CPU"
)


def sample(number: int, ours: float, bare: float, *groups: str) -> Sample:
    return Sample(page(*groups), number, ours, bare, "", "")


@pytest.fixture
def materials(tmp_path: Path) -> Path:
    """Return a small frozen web."""
    return frozen_web(tmp_path)


@ON_LINUX
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
    for module in ("trafilatura", "metadata", "page_html", "page_html", "assembly", "archive"):
        assert re.search(rf"^{module} +\d+\.\d{{3}} ms", printed, re.MULTILINE), printed


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


@ON_LINUX
def test_the_cpu_of_another_process_is_read_from_its_clock() -> None:
    before, own = cpu_seconds(os.getpid()), time.process_time()
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
