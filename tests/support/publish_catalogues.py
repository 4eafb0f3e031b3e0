"""The portal of the publish stage's tests, and its publishers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from newswire.sources import Catalogue, Portal, Source


def portal(**changes: Any) -> Portal:
    """Return the portal of most tests."""
    return replace(
        Portal(
            name="Kabar Nusantara",
            url="https://kabar.example",
            tagline="Berita tepercaya dari seluruh Nusantara",
            language="id",
            timezone="Asia/Jakarta",
            contact="redaksi@kabar.example",
            dateline="kabar.example",
            google_news="https://news.google.com/publications/kabar-nusantara",
        ),
        **changes,
    )


def source(source_id: str, **changes: Any) -> Source:
    """Return a source that lets us do everything."""
    return replace(
        Source(
            id=source_id,
            name=source_id.title(),
            homepage=f"https://www.{source_id}.example",
            hosts=(),
            feeds=(f"https://www.{source_id}.example/rss.xml",),
            category="nasional",
            language="id",
            display="full",
            full_text_for=None,
            index="index",
            images="remote",
            others="link",
            interval=timedelta(minutes=15),
            backfill=timedelta(hours=72),
            request_gap=timedelta(seconds=1),
        ),
        **changes,
    )


def catalogue(*sources: Source, **changes: Any) -> Catalogue:
    """Return a catalogue of a full, an excerpt and a link publisher, or of the given ones."""
    own = sources or (
        source("harian"),
        source("warta", display="excerpt", index="noindex-news", category="ekonomi"),
        source("tribune", name="The Tribune", display="link", language="en", category="dunia"),
    )
    categories = {"nasional": "Nasional", "ekonomi": "Ekonomi", "dunia": "Dunia"}
    return Catalogue(portal(**changes), categories, own)
