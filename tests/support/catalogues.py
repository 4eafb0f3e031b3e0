"""A ``sources.yaml`` for tests, as text and as the catalogue that it describes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from newswire.sources import Catalogue, Source
from newswire.sources_file import load_catalogue

PORTAL = """\
portal:
  name: Kabar Nusantara
  url: https://portal.example
  tagline: Kabar dari banyak sumber
  language: id
  timezone: Asia/Jakarta
  contact: redaksi@portal.example
categories: {nasional: Nasional, ekonomi: Ekonomi}
"""
SOURCE = """\
sources:
  - id: kabar
    name: Kabar
    homepage: https://kabar.example
    feeds: [https://kabar.example/rss]
    category: nasional
"""
SOURCES_YAML = PORTAL + SOURCE


def source(**changes: Any) -> Source:
    """Return one valid source without a pause between requests, changed as told."""
    return replace(load_catalogue(SOURCES_YAML).sources[0], **{"request_gap": timedelta(0), **changes})


def catalogue(*sources: Source) -> Catalogue:
    """Return a catalogue of these sources."""
    return replace(load_catalogue(SOURCES_YAML), sources=sources)
