"""Billed units of single AWS calls. No I/O.

Sizes and roundings are those of the services' own pages on pricing and on capacity: "DynamoDB read and write
operations", "Best practices for using global secondary indexes", "Amazon SQS pricing" (requests of 64 KiB).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Item = Mapping[str, Mapping[str, Any]]

WRITE_UNIT = 1024
READ_UNIT = 4096
SQS_REQUEST = 64 * 1024
TRANSACTIONAL = 2
_CONTAINER = 3  # bytes of a list or map, beside a byte for each of its elements


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index that projects keys only."""

    partition: str
    sort: str

    def entry(self, item: Item | None) -> tuple[Any, Any] | None:
        """Return the key of the item's entry, ``None`` where the index does not have it."""
        if item is None or self.partition not in item or self.sort not in item:
            return None
        return (item[self.partition], item[self.sort])


def item_bytes(item: Item) -> int:
    """Return an item's size as DynamoDB counts it."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def write_units(before: Item | None, after: Item | None, *, transactional: bool = False) -> int:
    """Return the units of one write of the table itself: the larger of both images counts."""
    size = max(0 if image is None else item_bytes(image) for image in (before, after))
    return max(1, -(-size // WRITE_UNIT)) * (TRANSACTIONAL if transactional else 1)


def index_units(before: Item | None, after: Item | None, indexes: Iterable[Index]) -> int:
    """Return the units that a write costs its indexes: an entry that stays none, one that moves two."""
    units = 0
    for index in indexes:
        old, new = index.entry(before), index.entry(after)
        if old != new:
            units += (old is not None) + (new is not None)
    return units


def read_units(items: Iterable[Item], missing: int, *, consistent: bool) -> float:
    """Return the units of reading single items; one that does not exist costs as much as a small one."""
    units = missing + sum(max(1, -(-item_bytes(item) // READ_UNIT)) for item in items)
    return units if consistent else units / 2


def query_units(items: Iterable[Item], *, consistent: bool) -> float:
    """Return the units of a query, whose items are rounded up together."""
    units = max(1, -(-sum(map(item_bytes, items)) // READ_UNIT))
    return units if consistent else units / 2


def sqs_requests(bodies: Iterable[str]) -> int:
    """Return the requests that sending or receiving these bodies together is billed as."""
    return max(1, -(-sum(len(body.encode()) for body in bodies) // SQS_REQUEST))


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    sizes: dict[str, Callable[[], int]] = {
        "S": lambda: len(content.encode()),
        "N": lambda: (len(content.lstrip("-0.").replace(".", "")) + 1) // 2 + 1,
        "B": lambda: len(content),
        "L": lambda: _CONTAINER + sum(1 + _value_bytes(one) for one in content),
        "M": lambda: _CONTAINER + len(content) + item_bytes(content),
    }
    return sizes[kind]() if kind in sizes else 1  # NULL and BOOL; no item of ours has a set
