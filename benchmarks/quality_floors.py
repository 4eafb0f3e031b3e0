"""The marks of our stage that no change may fall below: `quality_floors.json`, by group and measure."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

FILE = Path(__file__).with_suffix(".json")

Floors = Mapping[str, Mapping[str, float]]
"""A mark between 0 and 1 per measure of `score.py` per group of pages."""


def read_floors(document: str) -> Floors:
    """Return the floors that a file's text holds."""
    floors: Floors = json.loads(document)
    return floors


def written(floors: Floors) -> str:
    """Return the file's text."""
    return json.dumps(floors, indent=2, sort_keys=True) + "\n"


def raised(floors: Floors, measured: Floors) -> dict[str, dict[str, float]]:
    """Return the floors after this measurement: rounded down to three digits where that is higher.

    None is lowered, and none is dropped that was not measured this time.
    """
    groups = {group: dict(row) for group, row in floors.items()}
    for group, row in measured.items():
        held = groups.setdefault(group, {})
        for measure, mark in row.items():
            held[measure] = max(held.get(measure, 0.0), _rounded_down(mark))
    return groups


def below(floors: Floors, measured: Floors) -> list[str]:
    """Return a line for every floor that is not held, and for every one whose measure is gone."""
    lines = []
    for group, row in sorted(floors.items()):
        for measure, floor in sorted(row.items()):
            mark = measured.get(group, {}).get(measure)
            if mark is None or mark < floor:
                lines.append(
                    f"{group} {measure}: {'nothing' if mark is None else f'{mark:.4f}'}, floor {floor}"
                )
    return lines


def _rounded_down(mark: float) -> float:
    # Of a mean like 0.7 a binary fraction may be a hair less than it says.
    return math.floor(round(mark * 1000, 6)) / 1000
