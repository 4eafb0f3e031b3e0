"""The order of an archive's documents, and the list of its partitions (pure)."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from functions.publish.json_text import json_text
from functions.publish.partitions import wider


@dataclass(frozen=True, slots=True)
class Links:
    """The partitions around one: ``parts`` are those that it was split into and that hold something."""

    older: str | None = None
    newer: str | None = None
    parts: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what a memory keeps of them."""
        return {"older": self.older, "newer": self.newer, "parts": list(self.parts)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Links:
        """Return them as a memory kept them."""
        return cls(kept["older"], kept["newer"], tuple(kept["parts"]))


def document(leaves: Collection[str]) -> bytes:
    """Return the list of the partitions that hold articles."""
    return (json_text({"partitions": sorted(leaves)}) + "\n").encode()


def read(body: bytes) -> frozenset[str]:
    """Return the partitions that a list of ours names; what is none names none."""
    try:
        return frozenset(json.loads(body)["partitions"])
    except (ValueError, KeyError, TypeError):
        return frozenset()


def links_of(leaves: Collection[str]) -> dict[str, Links]:
    """Return the links of every document of an archive whose partitions hold articles.

    The chain goes from the newest to the oldest; a partition that was split stands in it before its parts,
    so that whoever follows the chain passes all of them.
    """
    documents = sorted(
        {*leaves, *(name for leaf in leaves for name in wider(leaf))}, key=_order, reverse=True
    )
    parts: dict[str, list[str]] = {name: [] for name in documents}
    for name in documents:
        if wider(name):
            parts[wider(name)[-1]].append(name)
    older = dict(pairwise(documents))
    newer = dict(pairwise(reversed(documents)))
    return {name: Links(older.get(name), newer.get(name), tuple(parts[name])) for name in documents}


def relinked(before: Collection[str], after: Collection[str]) -> list[str]:
    """Return the documents whose links differ between two states of an archive."""
    old, new = links_of(before), links_of(after)
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def months_of(leaves: Collection[str]) -> Sequence[str]:
    """Return the months that hold articles, ``YYYY-MM``, newest first."""
    return sorted({name[:7] for name in leaves}, reverse=True)


def _order(name: str) -> str:
    return f"{name}~"  # behind all that continues the name
