"""Small pages of one article, and what is read from their metadata."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from functions.extract.landmarks import read_landmarks
from functions.extract.metadata import PageMetadata, read_metadata
from functions.extract.page_tree import parse_page
from functions.extract.publisher_zone import KnownZones

URL = "https://www.kabar.example/nasional/2025/06/02/harga-beras-turun"
UNKNOWN = KnownZones()

UNDATED = "https://kabar.example/a"  # an address without a date


def read(
    head: str = "",
    body: str = "",
    *,
    url: str = URL,
    zones: KnownZones = UNKNOWN,
    lang: str = "",
    now: datetime | None = None,
) -> PageMetadata:
    """Return the metadata of a page with this head and body."""
    root = f'<html lang="{lang}">' if lang else "<html>"
    page = parse_page(f"{root}<head>{head}</head><body>{body}</body></html>".encode())
    assert page is not None
    return read_metadata(read_landmarks(page, lambda: True), url, zones, now=now)


def json_ld(*nodes: Any) -> str:
    """Return a script with these nodes."""
    return script(json.dumps(nodes[0] if len(nodes) == 1 else list(nodes)))


def script(source: str) -> str:
    """Return a script of JSON-LD."""
    return f'<script type="application/ld+json">{source}</script>'


def article(**properties: Any) -> dict[str, Any]:
    """Return a node of an article."""
    return {"@context": "https://schema.org", "@type": "NewsArticle", **properties}


def published(stated: str, **options: object) -> str | None:
    """Return the date of a page without one in its address that states this one; options as of `read`."""
    head = f'<meta property="article:published_time" content="{stated}">'
    return read(head, str(options.pop("body", "")), url=UNDATED, **options).published  # type: ignore[arg-type]
