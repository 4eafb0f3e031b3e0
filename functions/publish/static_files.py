"""The files that every page or feed needs, under names that change with their content."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from newswire.sources import Catalogue

FOLDER = Path(__file__).parent / "static"
STYLE = "newswire.css"
ICON = "newswire.svg"
FEED_STYLE = "feed.css"
THEME = "theme.js"
SCRIPT = "newswire.js"
SEARCH_SCRIPT = "search.js"
_SCRIPT_TYPE = "text/javascript; charset=utf-8"
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".js": _SCRIPT_TYPE,
}
# In the order in which they name each other
_SEARCH_MODULES = ("folding.js", "articles.js", "page.js")
_MODULE_WORDS = re.compile(rb"^import .*;\n|^export ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is published; ``key`` holds a hash of ``body``, so that it may be kept for ever."""

    key: str
    body: bytes
    media_type: str


def static_files() -> dict[str, StaticFile]:
    """Return the static files by their plain names."""
    files = {name: _static_file(FOLDER / name) for name in (STYLE, ICON, FEED_STYLE, THEME, SCRIPT)}
    return {**files, SEARCH_SCRIPT: hashed(SEARCH_SCRIPT, _search_script(), _SCRIPT_TYPE)}


def _search_script() -> bytes:
    """Return the modules of search as one: a browser asks for one file, and knows its name beforehand."""
    modules = [(FOLDER / "search" / name).read_bytes() for name in _SEARCH_MODULES]
    return b"\n".join(_MODULE_WORDS.sub(b"", module) for module in modules)


def _static_file(path: Path) -> StaticFile:
    return hashed(path.name, path.read_bytes(), _MEDIA_TYPES[path.suffix])


def hashed(name: str, body: bytes, media_type: str) -> StaticFile:
    """Return a file as it is published: its name with a hash of its bytes in it."""
    stem, _, suffix = name.rpartition(".")
    return StaticFile(f"static/{stem}.{hashlib.sha256(body).hexdigest()[:12]}.{suffix}", body, media_type)


def edition(catalogue: Catalogue, *folders: Path, own: object = None) -> str:
    """Return digests of what renders, of the program in these folders and, after a hyphen, of the catalogue.

    ``own`` are the operator's files; of everything, ``repr`` has to tell what it holds.
    """
    digest = hashlib.sha256()
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if path.suffix in {".py", ".html", ".xml", ".txt", ".css", ".svg", ".js"}:
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{digest.hexdigest()[:16]}-{hashlib.sha256(repr((catalogue, own)).encode()).hexdigest()[:16]}"
