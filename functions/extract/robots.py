"""robots.txt by RFC 9309: the boundary to Protego. Runs inside the worker."""

from __future__ import annotations

from protego import Protego

PRODUCT = "Newswire"  # RFC 9309 section 2.2.1: what a rule for us names


def allows(body: bytes, url: str) -> bool:
    """Return whether a robots.txt lets us ask for ``url`` (RFC 9309 section 2.2)."""
    return bool(Protego.parse(body.decode("utf-8-sig", "replace")).can_fetch(url, PRODUCT))
