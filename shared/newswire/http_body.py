"""Bodies of answers, read no further than they may be long: on the wire and decoded.

Only ``gzip`` is announced and decoded. A compressed body is decoded step by step, so that a bomb never
has more than its cap and one step in memory.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

from newswire.fetch_failure import FetchFailed

STEP = 64 * 1024
_GZIP = ("gzip", "x-gzip")  # RFC 9110 section 8.4.1.3
# IANA's content codings that change bytes. Other words ("utf-8", "none") are mistakes and change nothing.
_UNREAD = frozenset(
    ("aes128gcm", "br", "compress", "dcb", "dcz", "deflate", "exi", "pack200-gzip", "x-compress", "zstd")
)
_MEMBER = b"\x1f"  # a member begins with it
_GZIP_BITS = zlib.MAX_WBITS | 16


class Readable(Protocol):
    """What a body is read from: ``b""`` is its end; a body that is cut short raises."""

    def read(self, amt: int, decode_content: bool) -> bytes:  # noqa: FBT001 - urllib3's signature
        """Return up to ``amt`` bytes as they were sent."""


@dataclass(frozen=True, slots=True)
class Large:
    """What is called once before a body is read on above so many decoded bytes.

    It may wait, which is not part of the exchange's time, or forbid it by raising :class:`FetchFailed`.
    """

    above: int
    enter: Callable[[], None]


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """How long a decoded body may be; a longer one is cut there, or is a failure."""

    size: int
    truncate: bool
    large: Large | None = None


def is_gzip(content_encoding: str) -> bool:
    """Return whether a body has to be decoded; raise :class:`FetchFailed` where we cannot."""
    codings = [word.strip().lower() for word in content_encoding.split(",")]
    known = [word for word in codings if word in _GZIP or word in _UNREAD]
    if len(known) > 1 or any(word in _UNREAD for word in known):
        raise FetchFailed(
            "unknown encoding", f"Content-Encoding {content_encoding[:100]!r} was not asked for"
        )
    return bool(known)


def read_body(source: Readable, limit: BodyLimit, *, gzipped: bool, framed: bool) -> bytes:
    """Return the decoded body.

    ``framed`` says that the transfer itself tells where the body ends; else a gzip stream without an end
    is a body cut short. Raise :class:`FetchFailed` above the limit and where gzip is broken.
    """
    body = BytesIO()
    for piece in _decoded(source, limit.size, framed=framed) if gzipped else _plain(source):
        room = limit.size - body.tell()
        if len(piece) > room and not limit.truncate:
            raise FetchFailed("too large", f"more than {limit.size} bytes")
        if limit.large is not None and body.tell() <= limit.large.above < body.tell() + len(piece):
            limit.large.enter()
        body.write(piece[:room])
        if len(piece) > room:
            break
    return body.getvalue()


def _plain(source: Readable) -> Iterator[bytes]:
    while piece := source.read(STEP, decode_content=False):
        yield piece


class _Gunzip:
    """Decodes the members of a gzip stream (RFC 1952), a step at a time."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP_BITS)
        self._over = False

    @property
    def complete(self) -> bool:
        """Return whether no member is unfinished."""
        return self._member.eof

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Yield what ``data`` adds, at most a step each."""
        piece = b""
        while (data or len(piece) == STEP) and not self._over:
            if self._member.eof:
                self._over = data[:1] != _MEMBER  # padding, which gzip itself ignores too
                self._member = self._member if self._over else zlib.decompressobj(_GZIP_BITS)
                continue
            try:
                piece = self._member.decompress(data, STEP)
            except zlib.error as error:
                raise FetchFailed("connection failed", f"broken gzip: {error}") from None
            data = self._member.unconsumed_tail or self._member.unused_data
            yield piece


def _decoded(source: Readable, size: int, *, framed: bool) -> Iterator[bytes]:
    gunzip, received = _Gunzip(), 0
    for sent in _plain(source):
        received += len(sent)
        if received > size + STEP:  # members and blocks can be empty, for ever
            raise FetchFailed("too large", f"more than {size} bytes before decoding")
        yield from gunzip.pieces(sent)
    if received and not framed and not gunzip.complete:
        raise FetchFailed("connection failed", "the gzip stream was cut short")
