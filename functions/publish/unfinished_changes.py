"""What runs are about to publish without a stream record behind it, as the site remembers it (pure).

A batch that is killed comes again; a refresh does not. What it was at stays noted, and a later refresh
publishes it once more.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from functions.publish.changes import Change
from functions.publish.channels import Placement
from functions.publish.json_text import json_text
from functions.publish.snapshot import Snapshot
from newswire.clock import instant

KEY = "unfinished.json"


@dataclass(frozen=True, slots=True)
class Note:
    """What one run that began at ``noted`` is about to publish, by article id."""

    noted: datetime
    changes: Mapping[str, Change]

    def is_abandoned(self, now: datetime, longest: timedelta) -> bool:
        """Return whether the run must be dead by ``now``, as none takes as long as ``longest``."""
        return abs(now - self.noted) >= longest


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of all runs, by numbers of their own; ``is_whole``: none was there that could not be read."""

    by_run: Mapping[int, Note] = field(default_factory=dict)
    is_whole: bool = True

    @classmethod
    def from_json(cls, body: bytes) -> Notes:
        """Return what the site remembers, without what of it cannot be read."""
        if not body:
            return cls()
        try:
            kept = json.loads(body)["runs"]
            found = [_note(one) for one in kept]
        except (ValueError, KeyError, TypeError):
            return cls(is_whole=False)
        return cls({one[0]: one[1] for one in found if one}, is_whole=None not in found)

    def to_json(self) -> bytes:
        """Return what the site remembers."""
        runs = [_noted(number, note) for number, note in sorted(self.by_run.items())]
        return (json_text({"runs": runs}) + "\n").encode()

    @property
    def free(self) -> int:
        """Return a number that no note has."""
        return max(self.by_run, default=0) + 1

    def abandoned(self, now: datetime, longest: timedelta) -> frozenset[int]:
        """Return the notes (numbers) of runs that must be dead by ``now``."""
        return frozenset(number for number, note in self.by_run.items() if note.is_abandoned(now, longest))

    def without(self, numbers: Collection[int]) -> Notes:
        """Return the other notes."""
        return Notes({number: note for number, note in self.by_run.items() if number not in numbers})

    def having(self, number: int, note: Note) -> Notes:
        """Return the notes with one run's own, which counts only as long as it names something."""
        return Notes({**self.without([number]).by_run, **({number: note} if note.changes else {})})


@dataclass(slots=True)
class OwnNote:
    """What one run is about to publish without a record, and what of it the site remembers.

    ``planned`` is not noted before the first of it is written; ``noted`` is, under ``number``; ``kept`` is
    the site's whole memory as this run last knew it, and ``snapshot`` the object that holds it.
    """

    planned: dict[str, Change] = field(default_factory=dict)
    noted: dict[str, Change] = field(default_factory=dict)
    number: int | None = None
    kept: Notes = field(default_factory=Notes)
    snapshot: Snapshot | None = None
    lock: Lock = field(default_factory=Lock)


def _noted(number: int, note: Note) -> dict[str, Any]:
    return {
        "number": number,
        "noted": instant(note.noted),
        "articles": [
            {
                "id": one.id,
                "slug": one.slug,
                "placements": sorted(
                    [place.owner, place.category, place.listed, place.language or ""]
                    for place in one.placements
                ),
                "images": sorted(one.images),
            }
            for one in note.changes.values()
        ],
    }


def _note(kept: Any) -> tuple[int, Note] | None:
    """Return a run's number and note, ``None`` where they cannot be read."""
    try:
        changes = [_change(one) for one in kept["articles"]]
        noted = datetime.fromisoformat(kept["noted"]).astimezone(UTC)
        return int(kept["number"]), Note(noted, {one.id: one for one in changes})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _change(kept: Any) -> Change:
    placements = [
        Placement(owner, category, listed, language or None)
        for owner, category, listed, language in kept["placements"]
    ]
    for place in placements:
        datetime.fromisoformat(place.listed)
    return Change(str(kept["id"]), str(kept["slug"]), frozenset(placements), frozenset(kept["images"]))
