"""The lists that a portal keeps: its own, and one for each category, each source and each language.

A channel's memory is its ``feed.json``; its other feeds and its page show the same entries.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Literal

from newswire.article_item import LATEST_LISTING, PORTAL
from newswire.article_table import Index
from newswire.languages import primary_language
from newswire.sources import Catalogue

Kind = Literal["portal", "category", "source", "language"]

# Design section 6: everything first seen in the last day, at least the newest 50, at most 300 and 1 MiB.
RECENT = timedelta(hours=24)
LEAST_ENTRIES = 50
MOST_ENTRIES = 300
MOST_BYTES = 1024 * 1024
HOME_PAGE = "index.html"

_INDEXES: dict[Kind, Index] = {
    "portal": "by-portal",
    "category": "by-category",
    "source": "by-owner",
    "language": "by-language",
}
_FOLDERS: dict[Kind, str] = {"category": "c/", "source": "s/", "language": "l/"}


@dataclass(frozen=True, slots=True)
class Placement:
    """What decides where an article is listed; all but the language is fixed at its first commit.

    ``language`` is a primary subtag: a revision that is in another language is listed elsewhere.
    """

    owner: str
    category: str
    listed: str
    language: str | None = None

    @property
    def lists(self) -> tuple[tuple[Kind, str | None], ...]:
        """Return the kinds and ids of the channels that hold an article here, beside the portal's."""
        return ("category", self.category), ("source", self.owner), ("language", self.language)

    @property
    def day(self) -> str:
        """Return the UTC day under which the article is listed, ``YYYY-MM-DD``."""
        return self.listed[:10]


@dataclass(frozen=True, slots=True)
class Channel:
    """One list; ``id`` is a category's, a source's or a language's, and the listing index's key."""

    kind: Kind
    id: str

    @property
    def index(self) -> Index:
        """Return the index of ArticleTable that proposes this channel's candidates."""
        return _INDEXES[self.kind]

    @property
    def page(self) -> str:
        """Return the key of the channel's page."""
        return HOME_PAGE if self.kind == "portal" else f"{_FOLDERS[self.kind]}{self.id}.html"

    def feed(self, suffix: str) -> str:
        """Return the key of the channel's feed in a format: ``xml`` (RSS) or ``json``."""
        return f"{self._folder}feed.{suffix}"

    @property
    def atom(self) -> str:
        """Return the key of the channel's Atom feed."""
        return f"{self._folder}atom.xml"

    def archive(self, name: str) -> tuple[str, str, str, str]:
        """Return the keys of the archive's outputs for a partition: JSON, RSS, Atom and the page."""
        page = f"d/{name}.html" if self.kind == "portal" else f"{self._folder}{name}.html"
        folder = self._folder
        return f"{folder}feed-{name}.json", f"{folder}feed-{name}.xml", f"{folder}atom-{name}.xml", page

    @property
    def archive_index(self) -> str:
        """Return the key of the list of the archive's partitions."""
        return f"{self._folder}archive.json"

    @property
    def _folder(self) -> str:
        return "" if self.kind == "portal" else f"{_FOLDERS[self.kind]}{self.id}/"

    def holds(self, place: Placement) -> bool:
        """Return whether articles at this place belong into this channel."""
        return self.kind == "portal" or (self.kind, self.id) in place.lists

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
        *(Channel("language", language) for language in languages(catalogue)),
    )


def common_channels(catalogue: Catalogue) -> tuple[Channel, ...]:
    """Return the channels of which each may have nearly every article of a day: all but those of sources."""
    return tuple(one for one in all_channels(catalogue) if one.kind != "source")


def languages(catalogue: Catalogue) -> tuple[str, ...]:
    """Return the languages of the catalogue's sources, by primary subtag, in the sources' order.

    None where there is one alone: its list would be the portal's once more.
    """
    stated = (primary_language(source.language) for source in catalogue.sources)
    found = tuple(dict.fromkeys(language for language in stated if language))
    return found if len(found) > 1 else ()


def channels_of(places: Collection[Placement], catalogue: Catalogue) -> tuple[Channel, ...]:
    """Return the channels that articles at these places are listed in; the portal lists all."""
    own = {key for one in places for key in one.lists}
    return tuple(
        channel
        for channel in all_channels(catalogue)
        if channel.kind == "portal" or (channel.kind, channel.id) in own
    )


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
