"""Names of feeds: under them fetch keeps their state in FeedTable, and publish reads it."""

from __future__ import annotations

import base64
import hashlib

PK_PREFIX = "feed#"


def feed_key(source_id: str, url: str, parent: str | None = None) -> str:
    """Return the name of a feed: its source and its configured URL, whatever it redirects to.

    A document that a configured one listed (a sitemap of an index, the feed of a page) is named by its
    own URL and by :func:`parent_tag` of the configured one.
    """
    return f"{source_id} {url}" if parent is None else f"{source_id} {url} {parent}"


def parent_tag(url: str) -> str:
    """Return the ten characters by which feed keys name the configured URL that listed a document."""
    return base64.b32encode(hashlib.sha256(url.encode()).digest()[:6]).decode().lower()[:10]
