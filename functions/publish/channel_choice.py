"""What a channel lists, and whether anything that is not known yet could belong there (pure).

A channel is decided from its memory, from what changed, and from the newest articles that the index
proposes. Mostly that is enough; it is not where something left, and what takes its place lies beyond.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from functions.publish.channel_rendering import Rendered
from functions.publish.channels import LEAST_ENTRIES


@dataclass(frozen=True, slots=True)
class Choice:
    """Entries, newest first.

    ``end`` is the order of the first candidate without a place, ``None`` where the candidates came to an end.
    ``cut``: it would have one if these were fewer or smaller.
    """

    entries: Sequence[Rendered]
    end: str | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """By what a channel was decided.

    ``memory`` are the articles (ids) that it listed; where that choice was cut, ``cut`` is its end. The index
    has told of everything down to the order ``floor``; "" is the end of the listing. ``looked_far``: as many
    were asked for as a channel may list.
    """

    memory: Collection[str]
    cut: str | None
    floor: str
    looked_far: bool


def is_whole(choice: Choice, known: Known, candidates: Collection[str]) -> bool:
    """Return whether no article that is none of the ``candidates`` (ids) could be among the entries."""
    if known.floor == "" or (choice.end is not None and choice.end >= known.floor):
        return True
    if not known.memory:
        return known.looked_far  # what is still to be published has records of its own
    if known.cut is not None and (choice.end is None or choice.end < known.cut):
        return False  # there is more room than there was
    # Beyond the newest fifty only fresh articles have a place, and a memory has all of them.
    decided = choice.entries[LEAST_ENTRIES - 1].entry.order if len(choice.entries) >= LEAST_ENTRIES else ""
    return set(known.memory) <= set(candidates) or decided >= known.floor
