"""The demo's publishers and their stories, as the files under ``publishers/`` tell them.

A folder is a publisher: ``publisher.toml``, ``logo.svg``, ``style.css``, four templates
(``shell``, ``article``, ``teaser``, ``about``), ``articles/<slug>.toml`` and ``images/``. A story's
times are minutes from the start of the demo; negative ones lie before it. A story with
``[revision]`` changes at that table's ``published_minutes``: its keys replace the story's. One with
``[retraction]`` is withdrawn at that table's: its page becomes a notice and the feed drops it. One with
``[original]`` copies the text of another publisher's story and says so.
"""

from __future__ import annotations

import tomllib
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

from local.demo.newsroom import Original, PartnerStory, Picture, Publisher, Retraction, Revision, Story

PUBLISHERS = Path(__file__).parent / "publishers"


def load_publishers(port_shift: int = 0) -> tuple[Publisher, ...]:
    """Read all publishers, by port; ``port_shift`` is added to every port of the files."""
    folders = (path.parent for path in PUBLISHERS.glob("*/publisher.toml"))
    publishers = [_publisher(folder, port_shift) for folder in folders]
    return tuple(sorted(publishers, key=lambda publisher: publisher.port))


def _publisher(folder: Path, port_shift: int) -> Publisher:
    table = _toml(folder / "publisher.toml")
    feed = table.pop("feed")
    hours = table.pop("utc_offset_hours")
    partner_stories = tuple(PartnerStory(**story) for story in table.pop("partner_stories", []))
    stories = [_story(path, port_shift) for path in folder.glob("articles/*.toml")]
    return Publisher(
        **table
        | {
            "id": folder.name,
            "port": table["port"] + port_shift,
            "zone": timezone(timedelta(hours=hours), table["zone"]),
            "feed_format": feed["format"],
            "feed_path": feed["path"],
            "partner_stories": partner_stories,
            "stories": tuple(sorted(stories, key=lambda story: story.published_minutes)),
            "folder": folder,
        }
    )


def _story(path: Path, port_shift: int) -> Story:
    table = _toml(path)
    parts: dict[str, type] = {"picture": Picture, "revision": Revision, "retraction": Retraction}
    table |= {name: kind(**table[name]) for name, kind in parts.items() if name in table}
    table |= {name: tuple(table[name]) for name in ("authors", "tags") if name in table}
    if "original" in table:
        table |= _copied(**table["original"], port_shift=port_shift)
    return Story(**table, slug=path.stem)


def _copied(publisher: str, slug: str, port_shift: int) -> dict[str, Any]:
    """Return the text of another publisher's story, and where that stands."""
    folder = PUBLISHERS / publisher
    story, port = _toml(folder / "articles" / f"{slug}.toml"), _toml(folder / "publisher.toml")["port"]
    url = f"http://{publisher}.localhost:{port + port_shift}/{story['section']}/{slug}"
    return {"text": story["text"], "original": Original(publisher, slug, url)}


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
