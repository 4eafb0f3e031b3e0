"""A channel's outputs: its memory (JSON Feed), its other feeds and its page, all with the same entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from functions.publish import json_feed
from functions.publish.channel_feeds import atom_entry, atom_feed, json_feed_of, rss_feed, rss_item
from functions.publish.channel_words import channel_words
from functions.publish.channels import Channel
from functions.publish.entries import Entry
from functions.publish.front_page import arrange
from functions.publish.look import Look

PAGE_ENTRIES = 60


@dataclass(frozen=True, slots=True)
class Rendered:
    """One entry in every format of a channel."""

    entry: Entry
    rss: str
    atom: str
    json: str
    card: str

    @property
    def size(self) -> int:
        """Return the bytes that it takes in the largest of the feeds."""
        return max(len(text.encode()) for text in (self.rss, self.atom, self.json))


def render_entry(look: Look, entry: Entry, body: str) -> Rendered:
    """Return an entry in every format; ``body`` is its feed body."""
    return Rendered(
        entry=entry,
        rss=rss_item(look, entry, body),
        atom=atom_entry(look, entry, body),
        json=json_feed.feed_item(entry, body),
        card=_card(look, entry),
    )


def channel_outputs(look: Look, channel: Channel, entries: Sequence[Rendered]) -> dict[str, bytes]:
    """Return the outputs of a channel by key, its memory first."""
    changed = max((max(one.entry.first_seen_at, one.entry.changed) for one in entries), default=None)
    return {
        channel.feed("json"): json_feed_of(look, channel, [one.json for one in entries]),
        channel.feed("xml"): rss_feed(look, channel, [one.rss for one in entries], changed),
        channel.atom: atom_feed(look, channel, [one.atom for one in entries], changed),
        channel.page: _page(look, channel, entries),
    }


def _page(look: Look, channel: Channel, entries: Sequence[Rendered]) -> bytes:
    remote_images = any(source.images == "remote" for source in look.catalogue.sources)
    title, description = channel_words(look, channel)
    common: dict[str, Any] = {"remote_images": remote_images, "title": title, "description": description}
    if channel.kind == "portal":
        return look.page("home.html", channel.page, **common, **_front(look, entries))
    cards = [one.card for one in entries[:PAGE_ENTRIES]]
    source = look.catalogue.source(channel.id) if channel.kind == "source" else None
    return look.page("channel.html", channel.page, **common, channel=channel, cards=cards, source=source)


def _front(look: Look, entries: Sequence[Rendered]) -> dict[str, Any]:
    front = arrange([one.entry for one in entries], look.catalogue.categories)
    cards = {one.entry.id: one.card for one in entries}
    return {
        "lead": _card(look, front.lead, lead=True) if front.lead else None,
        "beside": [cards[entry.id] for entry in front.beside],
        "pictured": [cards[entry.id] for entry in front.pictured],
        "headlines": [cards[entry.id] for entry in front.headlines],
        "sections": [
            {
                "id": name,
                "name": look.catalogue.categories[name],
                "cards": [cards[entry.id] for entry in found],
            }
            for name, found in front.sections.items()
        ],
    }


def _card(look: Look, entry: Entry, *, lead: bool = False) -> str:
    return look.templates.fill("card.html", entry=entry, lead=lead)
