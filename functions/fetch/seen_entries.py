"""What is remembered of a feed's documents: one fingerprint an entry, nothing else.

A fingerprint is 27 bytes: identity (8), article id (10), content hash (8), flags (1). 8,000 of them
fit into the feed's own item (DynamoDB allows 400 KB); more go to an object that the item names. A
poll therefore costs one read and one write whatever the number of entries.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import starmap
from typing import NamedTuple, Self

INLINE_LIMIT = 8000
_RECORD = struct.Struct("!8s10s8sB")
_ID_BYTES = 10
# Letters of base 32 (RFC 4648 section 6) as the digits of int(): base64's own decoder is written in Python.
_DIGITS = str.maketrans("abcdefghijklmnopqrstuvwxyz234567", "0123456789abcdefghijklmnopqrstuv")
_SKIPPED = 1
_WAITING = 2
_VANISHED = 4


class Fingerprint(NamedTuple):
    """One entry as it was last seen: the fields of its compact form, as every poll reads and writes them all.

    ``article`` is the article id as bytes. Of the flags ``skipped``: it was too old to be imported.
    ``waiting``: it is new and was over the cap of its run. ``vanished``: the last document lacked it.
    """

    identity: bytes
    article: bytes
    content: bytes
    flags: int = 0

    @classmethod
    def of(
        cls,
        identity: bytes,
        article_id: str,
        content: bytes,
        *,
        skipped: bool = False,
        waiting: bool = False,
        vanished: bool = False,
    ) -> Self:
        """Return the fingerprint of an entry that belongs to an article."""
        flags = _SKIPPED * skipped + _WAITING * waiting + _VANISHED * vanished
        return cls(identity, id_bytes(article_id), content, flags)

    @property
    def article_id(self) -> str:
        """Return the article id."""
        return base64.b32encode(self.article).decode().lower()

    @property
    def skipped(self) -> bool:
        """Whether it was too old to be imported."""
        return bool(self.flags & _SKIPPED)

    @property
    def waiting(self) -> bool:
        """Whether it waits for its turn."""
        return bool(self.flags & _WAITING)

    @property
    def vanished(self) -> bool:
        """Whether the last document lacked it."""
        return bool(self.flags & _VANISHED)

    def as_skipped(self) -> Self:
        """Return it as too old to be imported."""
        return self._replace(flags=self.flags | _SKIPPED)

    def as_waiting(self) -> Self:
        """Return it as one that waits for its turn."""
        return self._replace(flags=self.flags | _WAITING)

    def as_vanished(self) -> Self:
        """Return it as one that the document lacks."""
        return self._replace(flags=self.flags | _VANISHED)

    def as_present(self) -> Self:
        """Return it as one that the document has."""
        return self._replace(flags=self.flags & ~_VANISHED)


# Of fields that are all there already: what NamedTuple makes for itself is written in Python.
_fingerprint: Callable[[tuple[object, ...]], Fingerprint] = partial(tuple.__new__, Fingerprint)


@dataclass(frozen=True, slots=True)
class SeenEntries:
    """The fingerprints of one feed, findable by identity and by article, in the order remembered."""

    by_identity: dict[bytes, Fingerprint]
    by_article: dict[bytes, Fingerprint]

    @classmethod
    def of(cls, fingerprints: Iterable[Fingerprint]) -> SeenEntries:
        """Index the fingerprints; of two with one identity or article the first counts."""
        known = list(fingerprints)
        by_identity = {one.identity: one for one in known}
        by_article = {one.article: one for one in known}
        if len(by_identity) == len(by_article) == len(known):
            return cls(by_identity, by_article)
        by_identity = {one.identity: one for one in reversed(known)}
        by_article = {one.article: one for one in reversed(known)}
        return cls(dict(reversed(by_identity.items())), by_article)

    def find(self, identity: bytes, article: bytes) -> Fingerprint | None:
        """Return what is known of an entry: by its guid, else (the guid churns) by its article."""
        return self.by_identity.get(identity) or self.by_article.get(article)

    def __len__(self) -> int:
        return len(self.by_identity)


def identity_of(guid: str | None, url: str) -> bytes:
    """Return the identity of an entry: its guid, else its link."""
    key = f"guid\0{guid}" if guid else f"link\0{url}"
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()[:8]


def id_bytes(article_id: str) -> bytes:
    """Return an article id's ten bytes."""
    return int(article_id.translate(_DIGITS), 32).to_bytes(_ID_BYTES)


def encode(fingerprints: Iterable[Fingerprint]) -> bytes:
    """Return the compact form, in the order given."""
    return b"".join(starmap(_RECORD.pack, fingerprints))


def decode(packed: bytes) -> SeenEntries:
    """Read the compact form; raise ``ValueError`` where its length is no multiple of a fingerprint's."""
    if len(packed) % _RECORD.size:
        raise ValueError(f"seen entries are {len(packed)} bytes; a multiple of {_RECORD.size} is allowed")
    return SeenEntries.of(map(_fingerprint, _RECORD.iter_unpack(packed)))


def settled_hashes(packed: bytes) -> bytes:
    """Return the content hashes, one after the other, of the entries that wait for nothing."""
    whole = packed[: len(packed) // _RECORD.size * _RECORD.size]
    records = _RECORD.iter_unpack(whole)
    return b"".join([content for _, _, content, flags in records if not flags & _WAITING])
