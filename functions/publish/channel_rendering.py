"""A channel's outputs: its memory (JSON Feed), its RSS feed and its page, all with the same entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from functions.publish import json_feed
from functions.publish.channels import Channel
from functions.publish.entries import Entry
from functions.publish.front_page import arrange
from functions.publish.json_feed import FeedHead
from functions.publish.look import Look

PAGE_ENTRIES = 60


@dataclass(frozen=True, slots=True)
class Rendered:
    """One entry in every format of a channel."""

    entry: Entry
    rss: str
    json: str
    card: str

    @property
    def size(self) -> int:
        """Return the bytes that it takes in the larger of the two feeds."""
        return max(len(self.rss.encode()), len(self.json.encode()))


def render_entry(look: Look, entry: Entry, body: str) -> Rendered:
    """Return an entry in every format; ``body`` is its feed body."""
    return Rendered(
        entry=entry,
        rss=look.templates.fill(
            "rss_item.xml", entry=entry, content=body, owner_feed=_owner_feed(look, entry)
        ),
        json=json_feed.feed_item(entry, body),
        card=_card(look, entry),
    )


def channel_outputs(
    look: Look, channel: Channel, entries: Sequence[Rendered], pinned: Sequence[Rendered] = ()
) -> dict[str, bytes]:
    """Return the outputs of a channel by key, its memory first; ``pinned`` lead the portal's page."""
    built = max((max(one.entry.listed_at, one.entry.changed) for one in entries), default=None)
    rss = look.templates.fill(
        "rss.xml", head=_head(look, channel, "xml"), items=[one.rss for one in entries], built=built
    )
    return {
        channel.feed("json"): json_feed.document(_head(look, channel, "json"), [one.json for one in entries]),
        channel.feed("xml"): rss.encode(),
        channel.page: _page(look, channel, entries, pinned),
    }


def _page(look: Look, channel: Channel, entries: Sequence[Rendered], pinned: Sequence[Rendered]) -> bytes:
    remote_images = any(source.images == "remote" for source in look.catalogue.sources)
    title, description = _words(look, channel)
    common: dict[str, Any] = {"remote_images": remote_images, "title": title, "description": description}
    if channel.kind == "portal":
        return look.page("home.html", channel.page, **common, **_front(look, entries, pinned))
    cards = [one.card for one in entries[:PAGE_ENTRIES]]
    feed = channel.feed("xml").removesuffix(".xml")
    source = look.catalogue.source(channel.id) if channel.kind == "source" else None
    return look.page(
        "channel.html", channel.page, **common, kind=channel.kind, cards=cards, feed=feed, source=source
    )


def _front(look: Look, entries: Sequence[Rendered], pinned: Sequence[Rendered]) -> dict[str, Any]:
    front = arrange([one.entry for one in entries], look.catalogue.categories, [one.entry for one in pinned])
    cards = {one.entry.id: one.card for one in (*entries, *pinned)}
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


def _owner_feed(look: Look, entry: Entry) -> str:
    """Return what RSS's ``<source url>`` names: the owner's feed where we know it."""
    source = look.catalogue.source(entry.owner.id)
    return source.feeds[0] if source and source.feeds else entry.credit.homepage


def _card(look: Look, entry: Entry, *, lead: bool = False) -> str:
    return look.templates.fill("card.html", entry=entry, lead=lead)


def _head(look: Look, channel: Channel, suffix: str) -> FeedHead:
    portal = look.portal
    title, description = _words(look, channel)
    source = look.catalogue.source(channel.id) if channel.kind == "source" else None
    return FeedHead(
        title=portal.name if channel.kind == "portal" else f"{title} – {portal.name}",
        description=portal.tagline if channel.kind == "portal" else description,
        page=f"{portal.url}/{channel.page}" if channel.kind != "portal" else f"{portal.url}/",
        address=f"{portal.url}/{channel.feed(suffix)}",
        language=source.language if source else portal.language,
    )


def _words(look: Look, channel: Channel) -> tuple[str, str]:
    portal, words = look.portal, look.words
    if channel.kind == "category":
        name = look.catalogue.categories[channel.id]
        return name, words.category_lead.format(category=name)
    source = look.catalogue.source(channel.id) if channel.kind == "source" else None
    if source:
        return source.name, words.source_lead.format(owner=source.name, portal=portal.name)
    return portal.name, portal.tagline
