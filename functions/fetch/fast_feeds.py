"""RSS, RDF and Atom by fastfeedparser: the boundary to that library and its quirks.

- It accepts a URL and would fetch it: only ``bytes`` are passed, which it never takes for one.
- It reads dates without a zone, and with one that it does not know (``WIB``), as UTC. The dates
  as written come from :mod:`functions.fetch.feed_tree` instead.
- It keeps one of ``author`` and ``dc:creator``, drops Atom's enclosures and RSS's ``language``, and tells
  neither ``source``, ``rights`` nor ``ttl``.
- It resolves no relative links and sanitises nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

import fastfeedparser

from functions.fetch.feed_entry import ENTRY_LIMIT, FeedDocument, FeedEntry, markup, plain_names, plain_title
from functions.fetch.feed_tree import EMPTY, Details, FeedTree
from newswire.dates import parse_date, to_rfc3339
from newswire.urls import clean_link


def read(body: bytes, base: str, zone: tzinfo, tree: FeedTree) -> FeedDocument:
    """Return the document; raises whatever the library raises on what it cannot read."""
    parsed = fastfeedparser.parse(body)
    entries = parsed["entries"][:ENTRY_LIMIT]
    details = tree.items if len(tree.items) == len(entries) else (EMPTY,) * len(entries)
    read_entries = (_entry(e, d, base, zone, tree.language) for e, d in zip(entries, details, strict=True))
    return FeedDocument("feed", tuple(read_entries), tree.pause)


def _entry(
    entry: Mapping[str, Any], details: Details, base: str, zone: tzinfo, language: str | None
) -> FeedEntry:
    link = _text(entry, "link") or ""
    known = (a.get("name") or "" for a in entry.get("authors", ()) if isinstance(a, dict))
    names = details.authors or tuple(name for name in known if "@" not in name)
    contents = entry.get("content") or ()
    return FeedEntry(
        guid=_text(entry, "id"),
        url=clean_link(link, base) if link else None,
        title=plain_title(_text(entry, "title")),
        published=_date(details.published, _text(entry, "published"), zone),
        updated=_date(details.updated, _text(entry, "updated"), zone),
        authors=plain_names(names),
        categories=plain_names(tag.get("term") for tag in entry.get("tags", ()) if isinstance(tag, dict)),
        summary=markup(_text(entry, "description")),
        content=markup(next((c.get("value") for c in contents if isinstance(c, dict)), None)),
        image=clean_link(details.image, base) if details.image else None,
        language=language,
        rights=details.rights,
        via_title=details.via_title,
    )


def _date(written: str | None, normalised: str | None, zone: tzinfo) -> str | None:
    moment = parse_date(written, zone) if written else None
    if moment is None and normalised:
        moment = parse_date(normalised, zone)
    return to_rfc3339(moment) if moment else None


def _text(mapping: Mapping[str, Any], key: str) -> str | None:
    value = mapping.get(key)
    return value if isinstance(value, str) and value.strip() else None
