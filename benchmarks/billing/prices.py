"""The list prices that the cost model uses: a data file with its date and source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("prices.json")


@dataclass(frozen=True, slots=True)
class Prices:
    """Dollars by unit, units that every account has for nothing, and the seconds that calls last."""

    region: str
    date: str
    source: str
    dollars: Mapping[str, float]
    allowances: Mapping[str, float]
    latency: Mapping[str, float]


def load(file: Path = FILE) -> Prices:
    """Read the data file."""
    data = json.loads(file.read_text(encoding="utf-8"))
    about = (data["region"], data["date"], data["source"])
    return Prices(*about, data["dollars"], _numbers(data["allowances"]), _numbers(data["latency_seconds"]))


def _numbers(part: Mapping[str, str | float]) -> dict[str, float]:
    """Return a part of the file without what it says of itself."""
    return {name: value for name, value in part.items() if not isinstance(value, str)}
