"""OPML outlines, and what an import makes of them."""

from __future__ import annotations

from pathlib import Path

from local.sources import importing
from local.sources.importing import Imported
from local.sources.opml_parser import Opml, Outline
from local.sources.sources_text import SourcesText
from newswire.sources_file import load_catalogue


def feed(url: str, title: str = "", line: int = 1, **more: str) -> Outline:
    return Outline(line, url, title, **more)


def opml(*outlines: Outline) -> Opml:
    return Opml("Berita Kita", list(outlines))


def into(text: str, *outlines: Outline) -> Imported:
    file = SourcesText(Path("sources.yaml"), text, load_catalogue(text))
    return importing.into(file, opml(*outlines))
