"""Sitemaps (sitemaps.org protocol 0.9 with Google's image extension) and their index.

The articles' files are a partitioned series, and each is its own memory.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from functions.publish.carried import Carried
from functions.publish.snapshot import Snapshot
from newswire.dates import to_rfc3339
from newswire.text import xml_text

INDEX_KEY = "sitemap.xml"
SECTIONS_KEY = "sitemap-sections.xml"
MEDIA_TYPE = "application/xml"
# The protocol allows 50,000 rows and 50 MB a file (sitemaps.org, "Sitemap file location and size").
MOST_ROWS = 5000
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_IMAGES = "http://www.google.com/schemas/sitemap-image/1.1"
_LOC, _LASTMOD, _IMAGE_LOC = f"{{{_NAMESPACE}}}loc", f"{{{_NAMESPACE}}}lastmod", f"{{{_IMAGES}}}loc"
_ARTICLE = re.compile(r"/a/[^/]*([a-z2-7]{16})\.html$")


@dataclass(frozen=True, slots=True)
class Row:
    """An address, when its content last changed (RFC 3339) where that is known, and its picture."""

    address: str
    changed: str | None = None
    image: str | None = None


class ArticleSitemaps:
    """The series of the articles' sitemaps."""

    def __init__(self, portal_url: str, most: int = MOST_ROWS) -> None:
        self._portal_url = portal_url
        self.most = most

    def moment(self, listed: str) -> str:
        """Return the moment itself: sitemaps go by UTC, as machines do."""
        return listed

    def keys(self, name: str) -> Sequence[str]:
        """Return the key of a partition's sitemap."""
        return (sitemap_key(name),)

    def lasting(self, memory: Snapshot) -> bool:  # noqa: ARG002 - a series' signature
        """Return that a row says nothing that its article's changes alone would not change."""
        return True

    def ids(self, memory: Snapshot) -> Sequence[str]:
        """Return the ids of the articles in a file."""
        return list(self.rows(memory))

    def named(self, memory: Snapshot) -> Collection[str]:
        """Return all of them: a row is a page."""
        return self.ids(memory)

    def rows(self, memory: Snapshot) -> dict[str, Row]:
        """Return a file's rows by article id, under the portal's present address."""
        rows = rebased(read_rows(memory.body), self._portal_url)
        return {match[1]: row for row in rows if (match := _ARTICLE.search(row.address))}

    def row(self, carried: Carried) -> Row | None:
        """Return an article's row; there is none for what may not be indexed or has no page of ours."""
        entry, terms = carried.entry, carried.terms
        if not terms.has_page or terms.index == "noindex":
            return None
        changed = to_rfc3339(entry.changed.astimezone(UTC))
        # A sitemap names pictures so that they are found
        image = None if entry.noimageindex else entry.image
        return Row(entry.link, changed, image.url if image else None)

    def metadata(self, rows: Mapping[str, Row]) -> Mapping[str, str]:  # noqa: ARG002 - a series' signature
        """Say nothing beside the bytes."""
        return {}

    def memory(self, name: str, rows: Mapping[str, Row], memory: Snapshot) -> bytes:
        """Return the sitemap."""
        return self.outputs(name, rows, memory)[sitemap_key(name)]

    def outputs(
        self,
        name: str,
        rows: Mapping[str, Row],
        memory: Snapshot,  # noqa: ARG002 - a series' signature
        *,
        split: bool = False,
    ) -> Mapping[str, bytes]:
        """Return the sitemap; a file that has to stay without rows names the portal: the schema wants one."""
        listed = sorted(rows.values(), key=lambda row: row.address)
        body = url_set(listed or [Row(f"{self._portal_url}/")])
        return {sitemap_key(name): body + b"<!-- split -->\n" if split else body}


def sitemap_key(name: str) -> str:
    """Return the key of a partition's sitemap."""
    return f"sitemap-{name}.xml"


def url_set(rows: Iterable[Row]) -> bytes:
    """Return a sitemap; the schema wants at least one row."""
    return _document("urlset", "url", rows)


def index(rows: Iterable[Row]) -> bytes:
    """Return a sitemap index."""
    return _document("sitemapindex", "sitemap", rows)


def read_rows(body: bytes) -> list[Row]:
    """Read the rows of a sitemap or index of ours; what is not well-formed has none."""
    try:
        root = ET.fromstring(body)  # noqa: S314 - our own file, written by _document
    except ET.ParseError:
        return []
    texts = ({one.tag: one.text for one in row.iter()} for row in root)
    return [Row(found.get(_LOC) or "", found.get(_LASTMOD), found.get(_IMAGE_LOC)) for found in texts]


def latest(rows: Iterable[Row]) -> str | None:
    """Return the latest change among the rows."""
    return max((row.changed for row in rows if row.changed), default=None)


def rebased(rows: Iterable[Row], portal_url: str) -> list[Row]:
    """Return rows under the portal's present address."""
    here = f"{portal_url}/"
    return [
        row
        if row.address.startswith(here)
        else replace(row, address=f"{portal_url}{urlsplit(row.address).path}")
        for row in rows
    ]


def _document(root: str, element: str, rows: Iterable[Row]) -> bytes:
    listed = list(rows)
    pictured = f' xmlns:image="{_IMAGES}"' if any(row.image for row in listed) else ""
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}"{pictured}>']
    for row in listed:
        lastmod = f"<lastmod>{row.changed}</lastmod>" if row.changed else ""
        image = f"<image:image><image:loc>{_text(row.image)}</image:loc></image:image>" if row.image else ""
        lines.append(f"<{element}><loc>{_text(row.address)}</loc>{lastmod}{image}</{element}>")
    return ("\n".join([*lines, f"</{root}>"]) + "\n").encode()


def _text(value: str) -> str:
    return escape(xml_text(value))
