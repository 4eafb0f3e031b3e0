"""What a channel is called and how it introduces itself, in the portal's language."""

from __future__ import annotations

from functions.publish.channels import Channel
from functions.publish.look import Look


def channel_words(look: Look, channel: Channel) -> tuple[str, str]:
    """Return a channel's title and the sentence under it."""
    portal, words = look.portal, look.words
    if channel.kind == "category":
        name = look.catalogue.categories[channel.id]
        return name, words.category_lead.format(category=name)
    if channel.kind == "language":
        name = look.calendar.language_name(channel.id)
        return words.language_title.format(language=name), words.language_lead.format(language=name)
    source = look.catalogue.source(channel.id) if channel.kind == "source" else None
    if source:
        return source.name, words.source_lead.format(owner=source.name, portal=portal.name)
    return portal.name, portal.tagline
