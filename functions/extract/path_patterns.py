"""Paths and the patterns that name them in robots.txt (RFC 9309 section 2.2.2) and in tdmrep.json.

Both sides of a comparison are brought into one form: octets outside of ASCII and those that no URI holds
are percent-encoded, encoded letters, digits and ``-._~`` are decoded, the rest of the escapes stay.
"""

from __future__ import annotations

import re
from functools import lru_cache

_PATH = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//[^/?#]*([^#]*)", re.IGNORECASE)
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(rb"[A-Za-z0-9._~-]")  # RFC 3986 section 2.3
_NOT_IN_URIS = re.compile(rb"[^!-~]|[\"<>\\^`{|}]")
_SPECIAL_IN_PATTERNS = re.compile(rb"[*$]")
_WILDCARDS = re.compile(r"\*+")


@lru_cache(maxsize=64)  # a page's is held against robots.txt and, twice, against the file of reservations
def path_of(url: str) -> str:
    """Return path and query of a URL as patterns are compared with them."""
    found = _PATH.match(url)
    path = found[1] if found else url.partition("#")[0]
    octets = ("" if path.startswith("/") else "/") + path
    return _one_form(_SPECIAL_IN_PATTERNS.sub(_encoded, octets.encode("utf-8", "surrogatepass")))


def pattern_of(value: bytes) -> str:
    """Return a pattern as :func:`matches` takes it; ``*`` and a final ``$`` keep their meaning."""
    anchor = "$" if value.endswith(b"$") else ""
    inner = value[: len(value) - len(anchor)].replace(b"$", b"%24")
    return _WILDCARDS.sub("*", _one_form(inner)) + anchor


def matches(pattern: str, path: str) -> bool:
    """Return whether a pattern names a path: it is its beginning, ``*`` is anything, ``$`` the end.

    Linear in the path, whatever the pattern.
    """
    anchored = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    if not rest:
        return not anchored or path == first
    *middle, last = rest
    position = len(first)
    for part in middle:
        position = path.find(part, position)
        if position < 0:
            return False
        position += len(part)
    if anchored:
        return len(path) - len(last) >= position and path.endswith(last)
    return path.find(last, position) >= 0


def _one_form(octets: bytes) -> str:
    return _NOT_IN_URIS.sub(_encoded, _ESCAPE.sub(_plain_escape, octets)).decode("ascii")


def _plain_escape(escape: re.Match[bytes]) -> bytes:
    octet = bytes.fromhex(escape[1].decode())
    return octet if _UNRESERVED.fullmatch(octet) else escape[0].upper()


def _encoded(octet: re.Match[bytes]) -> bytes:
    return b"%%%02X" % octet[0][0]
