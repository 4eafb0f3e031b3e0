"""Which of a source's addresses are feeds that readers subscribe to, as far as the addresses tell.

``feeds`` in ``sources.yaml`` may name sitemaps, and pages that lead to feeds. What a document turned out
to be is in FeedTable, which publish cannot read.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from newswire.sources import Source
from newswire.urls import identity_form

_NO_FEED_ENDS_SO = (".txt", ".gz")  # sitemaps (sitemaps.org protocol)


def is_feed(address: str, source: Source) -> bool:
    """Return whether a configured address is neither a sitemap's nor the source's front page."""
    path = urlsplit(address).path.lower()
    named = "sitemap" in path or path.endswith(_NO_FEED_ENDS_SO)
    return not named and identity_form(address) != identity_form(source.homepage)


def feed_of(source: Source) -> str | None:
    """Return the first of a source's feeds, ``None`` where none is one for readers."""
    return next((address for address in source.feeds if is_feed(address, source)), None)
