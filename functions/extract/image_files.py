"""What the bytes of an image say before anybody decodes it: its format, and a WebP file's make-up. No I/O.

Sources: JPEG (ITU T.81, B.1.1.3), PNG (W3C, section 5.2), GIF89a (section 17), WebP (RFC 9649).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Literal

Format = Literal["JPEG", "PNG", "GIF", "WEBP"]

_SIGNATURES: dict[bytes, Format] = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
}
_CHUNK = struct.Struct("<4sI")
_HEAD = 12  # "RIFF", the size, "WEBP"
_PICTURE = {b"VP8 ", b"VP8L"}
_PLAIN = {b"VP8X", b"ALPH", *_PICTURE}


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int


def format_of(body: bytes) -> Format | None:
    """Return the format by its signature; ``None`` for everything that we do not copy, SVG among it."""
    if body[:4] == b"RIFF" and body[8:_HEAD] == b"WEBP":
        return "WEBP"
    return next((name for signature, name in _SIGNATURES.items() if body.startswith(signature)), None)


def webp_size(body: bytes) -> Size | None:
    """Return the size of the canvas that a WebP file asks for, ``None`` where it states none."""
    if format_of(body) != "WEBP" or len(body) < _HEAD + _CHUNK.size:
        return None
    name, _ = _CHUNK.unpack_from(body, _HEAD)
    return _size_in(name, body[_HEAD + _CHUNK.size :][:10])


def is_plain_webp(body: bytes, size: Size) -> bool:
    """Return whether this is one still picture of that size and nothing else, before or after it."""
    if webp_size(body) != size or struct.unpack_from("<I", body, 4)[0] != len(body) - 8:
        return False
    names: list[bytes] = []
    place = _HEAD
    while place + _CHUNK.size <= len(body):
        name, length = _CHUNK.unpack_from(body, place)
        place += _CHUNK.size
        if name in _PICTURE and _size_in(name, body[place : place + 10]) != size:
            return False
        names.append(name)
        place += length + length % 2
    pictures = sum(name in _PICTURE for name in names)
    return place == len(body) and pictures == 1 and set(names) <= _PLAIN


def _size_in(name: bytes, head: bytes) -> Size | None:
    """Return the size that the first bytes of a chunk state (RFC 9649, sections 2.5 to 2.7)."""
    if len(head) < 10:
        return None
    if name == b"VP8X":
        return Size(1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little"))
    if name == b"VP8L" and head[0] == 0x2F:
        bits = int.from_bytes(head[1:5], "little")
        return Size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if name == b"VP8 " and head[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", head, 6)
        return Size(width & 0x3FFF, height & 0x3FFF)
    return None
