"""RSS, RDF and Atom by fastfeedparser: the boundary to that library and its quirks (0.6.5).

- It accepts a URL and would fetch it: only ``bytes`` are passed, which it never takes for one.
- It cuts a document at the first ``<rss`` within 8 KB of junk, be it in a comment, and repairs headers by
  regular expressions: it only gets documents that begin with a plain XML declaration and the root.
- It reads dates without a zone, and with one that it does not know (``WIB``), as UTC, and a date out of
  a guid. Dates as written come from :mod:`functions.fetch.feed_tree`.
- It keeps of a text what stands before the first element, comment or undeclared entity in it, and of
  broken XML what libxml2 makes of it: ``Beras & jagung`` becomes ``Beras  jagung``. The tree tells both.
- It takes the first element of a local name, whatever its namespace: ``media:title`` before ``title`` is the
  title, an ``atom:link`` before ``link`` hides the link. Of Atom's links it takes the first, ``rel=replies``
  too, where no ``rel=alternate`` is written out.
- It keeps one of ``author`` and ``dc:creator``, drops Atom's enclosures and RSS's ``language``, and tells
  neither ``source``, ``rights`` nor ``ttl``.
- It resolves no relative links, knows no ``xml:base`` and sanitises nothing.
- It is quadratic in the attributes of one element: :mod:`functions.fetch.xml_trees` refuses those.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any

import fastfeedparser

from functions.fetch.feed_entry import (
    ENTRY_LIMIT,
    FeedDocument,
    FeedEntry,
    files,
    markup,
    moment,
    plain_names,
    plain_title,
    resolved,
)
from functions.fetch.feed_media import best_picture
from functions.fetch.feed_tree import EMPTY, Details, FeedTree
from functions.fetch.transcoding import UTF8_DECLARATION
from newswire.urls import absolute


def read(text: bytes, base: str, zone: tzinfo, tree: FeedTree) -> FeedDocument:
    """Return the document; raises whatever the library raises on what it cannot read.

    ``text`` is UTF-8 and begins with the root element; ``base`` is what relative links are relative to.
    """
    parsed = fastfeedparser.parse(UTF8_DECLARATION + text, include_media=False, include_enclosures=False)
    found: list[Mapping[str, Any]] = parsed["entries"]
    entries = found[:ENTRY_LIMIT]
    details: Iterable[Details] = tree.items if agrees(tree, found) else (EMPTY,) * len(entries)
    read_entries = (_entry(e, d, base, zone, tree) for e, d in zip(entries, details, strict=True))
    return FeedDocument(
        "feed", tuple(read_entries), tree.pause, entries_dropped=max(0, len(found) - ENTRY_LIMIT)
    )


def agrees(tree: FeedTree, found: list[Any] | tuple[Any, ...]) -> bool:
    """Return whether the tree's items are the entries found, one for one."""
    return len(tree.items) == min(len(found), ENTRY_LIMIT)


def _entry(entry: Mapping[str, Any], details: Details, base: str, zone: tzinfo, tree: FeedTree) -> FeedEntry:
    told = details is not EMPTY
    if details.base:
        base = absolute(base, details.base)
    known = (a.get("name") or "" for a in entry.get("authors", ()) if isinstance(a, dict))
    names = details.authors or tuple(name for name in known if "@" not in name)
    contents = entry.get("content") or ()
    picture = best_picture(details.media)
    return FeedEntry(
        guid=_text(entry, "id"),
        url=resolved(details.link or (None if told and tree.atom else _text(entry, "link")), base),
        title=plain_title(details.title or _text(entry, "title")),
        published=moment(details.published if told else _text(entry, "published"), zone),
        updated=moment(details.updated if told else _text(entry, "updated"), zone),
        authors=plain_names(names),
        categories=plain_names(tag.get("term") for tag in entry.get("tags", ()) if isinstance(tag, dict)),
        summary=markup(_text(entry, "description")),
        content=markup(next((c.get("value") for c in contents if isinstance(c, dict)), None)),
        image=resolved(picture, base),
        language=tree.language,
        rights=details.rights,
        via_title=details.via_title,
        via_url=resolved(details.via_url, base),
        enclosures=files(
            ((one.url, one.type, one.length) for one in details.media if not one.is_thumbnail), base
        ),
    )


def _text(mapping: Mapping[str, Any], key: str) -> str | None:
    value = mapping.get(key)
    return value if isinstance(value, str) and value.strip() else None
