"""Sitemaps (sitemaps.org protocol 0.9): an index and one file for each UTC day of ``listed``.

A day's file is its own memory: a publish run replaces the rows of the articles that it is about and
takes over the others, so that its cost does not depend on the day's size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from functions.publish.entries import Entry
from functions.publish.rights import Terms
from newswire.dates import to_rfc3339

INDEX_KEY = "sitemap.xml"
SECTIONS_KEY = "sitemap-sections.xml"
MEDIA_TYPE = "application/xml"
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_ARTICLE = re.compile(r"/a/[^/]*([a-z2-7]{16})\.html$")


@dataclass(frozen=True, slots=True)
class Row:
    """An address and when its content last changed (RFC 3339), where that is known."""

    address: str
    changed: str | None = None


def day_key(day: str) -> str:
    """Return the key of a day's sitemap."""
    return f"sitemap-{day}.xml"


def row_for(entry: Entry, terms: Terms) -> Row | None:
    """Return an article's row; there is none for what may not be indexed or has no page of ours."""
    if not terms.has_page or terms.index == "noindex":
        return None
    return Row(entry.link, to_rfc3339(entry.changed.astimezone(UTC)))


def with_rows(existing: Iterable[Row], changed: Mapping[str, Row | None]) -> list[Row]:
    """Return the day's rows after those of the ``changed`` articles (by id) have been replaced."""
    rows = {_article_id(row): row for row in existing}
    for article_id, row in changed.items():
        rows.pop(article_id, None)
        if row is not None:
            rows[article_id] = row
    return sorted(rows.values(), key=lambda row: row.address)


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
    tag = f"{{{_NAMESPACE}}}"
    return [Row(row.findtext(f"{tag}loc", ""), row.findtext(f"{tag}lastmod")) for row in root]


def latest(rows: Iterable[Row]) -> str | None:
    """Return the latest change among the rows."""
    return max((row.changed for row in rows if row.changed), default=None)


def article_rows(rows: Iterable[Row]) -> list[Row]:
    """Return the rows that are articles."""
    return [row for row in rows if _ARTICLE.search(row.address)]


def _article_id(row: Row) -> str:
    match = _ARTICLE.search(row.address)
    return match[1] if match else row.address


def _document(root: str, element: str, rows: Iterable[Row]) -> bytes:
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">']
    for row in rows:
        lastmod = f"<lastmod>{row.changed}</lastmod>" if row.changed else ""
        lines.append(f"<{element}><loc>{escape(row.address)}</loc>{lastmod}</{element}>")
    return ("\n".join([*lines, f"</{root}>"]) + "\n").encode()
