"""Counts that repeat exactly: as a file, and what differs between two of them. No I/O."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Counts = Mapping[str, Mapping[str, int]]
"""Of each piece of work what it comes to, by name; modules that are loaded count 1 each."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One count that is not what it was; 0 stands for a count that there is not."""

    work: str
    name: str
    was: int
    now: int


def differences(was: Counts, now: Counts) -> list[Difference]:
    """Return what differs, in either direction, sorted by work and name."""
    return [
        Difference(work, name, was.get(work, {}).get(name, 0), now.get(work, {}).get(name, 0))
        for work, name in sorted(_names(was) | _names(now))
        if was.get(work, {}).get(name, 0) != now.get(work, {}).get(name, 0)
    ]


def _names(counts: Counts) -> set[tuple[str, str]]:
    return {(work, name) for work, names in counts.items() for name in names}


def as_table(found: list[Difference]) -> str:
    """Return differences as lines of columns: what was, what is, by how much."""
    width = max(len(f"{one.work}: {one.name}") for one in found)
    return "\n".join(
        [f"{'':{width}}{'was':>12}{'is':>12}{'more':>12}", *(_line(one, width) for one in found)]
    )


def _line(one: Difference, width: int) -> str:
    name = f"{one.work}: {one.name}"
    return f"{name:{width}}{one.was:>12,}{one.now:>12,}{one.now - one.was:>+12,}"


def as_json(counts: Counts) -> str:
    """Return the file's text: sorted, a line for each count, so that merges meet only in what both change."""
    whole = {work: dict(sorted(names.items())) for work, names in sorted(counts.items()) if names}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def of_json(text: str) -> Counts:
    """Return a file's counts; raise ``ValueError`` where it is no file of counts."""
    read = json.loads(text)
    if not isinstance(read, dict) or not all(_is_counts(one) for one in read.values()):
        raise ValueError("an object of objects of whole numbers is expected")
    counts: Counts = read
    return counts


def _is_counts(value: Any) -> bool:
    return isinstance(value, dict) and all(type(one) is int for one in value.values())


def shown(counts: Counts) -> Iterator[str]:
    """Give a line for each piece of work: its counts, or how many modules it loads."""
    for work, names in counts.items():
        if work.startswith("loaded"):
            yield f"{work}: {len(names)}"
        else:
            yield f"{work}: " + ", ".join(f"{count:,} {name}" for name, count in sorted(names.items()))
