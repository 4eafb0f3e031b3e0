"""Sums of fractions under names."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Amounts(dict[Key, float], Generic[Key]):
    """Amounts by key, nothing where there is none: a ``Counter`` of fractions."""

    def __missing__(self, key: Key) -> float:
        """Return nothing, and keep nothing."""
        return 0.0

    def plus(self, other: Mapping[Key, float]) -> None:
        """Add other amounts."""
        for key, amount in other.items():
            self[key] += amount

    def less(self, other: Mapping[Key, float]) -> None:
        """Take other amounts away."""
        for key, amount in other.items():
            self[key] -= amount
