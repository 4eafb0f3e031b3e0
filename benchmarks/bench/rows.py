"""What a row of the comparison is: tables, the bars that it is held to, and what was run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure and the limit that it is held to."""

    what: str
    value: float
    sign: Literal["≤", "≥", "<"]
    limit: float

    @property
    def met(self) -> bool:
        """Tell whether the figure keeps the limit."""
        if self.sign == "≥":
            return self.value >= self.limit
        return self.value <= self.limit if self.sign == "≤" else self.value < self.limit


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as they are printed; `heading` says what was measured and in which unit."""

    heading: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What one piece of work cost beside others that do it.

    `how` says in whole sentences what was run and what was left out. `figures` are the medians and ratios
    behind the tables, by name, for ``benchmarks/results.json``. `peers` are the distributions of the peers'
    environment that took part.
    """

    title: str
    how: str
    tables: tuple[Table, ...]
    bars: tuple[Bar, ...]
    figures: Mapping[str, float]
    peers: tuple[str, ...] = ()
