"""The benchmarks run; what they measure is for whoever runs them, never for a test."""

from __future__ import annotations

import re

import pytest

from benchmarks.__main__ import BENCHMARKS, main

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


def test_an_unknown_benchmark_is_told_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["speed"]) == 2
    assert capsys.readouterr().err == (
        f"no benchmark is called 'speed'; there are: {', '.join(BENCHMARKS)}\n"
    )
