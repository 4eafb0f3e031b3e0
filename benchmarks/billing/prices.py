"""The list prices that the cost model uses: a data file with its date and source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("prices.json")


@dataclass(frozen=True, slots=True)
class Prices:
    """Dollars by unit, and the seconds that calls are taken to last."""

    region: str
    date: str
    source: str
    dollars: Mapping[str, float]
    latency: Mapping[str, float]


def load(file: Path = FILE) -> Prices:
    """Read the data file."""
    data = json.loads(file.read_text(encoding="utf-8"))
    latency = {name: value for name, value in data["latency_seconds"].items() if name != "source"}
    return Prices(data["region"], data["date"], data["source"], data["dollars"], latency)
