"""How long an output may be kept, and whether it is stored compressed: decided by its key and type.

docs/architecture.md, "How outputs are served", has the table and the reasons.
"""

from __future__ import annotations

from functions.publish.announcements import is_feed
from newswire.image_copies import PREFIX

_FOR_EVER = "public, max-age=31536000, immutable"
_PAGE = "public, max-age=60"
_LIST = "public, max-age=60, stale-while-revalidate=60"
# Readers keep what they have seen; what was taken down leaves the CDN soon.
_IMAGE = "public, max-age=31536000, s-maxage=300, immutable"
_PUSHED_FEED = "public, max-age=60, s-maxage=0"

# CloudFront compresses these by itself, for whoever accepts it (developer guide, "Serve compressed files").
# S3 cannot choose: what is stored with gzip is sent so to everybody.
COMPRESSED_ON_THE_WAY = frozenset(
    (
        "application/javascript",
        "application/json",
        "application/rss+xml",
        "application/xml",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/plain",
        "text/xml",
    )
)
_TEXT = ("+json", "+xml", "text/x-opml")
_LEAST_BYTES = 1000  # below, gzip gains nothing that a packet would notice


def cache_control(key: str, *, has_hub: bool) -> str:
    """Return an output's ``Cache-Control`` (RFC 9111; ``stale-while-revalidate``: RFC 5861)."""
    if key.startswith("static/"):
        return _FOR_EVER
    if key.startswith(PREFIX):
        return _IMAGE
    if has_hub and is_feed(key):
        return _PUSHED_FEED
    is_list = key.endswith(".html") and not key.startswith("a/")
    return _LIST if is_list else _PAGE


def is_stored_with_gzip(media_type: str, size: int) -> bool:
    """Return whether an output of that type and size in bytes is stored with ``Content-Encoding: gzip``."""
    essence = media_type.partition(";")[0]
    return size >= _LEAST_BYTES and essence not in COMPRESSED_ON_THE_WAY and essence.endswith(_TEXT)
