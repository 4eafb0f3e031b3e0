"""What stands before the root element (XML 1.0 section 2.8): one linear look, before any parser.

Every parser is handed the root element and what follows it, and nothing of the prolog: no stylesheet
instruction, no document type, no declaration of an entity reaches one. A document whose type has an
internal subset is refused whole, because its text may mean what only the subset says; one that only
names an external DTD (RSS 0.91) is read without it, and the DTD is never fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from functions.fetch.feed_entry import NotAFeed

OWN_ENTITIES = "declares its own entities (DTD internal subset)"
_JUNK = 8192  # bytes before the root that a server's own messages may take

_MARKUP = re.compile(rb"<[!?a-zA-Z_]")
_NAME = re.compile(rb"[a-zA-Z_][\w.-]{0,99}(?::[\w.-]{1,100})?")
_DECLARED = re.compile(rb"<!\s*+([a-zA-Z]++)")
# Where a document type ends, where its subset begins, and the quotes that hide both.
_OF_DOCTYPE = re.compile(rb"""[\[>"']""")
_SUBSET_ONLY = (b"entity", b"attlist", b"element", b"notation")
_SUBSET = re.compile(rb"<!\s*+(?:doctype[^>\[]*+\[|entity)", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:rss|feed|(?:\w{1,20}:)?rdf|urlset|sitemapindex)[\s>:]|<\?xml\s", re.IGNORECASE)
_KNOWN = {"rss", "feed", "rdf", "urlset", "sitemapindex", "html"}


@dataclass(frozen=True, slots=True)
class Prolog:
    """Where the root element begins, its local name in lower case, and the document type's name.

    ``root`` is "" where there is none.
    """

    root: str
    start: int
    doctype: str = ""


def read_prolog(text: bytes) -> Prolog:
    """Return what is before the root; raise :class:`NotAFeed` where entities are declared there."""
    prolog = _read(text, 0)
    if prolog.root in _KNOWN:
        return prolog
    # A server's warning, a fragment of a page: what follows it within reach may be the document.
    later = _ROOT.search(text, 0, _JUNK)
    if later is None:
        return prolog
    if _SUBSET.search(text, 0, later.start()):
        raise NotAFeed(OWN_ENTITIES)
    found = _read(text, later.start())
    return found if found.root in _KNOWN else prolog


def _read(text: bytes, position: int) -> Prolog:
    doctype = ""
    while markup := _MARKUP.search(text, position):
        position = markup.start()
        if text.startswith(b"<!--", position):
            position = _after(text, b"-->", position + 4)
        elif text.startswith(b"<?", position):
            position = _after(text, b"?>", position + 2)
        elif text.startswith(b"<!", position):
            declared, position = _declaration(text, position)
            doctype = doctype or declared
        else:
            name = _NAME.match(text, position + 1)
            return Prolog(_local(name[0]) if name else "", position, doctype)
    return Prolog("", len(text), doctype)


def _declaration(text: bytes, start: int) -> tuple[str, int]:
    """Return a document type's name and where it ends; ("", end) for a declaration of another kind."""
    found = _DECLARED.match(text, start)
    kind = found[1].lower() if found else b""
    if kind.startswith(_SUBSET_ONLY):
        raise NotAFeed(OWN_ENTITIES)
    if not found or not kind.startswith(b"doctype"):
        return "", _after(text, b">", start + 2)
    position = found.end()
    while part := _OF_DOCTYPE.search(text, position):
        if part[0] == b"[":
            raise NotAFeed(OWN_ENTITIES)
        position = part.end()
        if part[0] == b">":
            name = _NAME.match(text[found.end() : position].lstrip())
            return _local(name[0]) if name else "", position
        position = _after(text, part[0], position)
    raise NotAFeed("a document type declaration without an end")


def _after(text: bytes, end: bytes, position: int) -> int:
    found = text.find(end, position)
    return len(text) if found < 0 else found + len(end)


def _local(name: bytes) -> str:
    return name.decode("ascii", "replace").rpartition(":")[2].lower()
