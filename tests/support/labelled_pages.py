"""A frozen web of our own pages, as small as it can be, for the benchmarks of extract."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from benchmarks.newsweb import LabelledPage

SENTENCE = "Harga beras di pasar turun lima persen pekan ini, kata pedagang yang ditemui di Jakarta. "
PAGE = f"""<!doctype html><html lang="id"><head><title>Harga beras turun</title>
<meta property="og:title" content="Harga beras turun"><meta name="author" content="Siti Aminah">
<meta property="article:published_time" content="2026-01-05T08:00:00+07:00"></head>
<body><article><h1>Harga beras turun</h1>{f"<p>{SENTENCE * 3}</p>" * 5}</article></body>
</html>"""
SCORE = """
def key(url):
    return url.removesuffix("/")

def grade(article, gold):
    marks = {"text": float(article.get("text", "") != "")}
    return marks | ({"title": float(article.get("title") == gold["title"])} if "title" in gold else {})
"""


def page(*groups: str, url: str = "https://kabar.example/beras", file: Path = Path()) -> LabelledPage:
    """Return a labelled page of these groups, or of all."""
    return LabelledPage(url, "own", groups or ("all",), "id", "text/html; charset=utf-8", file, {})


def frozen_web(folder: Path) -> Path:
    """Write two labelled pages, one snapshot and one page that no feed links to; return the folder."""
    (folder / "score.py").write_text(SCORE, encoding="utf-8")
    (folder / "page.gz").write_bytes(gzip.compress(PAGE.encode()))
    gold = {"title": "Harga beras turun", "level": "human"}
    entries: list[dict[str, Any]] = [
        {"kind": "feed", "set": "bridge", "gold": {"links": [f"https://k.example/{n}" for n in (1, 2, 3)]}},
        _entry("https://k.example/1", "indonesian", gold),
        _entry("https://k.example/2/", "fundus", {**gold, "title": "Lain"}),
        _entry("https://k.example/3", "fundus", {**gold, "level": "snapshot"}),
        _entry("https://k.example/4", "fundus", gold),
    ]
    (folder / "manifest.json").write_text(json.dumps({"entries": entries}), encoding="utf-8")
    return folder


def _entry(url: str, subset: str, gold: dict[str, str]) -> dict[str, Any]:
    named = {"url": url, "set": subset, "lang": None, "content_type": "text/html; charset=utf-8"}
    return {"kind": "page", "file": "page.gz", "gold": gold, **named}
