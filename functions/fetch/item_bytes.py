"""A feed's text cut into its items without parsing it, so that items that were read before can be left out.

Cut is only what cannot be mistaken: items that follow each other with nothing but white space between, no
instruction in them, every comment and CDATA section closed where it was opened. Anything else is read whole.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

ITEM_LIMIT = 2000
"""Items of a document that is cut; a longer one is read whole."""

HASH_SIZE = 5  # bytes: two of one hash only hide an edit of one of them
CONTEXT_SIZE = 8

_START = re.compile(rb"<(item|entry)(?:\s[^<>]*)?>")
_MARK = re.compile(rb"</?(?:item|entry)[\s/>]")
_INK = re.compile(rb"\S")
# Where namespaces, bases and languages are declared: what an item means depends on them.
_DECLARING = re.compile(rb"\sxml[:n]")
# An attribute may have a pointed bracket in it; one that only seems to be one is taken along.
_TAG = re.compile(rb"""<(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")


@dataclass(frozen=True, slots=True)
class ItemCut:
    """A document in pieces: what is before its items, each item with its hash, and what follows them."""

    head: bytes
    items: tuple[bytes, ...]
    hashes: tuple[bytes, ...]
    tail: bytes

    def only(self, places: Iterable[int]) -> bytes:
        """Return the document with the items at these places alone."""
        return b"".join((self.head, *(self.items[place] for place in places), self.tail))

    def declarations(self) -> bytes:
        """Return the start tags before the items that declare what holds for all of them."""
        return b"".join(tag for tag in _TAG.findall(self.head) if _DECLARING.search(tag))


@dataclass(frozen=True, slots=True)
class ReadItems:
    """The hashes of items that were read before, under which circumstances (`context`)."""

    context: bytes = b""
    hashes: Collection[bytes] = frozenset()

    def to_document(self) -> list[str]:
        """Return the plain form that crosses the worker's pipe."""
        return [self.context.hex(), b"".join(self.hashes).hex()]

    @classmethod
    def from_document(cls, document: Sequence[str]) -> ReadItems:
        """Read the plain form."""
        context, hashes = map(bytes.fromhex, document)
        starts = range(0, len(hashes), HASH_SIZE)
        return cls(context, frozenset(hashes[start : start + HASH_SIZE] for start in starts))


NOTHING = ReadItems()


def cut(text: bytes, known: Collection[bytes] = ()) -> ItemCut | None:
    """Return a document's pieces; ``None`` where it cannot be cut with certainty, or an item is there twice.

    ``text`` is UTF-8 and begins with the root element. What has one of the ``known`` hashes was a piece of a
    document that could be cut, and is not looked through again.
    """
    first = _START.search(text)
    if first is None:
        return None
    end = b"</" + first[1] + b">"
    items: list[bytes] = []
    position = stop = first.start()
    while (start := _START.match(text, position)) and len(items) <= ITEM_LIMIT:
        close = text.find(end, start.end())
        if close < 0 or start[1] != first[1] or start[0].endswith(b"/>") or b"xmlns" in start[0]:
            return None
        stop = close + len(end)
        items.append(text[position:stop])
        following = _INK.search(text, stop)
        position = following.start() if following else len(text)
    head, tail = text[: first.start()], text[stop:]
    hashes = tuple(hashlib.blake2b(item, digest_size=HASH_SIZE).digest() for item in items)
    certain = (
        len(items) <= ITEM_LIMIT
        and len(set(hashes)) == len(hashes)
        and all(shown is not None and not _MARK.search(shown) for shown in (_shown(head), _shown(tail)))
        and all(key in known or _is_one(item, first[1]) for key, item in zip(hashes, items, strict=True))
    )
    return ItemCut(head, tuple(items), hashes, tail) if certain else None


def _is_one(item: bytes, name: bytes) -> bool:
    """Return whether a piece is one item, and ends where that does."""
    shown = _shown(item)
    return shown is not None and shown.count(b"<" + name) == 1 and shown.endswith(b"</" + name + b">")


def _shown(piece: bytes) -> bytes | None:
    """Return a piece without its comments and CDATA sections; ``None`` where one does not end in it.

    A piece begins outside of both, hence the first that begins is one, and hides what is in it.
    """
    if b"<?" in piece:
        return None
    shown, position = [], 0
    while (start := piece.find(b"<!", position)) >= 0:
        if piece.startswith(b"<![CDATA[", start):
            stop = piece.find(b"]]>", start)
        else:
            stop = piece.find(b"-->", start + 4) if piece.startswith(b"<!--", start) else -1
        if stop < 0:
            return None
        shown.append(piece[position:start])
        position = stop + 3
    return b"".join([*shown, piece[position:]])
