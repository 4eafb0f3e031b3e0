"""A portal's site made anew by feedgen and Pelican: ``python -m benchmarks.peers_of_publish``.

Runs by the peers' own Python, without anything of Newswire. The articles come from standard input as JSON:
`title`, `slug`, `owner`, `category`, `listed`, `html`, `summary`. Each is written as a content file; then
Pelican makes the site in its usual way with its default theme, and feedgen the portal's RSS and Atom feed of
the newest fifty. The last line that goes out is JSON: seconds of wall time and of CPU, imports left out, and
files and bytes of the output.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from feedgen.feed import FeedGenerator
from pelican import Pelican
from pelican.settings import read_settings

NEWEST = 50
SITE = "https://kabar.example"
_CONTENT = """\
<html><head><title>{title}</title><meta name="date" content="{listed}"><meta name="slug" content="{slug}">
<meta name="category" content="{category}"><meta name="authors" content="{owner}">
<meta name="summary" content="{summary}"></head><body>{html}</body></html>
"""


def main() -> None:
    """Read the articles, make the site once, and say what that took."""
    logging.disable(logging.WARNING)
    articles: list[dict[str, str]] = json.load(sys.stdin)
    with TemporaryDirectory() as folder:
        content, output = Path(folder) / "content", Path(folder) / "output"
        content.mkdir()
        output.mkdir()
        wall, cpu = time.perf_counter(), time.process_time()
        for one in articles:
            words = {name: value if name == "html" else escape(value) for name, value in one.items()}
            (content / f"{one['slug']}.html").write_text(_CONTENT.format(**words), encoding="utf-8")
        _pages(content, output)
        _feeds(articles, output)
        spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        files = [path for path in output.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
    print(json.dumps({**spent, "files": len(files), "bytes": size}))


def _pages(content: Path, output: Path) -> None:
    settings: dict[str, Any] = {
        "PATH": str(content),
        "OUTPUT_PATH": str(output),
        "SITEURL": SITE,
        "SITENAME": "Kabar Nusantara",
        "TIMEZONE": "Asia/Jakarta",
        "DEFAULT_LANG": "id",
        "DEFAULT_PAGINATION": NEWEST,
        "FEED_ALL_ATOM": None,
        "CATEGORY_FEED_ATOM": "feeds/{slug}.atom.xml",
        "CACHE_CONTENT": False,
    }
    Pelican(read_settings(override=settings)).run()


def _feeds(articles: Sequence[dict[str, str]], output: Path) -> None:
    feed = FeedGenerator()
    feed.id(f"{SITE}/")
    feed.title("Kabar Nusantara")
    feed.link(href=f"{SITE}/", rel="alternate")
    feed.description("Berita tepercaya dari seluruh Nusantara")
    for one in sorted(articles, key=lambda article: article["listed"])[-NEWEST:]:
        entry, address = feed.add_entry(), f"{SITE}/{one['slug']}.html"
        entry.id(address)
        entry.title(one["title"])
        entry.link(href=address)
        entry.author(name=one["owner"])
        entry.published(datetime.fromisoformat(one["listed"]))
        entry.updated(datetime.fromisoformat(one["listed"]))
        entry.summary(one["summary"])
        entry.content(one["html"], type="html")
    feed.rss_file(str(output / "feed.xml"))
    feed.atom_file(str(output / "atom.xml"))


if __name__ == "__main__":
    main()
