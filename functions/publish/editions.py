"""Editions: what outputs are made from besides the articles they show, as digests.

An output of another edition is made anew, even where its articles have not changed. Each digest covers no
more than its output can show, so that a changed setting makes anew what it touches.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import fields, replace

from functions.publish.channels import languages
from functions.publish.look import Look
from newswire.sources import Catalogue, Source

# What decides how a source is fetched, and which of its articles come to be stored, where, and for how long.
_OF_FETCHING = frozenset(
    (
        "backfill",
        "category",
        "exclude",
        "hosts",
        "include",
        "interval",
        "others",
        "rechecks",
        "request_gap",
        "retention",
        "sections",
        "timezone",
    )
)
_OF_SHOWING = tuple(one.name for one in fields(Source) if one.name not in _OF_FETCHING)


class Editions:
    """The editions of one run's outputs; ``program`` is the digest of the code that renders."""

    def __init__(self, program: str, look: Look) -> None:
        self._program = program
        self._catalogue = look.catalogue
        self._frame = frame_digest(look)
        self._sources: dict[str, str] = {}

    @property
    def page(self) -> str:
        """Return the edition of pages that show one article."""
        return f"{self._program}-{self._frame}"

    def memory(self, owners: Iterable[str]) -> str:
        """Return the edition of a memory that holds articles of these owners."""
        ids = sorted(set(owners))
        for one in ids:
            if one not in self._sources:
                self._sources[one] = source_digest(self._catalogue, one)
        return f"{self._program}-{_digest(self._frame, [(one, self._sources[one]) for one in ids])}"

    def is_of_program(self, edition: str | None) -> bool:
        """Return whether this program has made an output of that edition, under whatever catalogue."""
        return (edition or "").partition("-")[0] == self._program


def frame_digest(look: Look) -> str:
    """Return the digest of what stands on every page: the portal, its sections, the operator's own."""
    catalogue = look.catalogue
    own = replace(catalogue.own, pinned=())
    shown = (catalogue.portal, list(catalogue.categories.items()), languages(catalogue), own, look.own)
    return _digest(*shown)


def source_digest(catalogue: Catalogue, owner: str) -> str:
    """Return the digest of what a source says of how its own articles are shown; of no source, nothing."""
    source = catalogue.source(owner)
    if source is None:
        return ""
    shown = {name: getattr(source, name) for name in _OF_SHOWING}
    return _digest({**shown, "feeds": source.feeds[:1]})  # entries lead to the first


def carrier_digest(source: Source) -> str:
    """Return the digest of what a source says of the articles that it only carries."""
    return _digest(source.id, source.enabled, source.others, source.index, source.images)


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
