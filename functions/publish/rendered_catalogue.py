"""The catalogue that all outputs have been brought up to, as the site itself remembers it (pure).

What has changed since follows from comparing digests; which articles that touches, from the listings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from functions.publish.channels import Channel, Kind, all_channels
from functions.publish.editions import carrier_digest, frame_digest, source_digest
from functions.publish.json_text import json_text
from functions.publish.look import Look
from newswire.article_item import PORTAL, ArticleItem
from newswire.article_table import Index
from newswire.sources import Catalogue

KEY = "catalogue.json"
UNOWNED = ""  # in place of a source's id: articles that no source owns

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

    ``retention`` has for how many seconds each source's articles are kept and, under :data:`UNOWNED`, those
    of no source, where that is not for ever.
    """

    frame: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    carriers: Mapping[str, str] = field(default_factory=dict)
    channels: tuple[Channel, ...] = ()
    walk: Walk | None = None
    retention: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, look: Look) -> RenderedCatalogue:
        """Return the present one."""
        catalogue = look.catalogue
        return cls(
            frame_digest(look),
            {one.id: source_digest(catalogue, one.id) for one in catalogue.sources},
            {one.id: carrier_digest(one) for one in catalogue.sources},
            all_channels(catalogue),
            retention=_retention(catalogue),
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
        if self.retention:
            kept["retention"] = self.retention
        if walk:
            kept["walk"] = {"towards": walk.towards, "done": walk.done, "position": walk.position}
        return (json_text(kept) + "\n").encode()

    def removed_channels(self, present: RenderedCatalogue) -> tuple[Channel, ...]:
        """Return the channels that are no more."""
        return tuple(one for one in self.channels if one not in present.channels)

    def listings(self, present: RenderedCatalogue) -> tuple[Listing, ...]:
        """Return the listings that hold every article that is shown otherwise now, or kept for another time.

        No index knows an article by the sources that carry it, so that those of sites that no source owns
        are looked for among all.
        """
        kept = _differing(self.retention, present.retention)
        if self.frame != present.frame or _differing(self.carriers, present.carriers) or UNOWNED in kept:
            return (("by-portal", PORTAL),)
        owners = {*kept, *_differing(self.sources, present.sources)}
        return tuple(("by-owner", one) for one in sorted(owners))

    def touched(self, item: ArticleItem, present: RenderedCatalogue, catalogue: Catalogue) -> bool:
        """Return whether an article may be shown otherwise now."""
        if self.frame != present.frame or item.owner.id in _differing(self.sources, present.sources):
            return True
        carriers = {via.source for via in item.via.values()}
        unowned = catalogue.source(item.owner.id) is None
        return unowned and not carriers.isdisjoint(_differing(self.carriers, present.carriers))

    def kept_otherwise(self, item: ArticleItem, present: RenderedCatalogue) -> bool:
        """Return whether an article may be kept for another time now."""
        return not {item.owner.id, UNOWNED}.isdisjoint(_differing(self.retention, present.retention))

    def walk_towards(self, present: RenderedCatalogue) -> Walk:
        """Return the walk to the present one: the one under way where that leads there, else a new one."""
        digest = hashlib.sha256(present.to_json()).hexdigest()[:16]
        return self.walk if self.walk and self.walk.towards == digest else Walk(digest)


def _retention(catalogue: Catalogue) -> dict[str, str]:
    stated = {UNOWNED: catalogue.retention, **{one.id: one.retention for one in catalogue.sources}}
    return {name: f"{kept_for.total_seconds():.0f}" for name, kept_for in stated.items() if kept_for}


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return sorted(one for one in before.keys() | after.keys() if before.get(one) != after.get(one))


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
        dict(kept.get("retention", {})),
    )
