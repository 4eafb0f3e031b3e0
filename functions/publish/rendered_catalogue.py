"""The catalogue that all outputs have been brought up to, as the site itself remembers it (pure).

What has changed since follows from comparing digests; which articles that touches, from the listings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from functions.publish import kept_times
from functions.publish.channels import Channel, Kind, all_channels
from functions.publish.editions import carrier_digest, frame_digest, source_digest
from functions.publish.json_text import json_text
from functions.publish.kept_times import UNOWNED, KeptTimes
from functions.publish.look import Look
from newswire.article_item import PORTAL, ArticleItem
from newswire.article_table import Index
from newswire.sources import Catalogue

KEY = "catalogue.json"

Listing = tuple[Index, str]


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a run has come that brings articles up to another catalogue, of digest ``towards``.

    ``done`` listings are passed; of the one that is being passed, everything down to ``position`` is.
    """

    towards: str
    done: tuple[Listing, ...] = ()
    position: str | None = None


@dataclass(frozen=True, slots=True)
class RenderedCatalogue:
    """What was in the catalogue: digests of the frame, of sources and of them as carriers, and channels.

    ``kept`` tells for how long articles are kept. ``written`` is the edition (of program and catalogue) of
    which all outputs were written that follow from the catalogue alone, "" from when a run began to write
    them by another, ``begun``, until all are.
    """

    frame: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    carriers: Mapping[str, str] = field(default_factory=dict)
    channels: tuple[Channel, ...] = ()
    walk: Walk | None = None
    kept: KeptTimes = field(default_factory=dict)
    written: str = ""
    begun: str = ""

    @classmethod
    def of(cls, look: Look) -> RenderedCatalogue:
        """Return the present one."""
        catalogue = look.catalogue
        return cls(
            frame_digest(look),
            {one.id: source_digest(catalogue, one.id) for one in catalogue.sources},
            {one.id: carrier_digest(one) for one in catalogue.sources},
            all_channels(catalogue),
            kept=kept_times.kept_times(catalogue),
        )

    @classmethod
    def from_json(cls, body: bytes) -> RenderedCatalogue:
        """Return the remembered one; where there is none that can be read, nothing was rendered."""
        try:
            return _read(json.loads(body))
        except (ValueError, KeyError, TypeError):
            return cls()

    def to_json(self) -> bytes:
        """Return what the site remembers."""
        walk = self.walk
        kept: dict[str, Any] = {
            "frame": self.frame,
            "sources": self.sources,
            "carriers": self.carriers,
            "channels": [[one.kind, one.id] for one in self.channels],
        }
        if self.kept:
            kept["kept"] = self.kept
        if walk:
            kept["walk"] = {"towards": walk.towards, "done": walk.done, "position": walk.position}
        kept |= {name: said for name in ("written", "begun") if (said := getattr(self, name))}
        return (json_text(kept) + "\n").encode()

    def removed_channels(self, present: RenderedCatalogue) -> tuple[Channel, ...]:
        """Return the channels that are no more."""
        there = frozenset(present.channels)
        return tuple(one for one in self.channels if one not in there)

    def doubted(self, other: RenderedCatalogue) -> RenderedCatalogue:
        """Return what is known where outputs may be by another one, too; a walk under way begins anew.

        Channels that only the other one has may be there again, whoever has put notices in their place.
        """
        channels = (*self.channels, *self.added_channels(other))
        return replace(self.unsettled(other), channels=channels, walk=None, written="")

    def beginning(self, edition: str) -> RenderedCatalogue:
        """Return what is known while the portal's own outputs are being written by an edition."""
        return replace(self, written="", begun=edition)

    def knowing(self, channels: Sequence[Channel]) -> RenderedCatalogue:
        """Return what is known once these channels, too, are there."""
        return replace(self, channels=(*self.channels, *channels))

    def told_by(self, edition: str) -> RenderedCatalogue:
        """Return what an edition may tell: not that all of another one's outputs are written."""
        return self if self.written == edition else replace(self, written="")

    def added_channels(self, present: RenderedCatalogue) -> tuple[Channel, ...]:
        """Return the channels that were not there before."""
        return present.removed_channels(self)

    def listings(self, present: RenderedCatalogue) -> tuple[Listing, ...]:
        """Return the listings that hold every article that is shown otherwise now, or kept for another time.

        No index knows an article by the sources that carry it, so that those of sites that no source owns
        are looked for among all.
        """
        kept = kept_times.differing(self.kept, present.kept)
        if self.frame != present.frame or _differing(self.carriers, present.carriers) or UNOWNED in kept:
            return (("by-portal", PORTAL),)
        owners = {*kept, *_differing(self.sources, present.sources)}
        return tuple(("by-owner", one) for one in sorted(owners))

    def unsettled(self, present: RenderedCatalogue) -> RenderedCatalogue:
        """Return this one without what the present one says otherwise.

        From its first run on, outputs may be of the one or the other: even if the former comes back, all that
        the change touches has to be brought up to it.
        """
        return replace(
            self,
            frame=self.frame if self.frame == present.frame else "",
            sources=_agreed(self.sources, present.sources),
            carriers=_agreed(self.carriers, present.carriers),
            kept=kept_times.unsettled(self.kept, present.kept),
        )

    def touched(self, item: ArticleItem, present: RenderedCatalogue, catalogue: Catalogue) -> bool:
        """Return whether an article may be shown otherwise now."""
        if self.frame != present.frame or item.owner.id in _differing(self.sources, present.sources):
            return True
        carriers = {via.source for via in item.via.values()}
        unowned = catalogue.source(item.owner.id) is None
        return unowned and not carriers.isdisjoint(_differing(self.carriers, present.carriers))

    def kept_otherwise(self, item: ArticleItem, present: RenderedCatalogue) -> bool:
        """Return whether an article may be kept for another time now."""
        return not self._keepers(item, present).isdisjoint(kept_times.differing(self.kept, present.kept))

    def may_have_left(self, item: ArticleItem, present: RenderedCatalogue, now: datetime) -> bool:
        """Return whether a run may have found, by one of both, that an article's retention is over."""
        return kept_times.may_have_left(item, self._keepers(item, present), self.kept, present.kept, now)

    def _keepers(self, item: ArticleItem, present: RenderedCatalogue) -> set[str]:
        """Return by whose times an article is kept: its owner's, or where that may be no source, of both."""
        is_owned = item.owner.id in self.sources and item.owner.id in present.sources
        return {item.owner.id} if is_owned else {item.owner.id, UNOWNED}

    def walk_towards(self, present: RenderedCatalogue) -> Walk:
        """Return the walk to the present one: the one under way where that leads there, else a new one."""
        digest = hashlib.sha256(present.to_json()).hexdigest()[:16]
        return self.walk if self.walk and self.walk.towards == digest else Walk(digest)


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return sorted(one for one in before.keys() | after.keys() if before.get(one) != after.get(one))


def _agreed(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Return what both say; of what they differ about, that it is to be settled."""
    return {**before, **dict.fromkeys(_differing(before, after), "")}


def _read(kept: Mapping[str, Any]) -> RenderedCatalogue:
    walk = kept.get("walk")
    kinds: dict[str, Kind] = {one: one for one in ("portal", "category", "source", "language")}
    return RenderedCatalogue(
        kept["frame"],
        dict(kept["sources"]),
        dict(kept["carriers"]),
        tuple(Channel(kinds[kind], name) for kind, name in kept["channels"]),
        Walk(walk["towards"], tuple((index, key) for index, key in walk["done"]), walk["position"])
        if walk
        else None,
        dict(kept.get("kept", {})),
        str(kept.get("written", "")),
        str(kept.get("begun", "")),
    )
