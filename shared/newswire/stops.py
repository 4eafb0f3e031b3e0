"""Publishers that said stop: what the operator noted, and whom that covers. No I/O, no clock.

One item of ArticleTable holds all of it, so that one key more in a read that is made anyway tells everything,
and so that the first commit of an article can be conditional on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from newswire.article_item import ArticleItem
from newswire.domains import registrable_domain
from newswire.ownership import owning_source
from newswire.sources import Catalogue, Source
from newswire.urls import host_of

STOPS_PK = "stops"
SOURCE_PREFIX, HOST_PREFIX = "source#", "host#"
REFUSED = "its publisher said stop"  # the reason for which an address is not asked


@dataclass(frozen=True, slots=True)
class Stop:
    """What was noted of one: when (RFC 3339), the operator's words, and whether to purge.

    ``hosts`` are those of a source, which it keeps when ``sources.yaml`` names it no more.
    """

    at: str
    note: str
    purge: bool = False
    hosts: tuple[str, ...] = ()

    @classmethod
    def from_map(cls, value: Mapping[str, Any]) -> Stop:
        """Read the entry back."""
        return cls(value["at"], value["note"], bool(value.get("purge")), tuple(value.get("hosts", ())))

    def to_map(self) -> dict[str, Any]:
        """Return the entry of the item's map."""
        return {
            "at": self.at,
            "note": self.note,
            **({"purge": True} if self.purge else {}),
            **({"hosts": list(self.hosts)} if self.hosts else {}),
        }


@dataclass(frozen=True, slots=True)
class Stops:
    """All stops, by order: ``source#<id>`` or ``host#<host>``, which covers the hosts below it, too.

    ``version`` is +1 at every write; 0: nothing is stored.
    """

    version: int = 0
    noted: Mapping[str, Stop] = field(default_factory=dict)

    def of_url(self, url: str, catalogue: Catalogue) -> str | None:
        """Return the order that covers an address, ``None`` where none does.

        What a source owns is its own: the stop of another source of the same domain does not cover it.
        """
        if not self.noted:
            return None
        if order := self._of_host(host_of(url)):
            return order
        source = owning_source(url, catalogue)
        if source is not None:
            return self.of_source(source, catalogue)
        domain = registrable_domain(host_of(url))
        former = (
            order for order, stop in self.noted.items() if domain in map(registrable_domain, stop.hosts)
        )
        return next((one for one in former if catalogue.source(_source_id(one)) is None), None)

    def of_source(self, source: Source | None, catalogue: Catalogue) -> str | None:
        """Return the order that covers a source: its own, or that of its homepage's host.

        Its own is also that of the same homepage's host under an id that the catalogue has no more: a new id
        lifts no stop.
        """
        if source is None:
            return None
        order, host = source_order(source.id), host_of(source.homepage)
        if order in self.noted:
            return order
        former = (one for one, stop in self.noted.items() if host in stop.hosts)
        renamed = next((one for one in former if catalogue.source(_source_id(one)) is None), None)
        return renamed or self._of_host(host)

    def of_carrier(self, source_id: str, catalogue: Catalogue) -> str | None:
        """Return the order that covers a source by its id, whether the catalogue still names it or not."""
        order = source_order(source_id)
        return order if order in self.noted else self.of_source(catalogue.source(source_id), catalogue)

    def of_item(self, item: ArticleItem, catalogue: Catalogue) -> str | None:
        """Return the order that covers an article.

        It is of whoever owns it and of the site that it was read from; where it has the words of feeds alone,
        of their sources, if all of them are covered.
        """
        if not self.noted:
            return None
        if (order := source_order(item.owner.id)) in self.noted:
            return order
        found = (self.of_url(url, catalogue) for url in _addresses(item))
        return next(filter(None, found), None) or self._of_carriers(item, catalogue)

    def applied(self, catalogue: Catalogue) -> Catalogue:
        """Return the catalogue as it is carried: covered sources are disabled, covered feeds left out."""
        if not self.noted:
            return catalogue
        return replace(catalogue, sources=tuple(self._applied(one, catalogue) for one in catalogue.sources))

    def with_stop(self, order: str, stop: Stop) -> Stops:
        """Return what is to be written with one more."""
        return Stops(self.version + 1, {**self.noted, order: stop})

    def without_stop(self, order: str) -> Stops:
        """Return what is to be written without one."""
        return Stops(self.version + 1, {one: stop for one, stop in self.noted.items() if one != order})

    def to_item(self) -> dict[str, Any]:
        """Return the item of ArticleTable."""
        noted = {order: stop.to_map() for order, stop in self.noted.items()}
        return {"pk": STOPS_PK, "type": "stops", "version": self.version, "noted": noted}

    @classmethod
    def from_item(cls, item: Mapping[str, Any] | None) -> Stops:
        """Read the item back; without one, nothing was noted."""
        if item is None:
            return cls()
        noted = {order: Stop.from_map(value) for order, value in item["noted"].items()}
        return cls(int(item["version"]), noted)

    def _of_host(self, host: str) -> str | None:
        return next((one for one in map(host_order, _and_above(host)) if one in self.noted), None)

    def _of_carriers(self, item: ArticleItem, catalogue: Catalogue) -> str | None:
        if item.origin != "feed":
            return None
        sources = {via.source for via in item.via.values()}
        found = [self.of_carrier(one, catalogue) for one in sorted(sources)]
        return found[0] if found and all(found) else None

    def _applied(self, source: Source, catalogue: Catalogue) -> Source:
        feeds = tuple(feed for feed in source.feeds if self._of_host(host_of(feed)) is None)
        is_carried = source.enabled and self.of_source(source, catalogue) is None
        return replace(source, enabled=is_carried, feeds=feeds)


NO_STOPS = Stops()


def source_order(source_id: str) -> str:
    """Return the order by which a source is stopped."""
    return SOURCE_PREFIX + source_id


def host_order(host: str) -> str:
    """Return the order by which a host, and what is below it, is stopped."""
    return HOST_PREFIX + host


def _source_id(order: str) -> str:
    return order.removeprefix(SOURCE_PREFIX)


def _and_above(host: str) -> Iterator[str]:
    """Yield a host and the hosts above it, up to the registrable domain."""
    top = registrable_domain(host)
    while host.endswith(f".{top}"):
        yield host
        host = host.partition(".")[2]
    yield top


def _addresses(item: ArticleItem) -> Iterable[str]:
    known = (
        item.url,
        item.canonical_url,
        item.page.url if item.page else None,
        item.copy.original if item.copy else None,
        item.owner.homepage,
    )
    return dict.fromkeys(url for url in known if url)
