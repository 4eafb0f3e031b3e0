"""A channel's outputs: its memory (JSON Feed), its other feeds and its page, all with the same entries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from functions.publish import json_feed
from functions.publish.channel_feeds import atom_entry, atom_feed, feed_head, rss_feed, rss_item
from functions.publish.channel_words import channel_words
from functions.publish.channels import LEAST_ENTRIES, Channel
from functions.publish.entries import Entry, has_remote_images, has_unlisted_images
from functions.publish.front_page import arrange
from functions.publish.json_feed import FeedHead
from functions.publish.look import Look
from newswire.sources import Portal

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


def channel_outputs(
    look: Look,
    channel: Channel,
    entries: Sequence[Rendered],
    pinned: Sequence[Rendered] = (),
    archived: Collection[str] = (),
) -> dict[str, bytes]:
    """Return the outputs of a channel by key, its memory first; ``pinned`` lead the portal's page.

    ``archived`` are the days that its archive has. The feeds lead to the day of the oldest entry before which
    nothing was left out: from there on, the archive has everything.
    """
    keys = (channel.feed("json"), channel.feed("xml"), channel.atom)
    unbroken = entries[:LEAST_ENTRIES]
    past = _archive(look, channel, unbroken[-1].entry if unbroken else None, archived)
    heads = [
        replace(feed_head(look, channel, key), older=f"{look.portal.url}/{past[place]}" if past else None)
        for place, key in enumerate(keys)
    ]
    return {
        **dict(zip(keys, feed_documents(look, heads, entries), strict=True)),
        channel.page: _page(look, channel, entries, pinned, archived),
    }


def feed_documents(
    look: Look,
    heads: Sequence[FeedHead],
    entries: Sequence[Rendered],
    extension: Mapping[str, Any] | None = None,
) -> tuple[bytes, bytes, bytes]:
    """Return the same entries as JSON Feed, RSS and Atom under a head each; ``extension`` is JSON Feed's."""
    changed = max((max(one.entry.first_seen_at, one.entry.changed) for one in entries), default=None)
    json, rss, atom = heads
    return (
        json_feed.document(json, [one.json for one in entries], extension),
        rss_feed(look, rss, [one.rss for one in entries], changed),
        atom_feed(look, atom, [one.atom for one in entries], changed),
    )


def archive_moment(portal: Portal, listed: str) -> str:
    """Return when an article is listed by the portal's own clock, which archives go by (RFC 3339)."""
    return datetime.fromisoformat(listed).astimezone(ZoneInfo(portal.timezone)).isoformat()


def _page(
    look: Look,
    channel: Channel,
    entries: Sequence[Rendered],
    pinned: Sequence[Rendered],
    archived: Collection[str],
) -> bytes:
    shown = entries if channel.kind == "portal" else entries[:PAGE_ENTRIES]
    pictured = [one.entry for one in (*shown, *pinned)]
    title, description = channel_words(look, channel)
    common: dict[str, Any] = {
        "remote_images": has_remote_images(pictured),
        "noimageindex": has_unlisted_images(pictured),
        "title": title,
        "description": description,
    }
    if channel.kind == "portal":
        past = _archive(look, channel, entries[-1].entry if entries else None, archived)
        front = _front(look, entries, pinned)
        return look.page("home.html", channel.page, **common, older=past[-1] if past else None, **front)
    past = _archive(look, channel, shown[-1].entry if shown else None, archived)
    source = look.catalogue.source(channel.id) if channel.kind == "source" else None
    return look.page(
        "channel.html",
        channel.page,
        **common,
        channel=channel,
        cards=[_card(look, one.entry, lead=True) if one is shown[0] else one.card for one in shown],
        source=source,
        older=past[-1] if past else None,
    )


def _archive(
    look: Look, channel: Channel, entry: Entry | None, archived: Collection[str]
) -> tuple[str, ...] | None:
    """Return the keys of the archive for an entry's day, else for the newest day before, if there is one.

    Of the days between, the archive still waits for articles that the channel itself lists.
    """
    last = archive_moment(look.portal, entry.listed)[:10] if entry else ""
    day = max((day for day in archived if day <= last), default=None)
    return channel.archive(day) if day else None


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


def _card(look: Look, entry: Entry, *, lead: bool = False) -> str:
    return look.templates.fill("card.html", entry=entry, lead=lead)
