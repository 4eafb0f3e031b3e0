"""The lists that a portal keeps: the portal's own, one per category, one per source.

A channel's memory is its ``feed.json``; its ``feed.xml`` and its page show the same entries.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Literal

from newswire.article_item import LATEST_LISTING, PORTAL
from newswire.sources import Catalogue

Kind = Literal["portal", "category", "source"]
Index = Literal["by-portal", "by-category", "by-owner"]

# Design section 6: everything first seen in the last day, at least the newest 50, at most 300 and 1 MiB.
RECENT = timedelta(hours=24)
LEAST_ENTRIES = 50
MOST_ENTRIES = 300
MOST_BYTES = 1024 * 1024
HOME_PAGE = "index.html"

_INDEXES: dict[Kind, Index] = {"portal": "by-portal", "category": "by-category", "source": "by-owner"}
_FOLDERS: dict[Kind, str] = {"category": "c", "source": "s"}


@dataclass(frozen=True, slots=True)
class Placement:
    """What decides where an article is listed; fixed at its first commit."""

    owner: str
    category: str
    listed: str

    @property
    def day(self) -> str:
        """Return the UTC day under which the article is listed, ``YYYY-MM-DD``."""
        return self.listed[:10]


@dataclass(frozen=True, slots=True)
class Channel:
    """One list; ``id`` is a category's or a source's, and the listing index's key."""

    kind: Kind
    id: str

    @property
    def index(self) -> Index:
        """Return the index of ArticleTable that proposes this channel's candidates."""
        return _INDEXES[self.kind]

    @property
    def page(self) -> str:
        """Return the key of the channel's page."""
        return HOME_PAGE if self.kind == "portal" else f"{_FOLDERS[self.kind]}/{self.id}.html"

    def feed(self, suffix: str) -> str:
        """Return the key of the channel's feed in a format: ``xml`` or ``json``."""
        folder = "" if self.kind == "portal" else f"{_FOLDERS[self.kind]}/{self.id}/"
        return f"{folder}feed.{suffix}"

    def holds(self, place: Placement) -> bool:
        """Return whether articles at this place belong into this channel."""
        own = {"category": place.category, "source": place.owner}.get(self.kind, self.id)
        return own == self.id

    def lists_any(self, places: Collection[Placement]) -> bool:
        """Return whether an article at one of these places, or (the portal) at any, belongs here."""
        return self.kind == "portal" or any(self.holds(place) for place in places)


PORTAL_CHANNEL = Channel("portal", PORTAL)


def all_channels(catalogue: Catalogue) -> tuple[Channel, ...]:
    """Return every channel that the catalogue asks for, paused sources included."""
    return (
        PORTAL_CHANNEL,
        *(Channel("category", category) for category in catalogue.categories),
        *(Channel("source", source.id) for source in catalogue.sources),
    )


def channels_of(places: Collection[Placement], catalogue: Catalogue) -> tuple[Channel, ...]:
    """Return the channels that articles at these places are listed in; the portal lists all."""
    return tuple(channel for channel in all_channels(catalogue) if channel.lists_any(places))


class Place(Enum):
    """Whether a channel has a place for its next candidate, newest listed first."""

    TAKE = auto()
    PASS = auto()
    FULL = auto()


def place_for(count: int, listed: datetime, first_seen: datetime, now: datetime) -> Place:
    """Return what a channel of ``count`` entries does with the next candidate.

    Beyond the newest 50 it takes what was first seen within a day, so that whoever reads the feed once
    a day misses nothing, however late an article reached us.
    """
    if count >= MOST_ENTRIES:
        return Place.FULL
    if count < LEAST_ENTRIES or first_seen > now - RECENT:
        return Place.TAKE
    return Place.PASS if listed > now - RECENT - LATEST_LISTING else Place.FULL
