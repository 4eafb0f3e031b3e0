"""The benchmark of search runs; what it measures is for whoever runs it, never for a test."""

from __future__ import annotations

import re

import pytest

from benchmarks.__main__ import main
from tests.support.browser import MISSING, chromium


def test_the_benchmark_of_search_prints_sizes_and_a_row_a_query(capsys: pytest.CaptureFixture[str]) -> None:
    if chromium() is None:
        pytest.skip(MISSING)

    assert main(["search", "--articles", "300"]) == 0

    printed = capsys.readouterr().out
    assert printed.startswith("300 articles in ")
    for query in ("harga beras", "anak-anak sekolah", "a"):
        assert re.search(rf"^{query} +\d+( +\d+\.\d){{4}}  \d+ artikel ditemukan", printed, re.MULTILINE), (
            printed
        )
