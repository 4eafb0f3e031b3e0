"""How the front page arranges the newest articles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from functions.publish.entries import Entry

LEAD_CANDIDATES = 10
BESIDE = 4
PICTURED = 6
HEADLINES = 10
IN_SECTION = 4


@dataclass(frozen=True, slots=True)
class FrontPage:
    """Every entry stands in one place at most.

    The lead, what stands beside it, the latest with a picture and without one, then by category.
    """

    lead: Entry | None
    beside: tuple[Entry, ...]
    pictured: tuple[Entry, ...]
    headlines: tuple[Entry, ...]
    sections: Mapping[str, tuple[Entry, ...]]


def arrange(entries: Sequence[Entry], categories: Iterable[str], pinned: Sequence[Entry] = ()) -> FrontPage:
    """Arrange entries that come newest first; the lead is the newest with a page and a picture.

    Where there are ``pinned`` ones the first of them leads, and the others come first beside it.
    """
    lead = pinned[0] if pinned else _lead(entries)
    rest = _without(entries, pinned or ([lead] if lead else []))
    beside = [*pinned[1:], *(entry for entry in rest if entry.page)][:BESIDE]
    rest = _without(rest, beside)
    pictured = [entry for entry in rest if entry.image][:PICTURED]
    headlines = [entry for entry in rest if not entry.image][:HEADLINES]
    rest = _without(rest, pictured + headlines)
    sections = {
        category: tuple([entry for entry in rest if entry.category == category][:IN_SECTION])
        for category in categories
    }
    return FrontPage(
        lead,
        tuple(beside),
        tuple(pictured),
        tuple(headlines),
        {category: found for category, found in sections.items() if found},
    )


def _lead(entries: Sequence[Entry]) -> Entry | None:
    leads = entries[:LEAD_CANDIDATES]
    return next((entry for entry in leads if entry.page and entry.image), entries[0] if entries else None)


def _without(entries: Sequence[Entry], taken: Collection[Entry]) -> list[Entry]:
    ids = {entry.id for entry in taken}
    return [entry for entry in entries if entry.id not in ids]
