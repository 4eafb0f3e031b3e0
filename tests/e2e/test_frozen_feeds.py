"""Real feeds, where they lie beside the project, against both parsers; they are never part of it."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import fastfeedparser
import feedparser
import pytest

from functions.fetch.feed_documents import parse
from functions.fetch.feed_entry import ENTRY_LIMIT, FeedDocument, NotAFeed
from newswire.urls import clean_link, without_tracking

WEB = Path(__file__).resolve().parents[3] / "shared" / "newsweb"
pytestmark = pytest.mark.skipif(not WEB.is_dir(), reason="REAL FEEDS NOT TESTED: no ../shared/newsweb here")
SAME_LINKS = 0.995  # of the entries; the rest is where the libraries disagree, too


@dataclass(frozen=True, slots=True)
class Reading:
    """One feed as we read it, and the links that the two libraries find, position by position."""

    entry: dict[str, Any]
    ours: FeedDocument | None
    tolerant: list[str | None]
    fast: list[str | None]

    @property
    def reference(self) -> list[str | None]:
        """Return the links of the library that finds more entries, feedparser's where they are as many."""
        return self.fast if len(self.fast) > len(self.tolerant) else self.tolerant


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    manifest = json.loads((WEB / "manifest.json").read_text(encoding="utf-8"))["entries"]
    return [_read(entry) for entry in manifest if entry["kind"] in ("feed", "sitemap")]


def _read(entry: dict[str, Any]) -> Reading:
    body, base = gzip.decompress((WEB / entry["file"]).read_bytes()), entry["url"]
    try:
        ours = parse(body, entry["content_type"], base, "Asia/Jakarta")
    except NotAFeed:
        ours = None
    headers = {"content-type": entry["content_type"], "content-location": base}
    tolerant = feedparser.parse(BytesIO(body), response_headers=headers, sanitize_html=False).entries
    try:
        fast = fastfeedparser.parse(body)["entries"]
    except Exception:  # noqa: BLE001 - it raises on what it does not read, sitemaps among them
        fast = []
    return Reading(entry, ours, [_link(one, base) for one in tolerant], [_link(one, base) for one in fast])


def _link(entry: Any, base: str) -> str | None:
    link = entry.get("link")
    return clean_link(link, base) if isinstance(link, str) and link else None


def test_every_feed_gives_at_least_as_many_entries_as_either_library_finds(readings: list[Reading]) -> None:
    fewer = {
        one.entry["file"]: (found, len(one.tolerant), len(one.fast))
        for one in readings
        if (found := len(one.ours.entries) if one.ours else 0)
        < min(ENTRY_LIMIT, max(len(one.tolerant), len(one.fast)))
    }
    assert len(readings) > 350
    assert fewer == {}


def test_what_is_no_feed_to_us_is_none_to_either_library(readings: list[Reading]) -> None:
    refused = [one.entry["file"] for one in readings if one.ours is None and (one.tolerant or one.fast)]
    assert refused == []


def test_links_are_those_of_the_library_that_finds_more(readings: list[Reading]) -> None:
    pairs = [
        (mine.url, theirs)
        for one in readings
        if one.ours is not None
        for mine, theirs in zip(one.ours.entries, one.reference, strict=False)
    ]
    same = sum(mine == theirs for mine, theirs in pairs)
    assert len(pairs) > 3500
    assert same / len(pairs) >= SAME_LINKS


def test_every_link_of_the_bridge_feeds_is_found(readings: list[Reading]) -> None:
    bridges = [one for one in readings if one.entry["set"] in ("bridge", "bare")]
    missing = []
    for one in bridges:
        entries = one.ours.entries if one.ours else ()
        links = {without_tracking(entry.url) for entry in entries if entry.url}
        gold = (clean_link(link) or "" for link in one.entry["gold"]["links"])
        missing += [link for link in gold if without_tracking(link) not in links]
    assert len(bridges) > 80
    assert missing == []
