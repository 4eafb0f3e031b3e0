"""A channel's feeds: RSS 2.0, Atom 1.0 (RFC 4287) and JSON Feed 1.1, all with the same entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from functions.publish.channel_words import channel_words
from functions.publish.channels import Channel
from functions.publish.entries import Entry, authority
from functions.publish.image_types import image_type
from functions.publish.json_feed import FeedHead
from functions.publish.look import Look
from functions.publish.source_feeds import feed_of

# RFC 4287 wants a date of every feed; that of one without entries is the RFC's own.
NEVER_CHANGED = datetime(2005, 12, 1, tzinfo=UTC)


def rss_item(look: Look, entry: Entry, body: str) -> str:
    """Return an entry as an item of RSS; ``body`` is its feed body."""
    return _filled(look, "rss_item.xml", entry, body)


def atom_entry(look: Look, entry: Entry, body: str) -> str:
    """Return an entry as one of Atom; ``body`` is its feed body."""
    return _filled(look, "atom_entry.xml", entry, body)


def rss_feed(look: Look, head: FeedHead, items: Sequence[str], changed: datetime | None) -> bytes:
    """Return the RSS feed of these items, the newest of which is of ``changed``."""
    return look.templates.fill("rss.xml", head=head, items=items, built=changed).encode()


def atom_feed(look: Look, head: FeedHead, entries: Sequence[str], changed: datetime | None) -> bytes:
    """Return the Atom feed of these entries, the newest of which is of ``changed``."""
    updated = changed or NEVER_CHANGED
    return look.templates.fill("atom.xml", head=head, entries=entries, updated=updated).encode()


def feed_head(look: Look, channel: Channel, key: str) -> FeedHead:
    """Return what the channel's feed of that key says of itself."""
    portal = look.portal
    title, description = channel_words(look, channel)
    return FeedHead(
        id=_feed_id(look, channel),
        title=portal.name if channel.kind == "portal" else f"{title} – {portal.name}",
        description=description,
        page=f"{portal.url}/{channel.page}" if channel.kind != "portal" else f"{portal.url}/",
        address=f"{portal.url}/{key}",
        language=_language(look, channel),
        publisher=portal.name,
        publisher_page=f"{portal.url}/",
        hub=portal.websub,
    )


def _feed_id(look: Look, channel: Channel) -> str:
    """Return a name that no change of the portal's address changes (RFC 4122, section 4.3)."""
    return uuid5(NAMESPACE_URL, f"https://{authority(look.portal)}/{channel.atom}").urn


def _language(look: Look, channel: Channel) -> str:
    if channel.kind == "language":
        return channel.id
    source = look.catalogue.source(channel.id) if channel.kind == "source" else None
    return source.language if source else look.portal.language


def _filled(look: Look, template: str, entry: Entry, body: str) -> str:
    return look.templates.fill(
        template,
        entry=entry,
        content=body,
        owner_feed=_owner_feed(look, entry),
        rights=_rights(look, entry),
        image_type=image_type(entry.image.url) if entry.image else None,
    )


def _rights(look: Look, entry: Entry) -> str:
    """Return whose the article is, and its licence where there is one."""
    owned = look.words.rights.format(owner=entry.credit.owner)
    return f"{owned} {look.words.licence.format(licence=entry.licence)}" if entry.licence else owned


def _owner_feed(look: Look, entry: Entry) -> str:
    """Return the owner's feed where we know it, else its front page."""
    source = look.catalogue.source(entry.owner.id)
    return (feed_of(source) if source else None) or entry.credit.homepage
