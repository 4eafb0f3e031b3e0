"""Sitemaps, news sitemaps and indexes of them (https://www.sitemaps.org/protocol.html), in XML or text."""

from __future__ import annotations

from datetime import datetime, tzinfo

from lxml import etree

from functions.fetch.elements import child_text, first, local_name
from functions.fetch.feed_entry import (
    ENTRY_LIMIT,
    Child,
    FeedDocument,
    FeedEntry,
    NotAFeed,
    moment,
    plain_names,
    plain_title,
    resolved,
)

CHILD_LIMIT = 100


def read(root: etree._Element, base: str, zone: tzinfo) -> FeedDocument:
    """Return a sitemap's entries; of more than the limit those that changed last, in their own order."""
    found = [element for element in root if local_name(element) == "url" and child_text(element, "loc")]
    kept = found
    if len(found) > ENTRY_LIMIT:
        # Dates of one sitemap are of one form (W3C-DTF), which sorts as text.
        dated = sorted(range(len(found)), key=lambda place: child_text(found[place], "lastmod") or "")
        kept = [found[place] for place in sorted(dated[-ENTRY_LIMIT:])]
    entries = tuple(_entry(element, base, zone) for element in kept)
    return FeedDocument("sitemap", entries, entries_dropped=len(found) - len(kept))


def read_index(root: etree._Element, base: str, zone: tzinfo) -> FeedDocument:
    """Return an index's sitemaps: the dated ones newest first, then the others as they stand.

    Raise :class:`NotAFeed` where it names none.
    """
    children: dict[str, Child] = {}
    for element in root:
        url = resolved(child_text(element, "loc"), base)
        if url and url != base:
            children.setdefault(url, Child(url, moment(child_text(element, "lastmod"), zone)))
    if not children:
        raise NotAFeed("a sitemap index without sitemaps")
    ordered = sorted(children.values(), key=_age)
    return FeedDocument(
        "sitemap index",
        (),
        children=tuple(ordered[:CHILD_LIMIT]),
        children_dropped=max(0, len(ordered) - CHILD_LIMIT),
    )


def read_text(text: bytes, base: str) -> FeedDocument | None:
    """Return a sitemap of one URL a line; ``None`` where a line is anything else."""
    lines = [line.strip() for line in text.decode("utf-8", "replace").splitlines() if line.strip()]
    if not lines or not all(line.startswith(("http://", "https://")) for line in lines):
        return None
    entries = tuple(FeedEntry(None, resolved(line, base)) for line in lines[:ENTRY_LIMIT])
    return FeedDocument("sitemap", entries, entries_dropped=max(0, len(lines) - ENTRY_LIMIT))


def _entry(element: etree._Element, base: str, zone: tzinfo) -> FeedEntry:
    news, image = first(element, "news"), first(element, "image")
    publication = None if news is None else first(news, "publication")
    keywords = None if news is None else child_text(news, "keywords")
    return FeedEntry(
        guid=None,
        url=resolved(child_text(element, "loc"), base),
        title=plain_title(None if news is None else child_text(news, "title")),
        published=moment(None if news is None else child_text(news, "publication_date"), zone),
        updated=moment(child_text(element, "lastmod"), zone),
        categories=plain_names(keywords.split(",")) if keywords else (),
        image=resolved(None if image is None else child_text(image, "loc"), base),
        language=None if publication is None else child_text(publication, "language"),
    )


def _age(child: Child) -> float:
    return -datetime.fromisoformat(child.modified).timestamp() if child.modified else float("inf")
