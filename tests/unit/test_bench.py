"""The comparison's harness: sides take turns, bars are judged, pages are written between their marks."""

from __future__ import annotations

import json
from functools import partial

import pytest

from benchmarks.bench import report
from benchmarks.bench.rounds import Spent, in_turns, median_cpu, median_ratio, median_wall
from benchmarks.bench.rows import Bar, Row, Table

FACTS = {
    "date": "2026-11-27",
    "minutes": 1.5,
    "load": [0.1, 1.2],
    "machine": {"cores": "2"},
    "ours": {"lxml": "6.1"},
    "peers": {"goose3": "3.1"},
}
ROW = Row(
    title="Pages",
    how="Each page once.",
    tables=(Table("Seconds:", ("side", "s"), (("ours", "1.0"), ("theirs", "2.0"))),),
    bars=(Bar("time", 0.5, "≤", 0.8), Bar("quality", 0.7, "≥", 0.9)),
    figures={"ratio": 0.123456789},
    peers=("goose3",),
)


def test_sides_take_turns_and_each_round_begins_with_another() -> None:
    order: list[str] = []
    spent = in_turns({name: partial(order.append, name) for name in "abc"}, 3)
    assert "".join(order) == "abcbcacab"
    assert {name: len(of) for name, of in spent.items()} == {"a": 3, "b": 3, "c": 3}


def test_a_median_is_of_rounds_and_a_ratio_of_the_same_round() -> None:
    spent = [Spent(1, 4), Spent(9, 5), Spent(2, 6)]
    assert (median_wall(spent), median_cpu(spent)) == (2, 5)
    assert median_ratio([1, 2, 30], [1, 4, 10]) == 1


@pytest.mark.parametrize(
    ("bar", "met"),
    [
        (Bar("", 0.8, "≤", 0.8), True),
        (Bar("", 0.81, "≤", 0.8), False),
        (Bar("", 20, "≥", 20), True),
        (Bar("", 19.9, "≥", 20), False),
        (Bar("", 1, "<", 1), False),
        (Bar("", 0.99, "<", 1), True),
    ],
)
def test_a_bar_is_kept_or_missed(bar: Bar, met: bool) -> None:
    assert bar.met is met


def test_the_page_names_machine_versions_and_every_bar() -> None:
    text = report.as_markdown({"pages": ROW}, FACTS)
    assert "cores 2" in text
    assert "goose3 3.1" in text
    assert "| pages | time | 0.5 | ≤ 0.8 | yes |" in text
    assert "| pages | quality | 0.7 | ≥ 0.9 | **no** |" in text
    assert "| theirs | 2.0 |" in text


def test_results_are_sorted_json_with_five_digits() -> None:
    text = report.as_json({"pages": ROW}, FACTS)
    found = json.loads(text)
    assert found["rows"]["pages"]["figures"] == {"ratio": 0.12346}
    assert [bar["met"] for bar in found["rows"]["pages"]["bars"]] == [True, False]
    assert text == json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    page = f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n"
    assert report.replaced(page, "new") == f"before\n{report.BEGIN}\n\nnew\n\n{report.END}\nafter\n"


@pytest.mark.parametrize("page", ["", report.BEGIN, report.END])
def test_a_page_without_its_marks_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="lacks the line"):
        report.replaced(page, "new")
