"""A channel's archive: all that it ever listed, by the days of the portal's own clock.

A partition has a page, an RSS and an Atom document (RFC 5005, section 4, "Archived Feeds") and a JSON feed,
which is its memory and leads on by ``next_url``.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from functions.publish import json_feed
from functions.publish.archive_index import Links
from functions.publish.archive_pages import day_page
from functions.publish.carried import Carried
from functions.publish.channel_feeds import feed_head
from functions.publish.channel_rendering import Rendered, archive_moment, feed_documents
from functions.publish.channels import Channel
from functions.publish.editions import Editions
from functions.publish.entries import Entry
from functions.publish.feed_bodies import FeedBodies
from functions.publish.json_feed import FeedHead
from functions.publish.look import Look
from functions.publish.snapshot import Snapshot

# Documents of a few hundred kilobytes, and pages that a reader can look over.
MOST_ENTRIES = 100


class UnreadableMemory(ValueError):
    """A partition's memory, written by this edition, is not what this edition writes."""


@dataclass(frozen=True, slots=True)
class DayArchive:
    """The series of one channel's archive; ``editions`` are the run's."""

    look: Look
    channel: Channel
    bodies: FeedBodies
    editions: Editions
    most: int = MOST_ENTRIES

    def moment(self, listed: str) -> str:
        """Return when an article is listed by the portal's clock: a day is its readers' day."""
        return archive_moment(self.look.portal, listed)

    def keys(self, name: str) -> Sequence[str]:
        """Return the keys of a partition's JSON, RSS, Atom and page."""
        return self.channel.archive(name)

    def lasting(self, memory: Snapshot) -> bool:
        """Return whether this edition has written the memory: its entries can be taken over.

        Else their bodies can, where the same program made them; so they are remembered.
        """
        if memory.stored is None:
            return True
        known, edition = self.bodies.memory(memory), memory.metadata.get("edition")
        if self.editions.is_of_program(edition):
            self.bodies.remember(known.values())
        return edition == self._edition(one.entry for one in known.values())

    def ids(self, memory: Snapshot) -> Sequence[str]:
        """Return the ids of the articles in a memory of whatever edition."""
        return [said["article"] for said in _extensions(memory)]

    def named(self, memory: Snapshot) -> Collection[str]:
        """Return those of them that are listed with a page of ours."""
        return [said["article"] for said in _extensions(memory) if said["page"]]

    def rows(self, memory: Snapshot) -> dict[str, Rendered]:
        """Return a memory's entries by article id; raise :class:`UnreadableMemory` where one is lost."""
        if memory.stored is None:
            return {}
        known = self.bodies.memory(memory)
        if len(known) != len(self.ids(memory)):
            raise UnreadableMemory(memory.key)
        rendered = {one: self.bodies.rendered(each.entry, None) for one, each in known.items()}
        return {one: row for one, row in rendered.items() if row is not None}

    def row(self, carried: Carried) -> Rendered | None:
        """Return an article's entry, if this channel lists it."""
        if not self.channel.holds(carried.place):
            return None
        return self.bodies.rendered(carried.entry, carried)

    def memory(self, name: str, rows: Mapping[str, Rendered], memory: Snapshot) -> bytes:
        """Return a partition's JSON, linked as its memory says."""
        links = links_in(memory)
        items = [row.json for row in _newest_first(rows)]
        return json_feed.document(self._head(name, 0, links), items, {"links": links.to_json()})

    def outputs(
        self, name: str, rows: Mapping[str, Rendered], memory: Snapshot, *, split: bool = False
    ) -> Mapping[str, bytes]:
        """Return a partition's outputs, linked as its memory says."""
        return self.linked(name, rows, links_in(memory), split=split)

    def linked(
        self, name: str, rows: Mapping[str, Rendered], links: Links, *, split: bool = False
    ) -> Mapping[str, bytes]:
        """Return a partition's outputs under these links."""
        entries = _newest_first(rows)
        keys = self.keys(name)
        heads = [self._head(name, number, links) for number in range(3)]
        extension = {"links": links.to_json(), **({"split": True} if split else {})}
        documents = feed_documents(self.look, heads, entries, extension)
        page = day_page(self.look, self.channel, name, links, entries)
        return dict(zip(keys, (*documents, page), strict=True))

    def metadata(self, rows: Mapping[str, Rendered]) -> Mapping[str, str]:
        """Return the edition."""
        return {"edition": self._edition(row.entry for row in rows.values())}

    def _edition(self, entries: Iterable[Entry]) -> str:
        return self.editions.memory(one.owner.id for one in entries)

    def _head(self, name: str, number: int, links: Links) -> FeedHead:
        """Return the head of one of a partition's feeds, by its place among their keys."""
        url = self.look.portal.url

        def address(other: str | None) -> str | None:
            return f"{url}/{self.keys(other)[number]}" if other else None

        keys = self.keys(name)
        head = feed_head(self.look, self.channel, keys[number])
        current = (self.channel.feed("json"), self.channel.feed("xml"), self.channel.atom)[number]
        return replace(
            head,
            title=f"{head.title}: {self.look.calendar.period(name)}",
            page=f"{url}/{keys[-1]}",
            archived=True,
            older=address(links.older),
            newer=address(links.newer),
            current=f"{url}/{current}",
        )


def _newest_first(rows: Mapping[str, Rendered]) -> list[Rendered]:
    return sorted(rows.values(), key=lambda row: row.entry.order, reverse=True)


def _extensions(memory: Snapshot) -> list[dict[str, Any]]:
    """Return what a memory of whatever edition says of its entries beside JSON Feed."""
    return [item["_newswire"] for item in json.loads(memory.body)["items"]] if memory.stored else []


def links_in(memory: Snapshot) -> Links:
    """Return the links that a memory keeps; none where there is none."""
    try:
        kept: Any = json.loads(memory.body)["_newswire"]["links"]
        return Links.from_json(kept)
    except (ValueError, KeyError, TypeError):
        return Links()
