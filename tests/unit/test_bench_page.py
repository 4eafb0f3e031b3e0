"""What `docs/benchmarks.md` says is what `benchmarks/results.json` says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks.bench import report
from benchmarks.bench.__main__ import PAGE, RESULTS
from benchmarks.bench.rows import Bar, Row

FACTS = {
    "date": "2026-11-27",
    "minutes": 1.5,
    "load": [0.1, 1.2],
    "machine": {"cores": "2"},
    "ours": {"lxml": "6.1"},
    "peers": {"goose3": "3.1"},
}
BARS = (Bar("time", 0.123456, "≤", 0.8), Bar("quality", -0.0078, "≥", 0.9))
ROWS = {"pages": Row(title="Pages", how="Each once.", tables=(), bars=BARS, figures={})}


def disagreements(page: str, results: dict[str, Any]) -> list[str]:
    """Return the bars and facts that the page's written part lacks or says otherwise."""
    written = page.partition(report.BEGIN)[2].partition(report.END)[0]
    rows = [line.strip("| ").split(" | ") for line in written.splitlines() if line.startswith("| ")]
    stated: dict[tuple[str, ...], Any] = {
        (row[0], row[1], row[3]): (float(row[2]), row[4]) for row in rows if row[4:] in (["yes"], ["**no**"])
    }
    expected: dict[tuple[str, ...], Any] = {
        (name, bar["what"], f"{bar['sign']} {bar['limit']:g}"): (
            pytest.approx(bar["value"], rel=6e-4),  # a page has four digits, the results five
            "yes" if bar["met"] else "**no**",
        )
        for name, row in results["rows"].items()
        for bar in row["bars"]
    }
    versions = {**results["machine"], **results["ours"], **results["peers"]}
    facts = [results["date"], *(f"{name} {value}" for name, value in versions.items())]
    return [
        *(" ".join(key) for key in expected.keys() | stated.keys() if stated.get(key) != expected.get(key)),
        *(fact for fact in facts if fact not in written),
    ]


def written(rows: dict[str, Row], facts: dict[str, Any]) -> str:
    return report.replaced(f"{report.BEGIN}\n{report.END}\n", report.as_markdown(rows, facts))


def test_what_is_written_at_once_agrees() -> None:
    assert disagreements(written(ROWS, FACTS), json.loads(report.as_json(ROWS, FACTS))) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("0.1235", "0.1225", "pages time ≤ 0.8"),
        ("-0.0078", "0.0078", "pages quality ≥ 0.9"),
        ("**no**", "yes", "pages quality ≥ 0.9"),
        ("≤ 0.8 | yes", "≤ 0.9 | yes", "pages time ≤ 0.8"),
        ("goose3 3.1", "goose3 3.2", "goose3 3.1"),
        ("2026-11-27", "2026-11-28", "2026-11-27"),
    ],
)
def test_what_was_written_by_hand_is_found(old: str, new: str, what: str) -> None:
    page = written(ROWS, FACTS)
    assert what in disagreements(page.replace(old, new), json.loads(report.as_json(ROWS, FACTS)))


@pytest.mark.skipif(not RESULTS.is_file(), reason="make bench has written no results yet")
def test_the_page_says_what_the_results_say() -> None:
    assert disagreements(PAGE.read_text("utf-8"), json.loads(RESULTS.read_text("utf-8"))) == []
