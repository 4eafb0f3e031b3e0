"""A feed's text cut into its items without parsing it, so that items that were read before can be left out.

Cut is only what cannot be mistaken: items that follow each other with nothing but white space between, no
comment or instruction in them, every CDATA section closed where it was opened. Anything else is read whole.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

ITEM_LIMIT = 2000
"""Items of a document that is cut; a longer one is read whole."""

HASH_SIZE = 8  # bytes

_START = re.compile(rb"<(item|entry)(?:\s[^<>]*)?>")
_MARK = re.compile(rb"</?(?:item|entry)[\s/>]")
_INK = re.compile(rb"\S")
# Where namespaces, bases and languages are declared: what an item means depends on them.
_DECLARING = re.compile(rb"<[^<>]*\sxml[:n][^<>]*>")


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
        return b"".join(_DECLARING.findall(self.head))


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


def cut(text: bytes) -> ItemCut | None:
    """Return a document's pieces; ``None`` where it cannot be cut with certainty, or an item is there twice.

    ``text`` is UTF-8 and begins with the root element.
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
        and not any(_MARK.search(piece) for piece in (head, tail))
        and all(_is_closed(piece) for piece in (head, tail))
        and all(_is_one(item, first[1]) for item in items)
    )
    return ItemCut(head, tuple(items), hashes, tail) if certain else None


def _is_one(item: bytes, name: bytes) -> bool:
    return item.count(b"<" + name) == 1 and b"<!--" not in item and _is_closed(item)


def _is_closed(piece: bytes) -> bool:
    """Return whether nothing begins in a piece that could end in another and hide what is between."""
    return (
        piece.count(b"<![CDATA[") == piece.count(b"]]>")
        and piece.count(b"<!--") == piece.count(b"-->")
        and b"<?" not in piece
    )
