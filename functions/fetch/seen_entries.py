"""What is remembered of a feed's documents: one fingerprint an entry, nothing else.

A fingerprint is 27 bytes: identity (8), article id (10), content hash (8), flags (1). 8,000 of them
fit into the feed's own item (DynamoDB allows 400 KB); more go to an object that the item names. A
poll therefore costs one read and one write whatever the number of entries.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

INLINE_LIMIT = 8000
_RECORD = struct.Struct("!8s10s8sB")
_ID_LENGTH = 16
_ID_BYTES = 10
# Letters of base 32 (RFC 4648 section 6) as the digits of int(): base64's own decoder is written in Python.
_DIGITS = str.maketrans("abcdefghijklmnopqrstuvwxyz234567", "0123456789abcdefghijklmnopqrstuv")
_SKIPPED = 1
_WAITING = 2
_VANISHED = 4


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One entry as it was last seen.

    ``skipped``: it was too old to be imported. ``waiting``: it is new and was over the cap of its run.
    ``vanished``: the last document lacked it.
    """

    identity: bytes
    article_id: str
    content: bytes
    skipped: bool = False
    waiting: bool = False
    vanished: bool = False

    @property
    def flags(self) -> int:
        """Return the last byte of the compact form."""
        return _SKIPPED * self.skipped + _WAITING * self.waiting + _VANISHED * self.vanished


@dataclass(frozen=True, slots=True)
class SeenEntries:
    """The fingerprints of one feed, findable by identity and by article, in the order remembered."""

    by_identity: dict[bytes, Fingerprint]
    by_article: dict[str, Fingerprint]

    @classmethod
    def of(cls, fingerprints: Iterable[Fingerprint]) -> SeenEntries:
        """Index the fingerprints; of two with one identity or article the first counts."""
        known = list(fingerprints)
        by_identity = {one.identity: one for one in known}
        by_article = {one.article_id: one for one in known}
        if len(by_identity) == len(by_article) == len(known):
            return cls(by_identity, by_article)
        by_identity = {one.identity: one for one in reversed(known)}
        by_article = {one.article_id: one for one in reversed(known)}
        return cls(dict(reversed(by_identity.items())), by_article)

    def find(self, identity: bytes, article_id: str) -> Fingerprint | None:
        """Return what is known of an entry: by its guid, else (the guid churns) by its article."""
        return self.by_identity.get(identity) or self.by_article.get(article_id)

    def __len__(self) -> int:
        return len(self.by_identity)


def identity_of(guid: str | None, url: str) -> bytes:
    """Return the identity of an entry: its guid, else its link."""
    key = f"guid\0{guid}" if guid else f"link\0{url}"
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()[:8]


def encode(fingerprints: Iterable[Fingerprint]) -> bytes:
    """Return the compact form, in the order given."""
    return b"".join(
        _RECORD.pack(one.identity, _id_bytes(one.article_id), one.content, one.flags) for one in fingerprints
    )


def decode(packed: bytes) -> SeenEntries:
    """Read the compact form; raise ``ValueError`` where its length is no multiple of a fingerprint's."""
    if len(packed) % _RECORD.size:
        raise ValueError(f"seen entries are {len(packed)} bytes; a multiple of {_RECORD.size} is allowed")
    return SeenEntries.of(_fingerprints(packed))


def settled_hashes(packed: bytes) -> bytes:
    """Return the content hashes, one after the other, of the entries that wait for nothing."""
    whole = packed[: len(packed) // _RECORD.size * _RECORD.size]
    records = _RECORD.iter_unpack(whole)
    return b"".join([content for _, _, content, flags in records if not flags & _WAITING])


def _fingerprints(packed: bytes) -> Iterator[Fingerprint]:
    records = list(_RECORD.iter_unpack(packed))
    # Ten bytes are sixteen letters without padding: all ids are told in one call.
    ids = base64.b32encode(b"".join([number for _, number, _, _ in records])).decode().lower()
    for place, (identity, _, content, flags) in enumerate(records):
        article_id = ids[place * _ID_LENGTH : (place + 1) * _ID_LENGTH]
        if flags:
            known = (bool(flags & flag) for flag in (_SKIPPED, _WAITING, _VANISHED))
            yield Fingerprint(identity, article_id, content, *known)
        else:
            yield Fingerprint(identity, article_id, content)


def _id_bytes(article_id: str) -> bytes:
    return int(article_id.translate(_DIGITS), 32).to_bytes(_ID_BYTES)
