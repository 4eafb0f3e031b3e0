"""Other people's robots.txt cases, where they lie beside the project, and the few that we judge otherwise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from functions.extract.robots import allows, read_rules

CASES = Path(__file__).resolve().parents[3] / "shared" / "robots"
# By file: reasons, and the numbers of the cases (from 0) that they are about. docs/decisions/0020.
DIFFERENCES: dict[str, dict[str, list[int]]] = json.loads(
    (Path(__file__).parents[1] / "data" / "robots_differences.json").read_text(encoding="utf-8")
)
pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason="ROBOTS CASES NOT TESTED: no ../shared/robots here"
)


@pytest.mark.parametrize(("name", "count"), [("google_robots_test_cases", 142), ("protego_cases", 376)])
def test_every_case_is_judged_as_its_suite_does_but_for_those_with_a_reason(name: str, count: int) -> None:
    cases: list[dict[str, Any]] = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    otherwise = [
        number
        for number, case in enumerate(cases)
        if allows(read_rules(case["robots"].encode(), case["ua"]), case["url"]) is not case["allowed"]
    ]
    assert len(cases) == count
    assert otherwise == sorted(number for numbers in DIFFERENCES[name].values() for number in numbers)
