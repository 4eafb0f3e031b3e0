"""The order of an archive's documents, and the list of its partitions (pure)."""

from __future__ import annotations

import json
from bisect import bisect_left
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


@dataclass(frozen=True, slots=True)
class Listing:
    """The partitions that hold articles, and of which of these, or gone ones, links are still to be made.

    ``begun`` are those that may hold articles by now, or never have: whoever wrote them was about to.
    """

    partitions: frozenset[str] = frozenset()
    unlinked: frozenset[str] = frozenset()
    begun: frozenset[str] = frozenset()

    @property
    def files(self) -> frozenset[str]:
        """Return every partition that may have files with articles, and those that it is part of."""
        leaves = self.partitions | self.unlinked | self.begun
        return leaves.union(*map(wider, leaves))


def document(listing: Listing) -> bytes:
    """Return the list of the partitions."""
    pending = {"unlinked": sorted(listing.unlinked), "begun": sorted(listing.begun)}
    said = {key: names for key, names in pending.items() if names}
    return (json_text({"partitions": sorted(listing.partitions), **said}) + "\n").encode()


def read(body: bytes) -> Listing:
    """Return what a list of ours says; what is none names none."""
    try:
        kept = json.loads(body)
        pending = (kept.get(key, ()) for key in ("unlinked", "begun"))
        return Listing(frozenset(kept["partitions"]), *map(frozenset, pending))
    except (ValueError, KeyError, TypeError):
        return Listing()


def links_of(leaves: Collection[str]) -> dict[str, Links]:
    """Return the links of every document of an archive whose partitions hold articles.

    The chain goes from the newest to the oldest; a partition that was split stands in it before its parts,
    so that whoever follows the chain passes all of them.
    """
    documents = _chain(leaves)
    parts: dict[str, list[str]] = {name: [] for name in documents}
    for name in documents:
        if wider(name):
            parts[wider(name)[-1]].append(name)
    older = dict(pairwise(documents))
    newer = dict(pairwise(reversed(documents)))
    return {name: Links(older.get(name), newer.get(name), tuple(parts[name])) for name in documents}


def relinked(listing: Listing) -> dict[str, Links]:
    """Return the documents whose links follow from a listing's unlinked partitions, and these links.

    Those are the documents that came or went with one, and their neighbours; one that went has no links.
    """
    if not listing.unlinked:
        return {}  # as nearly always: the order of a whole archive is worked out only for a change of it
    chain, links = _chain(listing.partitions)[::-1], links_of(listing.partitions)
    touched: set[str] = set()
    for name in {one for leaf in listing.unlinked for one in (leaf, *wider(leaf))}:
        place = bisect_left(chain, _order(name), key=_order)
        touched.update((name, *chain[max(place - 1, 0) : place + 2]))
    return {name: links.get(name, Links()) for name in sorted(touched)}


def months_of(leaves: Collection[str]) -> Sequence[str]:
    """Return the months that hold articles, ``YYYY-MM``, newest first."""
    return sorted({name[:7] for name in leaves}, reverse=True)


def _chain(leaves: Collection[str]) -> list[str]:
    """Return the documents of an archive, newest first."""
    documents = {*leaves, *(name for leaf in leaves for name in wider(leaf))}
    return sorted(documents, key=_order, reverse=True)


def _order(name: str) -> str:
    return f"{name}~"  # behind all that continues the name
