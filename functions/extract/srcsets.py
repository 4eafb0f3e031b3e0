"""Pictures that are given in several sizes: `srcset` (HTML standard, "Srcset attributes")."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LONGEST = 10_000  # characters
# An address may have commas in it, but not at its ends.
_CANDIDATE = re.compile(
    r"([^\s,](?:\S*[^\s,])?)(?:\s+(\d{1,5}(?:\.\d{1,3})?)([wx])(?=[\s,]|$))?[^,]*", re.ASCII
)
_WIDEST = 1600  # pixels; more is for screens that no column of text fills
_PER_DENSITY = 800


def by_usefulness(srcset: str) -> Iterator[str]:
    """Yield the addresses, the widest first, but those that are wider than anybody needs last."""
    found = [(_width(one[2], one[3]), one[1]) for one in _CANDIDATE.finditer(srcset[:_LONGEST])]
    for _, address in sorted(found, key=lambda one: (one[0] > _WIDEST, -one[0])):
        yield address


def _width(number: str | None, unit: str | None) -> float:
    return float(number) * (1 if unit == "w" else _PER_DENSITY) if number else 0.0
