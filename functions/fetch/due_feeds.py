"""Which feeds there are and which of them are due: the catalogue and the states compared. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from functions.fetch import schedule
from functions.fetch.feed_state import FeedState
from newswire.feed_keys import feed_key, parent_tag
from newswire.sources import Catalogue, Source
from newswire.stops import NO_STOPS, Stops

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DueFeed:
    """A feed to be asked: its source, its URL and what is remembered of it.

    ``listed`` is when the document that lists this one says that it was changed.
    """

    source: Source
    url: str
    state: FeedState
    listed: str | None = None

    @property
    def address(self) -> str:
        """The URL to ask: where the feed has moved for good, else its own."""
        return self.state.moved_to or self.url


@dataclass(frozen=True, slots=True)
class KnownFeed:
    """A feed of the catalogue, or a document that one of its feeds listed (then ``parent`` is set)."""

    source: Source
    url: str
    parent: str | None = None

    @property
    def key(self) -> str:
        """The feed key."""
        return feed_key(self.source.id, self.url, self.parent)

    def with_state(self, state: FeedState) -> DueFeed:
        """Return the feed with what is remembered of it."""
        return DueFeed(self.source, self.url, state, state.listed)


@dataclass(frozen=True, slots=True)
class CatalogueFeeds:
    """The feeds of all enabled sources: ``configured`` by key, ``parents`` by source id and tag.

    ``stopped`` are those that would be among them, had their publisher not said stop.
    """

    configured: Mapping[str, KnownFeed]
    parents: Mapping[tuple[str, str], Source]
    stopped: tuple[KnownFeed, ...] = ()

    @classmethod
    def of(cls, catalogue: Catalogue, stops: Stops = NO_STOPS) -> CatalogueFeeds:
        """Index the catalogue."""
        feeds = {feed.key: feed for feed in _enabled(stops.applied(catalogue))}
        parents = {(feed.source.id, parent_tag(feed.url)): feed.source for feed in feeds.values()}
        stopped = tuple(feed for feed in _enabled(catalogue) if feed.key not in feeds)
        return cls(feeds, parents, stopped)

    def find(self, source_id: str, url: str, parent: str | None) -> KnownFeed | None:
        """Return a feed, or a document listed by one, while the catalogue has it."""
        if parent is None:
            return self.configured.get(feed_key(source_id, url))
        source = self.parents.get((source_id, parent))
        return None if source is None else KnownFeed(source, url, parent)


def _enabled(catalogue: Catalogue) -> list[KnownFeed]:
    return [KnownFeed(one, url) for one in catalogue.sources if one.enabled for url in one.feeds]


def due_feeds(feeds: CatalogueFeeds, listing: Mapping[str, str], now: datetime) -> list[KnownFeed]:
    """Return the feeds that are due, the longest due first.

    ``listing`` gives ``next_due`` (RFC 3339) by feed key for every feed that was ever asked. It may lag:
    whoever asks reads the state first.
    """
    due = [(_LONG_AGO, feed) for key, feed in feeds.configured.items() if key not in listing]
    for key, stamp in listing.items():
        source_id, url, *parent = key.split(" ")
        feed = feeds.find(source_id, url, parent[0] if parent else None)
        moment = _moment(stamp)
        if feed is not None and schedule.is_due(moment, now):
            due.append((moment, feed))
    return [feed for _, feed in sorted(due, key=lambda one: one[0])]


def _moment(stamp: str) -> datetime:
    """Return the moment of a stamp; a damaged one has long been due, and is written anew."""
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return _LONG_AGO
    return _LONG_AGO if moment.tzinfo is None else moment
