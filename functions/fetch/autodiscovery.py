"""The feeds that a page names (HTML standard, "link type alternate"; JSON Feed, "Discovery").

Best first: feeds in the page's own order, whose first is the site's default by the standard; then what
is only ``application/json``, the media type of JSON Feed 1.0 that programming interfaces use as well;
feeds of comments last.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from functions.fetch.feed_entry import Child, FeedDocument, resolved
from functions.fetch.xml_trees import head_elements

FEED_LIMIT = 10
_JSON = "application/json"
_FEED_TYPES = {
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/xml",
    "text/xml",
    _JSON,
}
_COMMENTS = re.compile(r"comment|komentar", re.IGNORECASE)
_INTERFACE = re.compile(r"/wp-json/|/oembed\b", re.IGNORECASE)


def discover(text: bytes, url: str) -> FeedDocument | None:
    """Return the feeds that a page in UTF-8 at ``url`` names; ``None`` where it names none."""
    base = url
    ranked: dict[str, int] = {}
    for name, attributes in head_elements(text, "base", "link"):
        if name == "base":
            # The first base with an address counts (HTML standard, "base element").
            base = (resolved(attributes.get("href"), url) or base) if base == url else base
        elif (rank := _rank(attributes)) is not None:
            feed = resolved(attributes.get("href"), base)
            if feed and feed != url:
                ranked[feed] = min(rank, ranked.get(feed, rank))
    if not ranked:
        return None
    feeds = sorted(ranked, key=lambda feed: ranked[feed])
    children = tuple(Child(feed) for feed in feeds[:FEED_LIMIT])
    return FeedDocument("page", (), children=children, children_dropped=max(0, len(feeds) - FEED_LIMIT))


def _rank(attributes: Mapping[str, str]) -> int | None:
    """Return how good a link is, 0 the best; ``None`` where it is no feed's."""
    relations = attributes.get("rel", "").lower().split()
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    href = attributes.get("href", "")
    if "stylesheet" in relations or not (
        ("alternate" in relations and kind in _FEED_TYPES) or "feed" in relations
    ):
        return None
    if kind == _JSON and _INTERFACE.search(href[:2048]):
        return None
    if _COMMENTS.search(f"{href[:2048]} {attributes.get('title', '')[:500]}"):
        return 2
    return 1 if kind == _JSON else 0
