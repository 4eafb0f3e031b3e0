"""The benchmarks run; what they measure is for whoever runs them, never for a test."""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path

import pytest

from benchmarks import coldstart_world, extract_memory, publish_growth
from benchmarks.__main__ import BENCHMARKS, main
from tests.support.attack_payloads import page_with

SMALL = ("--feeds", "6", "--threads", "3", "--rounds", "1", "--latency", "1")


@pytest.mark.parametrize("options", [SMALL, (*SMALL, "--tls")], ids=["http", "https"])
def test_the_benchmark_of_requests_prints_every_side_and_its_ratio(
    options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch_requests", *options]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("6 feeds of 6 hosts, http")
    for row in ("bare urllib3", "its requests", "whole stage"):
        assert re.search(rf"^{row} +\d+\.\d{{3}} +\d+\.\d{{3}}\b", printed, re.MULTILINE), printed


def test_the_benchmark_of_hostile_pages_prints_what_each_cost_and_came_to(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["hostile_pages", "--own", "--only", "JSON circle"]) == 0
    head, row, most = capsys.readouterr().out.splitlines()
    assert head.split() == ["page", "KiB", "CPU", "s", "peak", "MB", "what", "came", "of", "it"]
    assert re.fullmatch(r"JSON circle +\d+ +\d+\.\d\d +\d+ +article of \d+ characters", row)
    assert most.split()[1:] == row.split()[3:5]


def test_the_benchmark_of_memory_prints_the_peak_and_the_page_that_made_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = "https://kabar.example/berita/1"
    (tmp_path / "1.gz").write_bytes(gzip.compress(page_with("", "body").encode()))
    entry = {"kind": "page", "url": url, "file": "1.gz", "content_type": "text/html"}
    (tmp_path / "manifest.json").write_text(json.dumps({"entries": [entry]}), encoding="utf-8")
    monkeypatch.setattr(extract_memory, "WEB", tmp_path)
    assert main(["extract_memory"]) == 0
    outcome, page, most = capsys.readouterr().out.splitlines()
    assert outcome == "1 pages: {'stored page': 1}"
    assert page.endswith(url)
    assert re.match(r" +\d+\.\d MiB at most, 350 MB allowed", most)


def test_the_benchmark_of_memory_says_where_there_is_nothing_to_measure(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(extract_memory, "WEB", tmp_path)
    assert main(["extract_memory"]) == 0
    assert capsys.readouterr().out == f"there are no pages at {tmp_path}\n"


def test_the_benchmark_of_cold_starts_says_what_it_lacks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(coldstart_world, "PROJECT", tmp_path)
    (tmp_path / "python3.13").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["coldstart"]) == 2
    assert "is not set up: make test-artifacts" in capsys.readouterr().err


def test_the_benchmark_of_cold_starts_packs_as_zip_does(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "text").write_bytes(b"newswire " * 100_000)
    assert 1000 < coldstart_world.zip_bytes(tmp_path) < 5000


def test_an_unknown_benchmark_is_told_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["speed"]) == 2
    assert capsys.readouterr().err == (
        f"no benchmark is called 'speed'; there are: {', '.join(BENCHMARKS)}\n"
    )


def test_the_benchmark_of_publishing_prints_what_a_run_costs_each_portal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"BUSY_DAY": 30, "QUIET_DAY": 10, "SHOWN_OF_A_DAY": 3}.items():
        monkeypatch.setattr(publish_growth, name, value)
    options = ("--small", "20", "--large", "40", "--changed", "5", "--rounds", "1")
    assert main(["publish", *options]) == 0
    lines = capsys.readouterr().out.splitlines()
    rows = {line[:24].strip(): line[24:].split() for line in lines[2:]}
    assert lines[1].split() == ["20", "stored", "40", "stored"]
    assert all(int(calls) > 90 for calls in rows["all calls"])
    assert rows["nothing changed: writes"] == ["0", "0"]
