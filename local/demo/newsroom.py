"""The demo's publishers and their stories, as the files under ``publishers/`` tell them.

A folder is a publisher: ``publisher.toml``, ``logo.svg``, ``style.css``, four templates
(``shell``, ``article``, ``teaser``, ``about``), ``articles/<slug>.toml`` and ``images/``. A story's
times are minutes from the start of the demo; negative ones lie before it. A story with
``[revision]`` changes at that table's ``published_minutes``: its keys replace the story's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Literal

PUBLISHERS = Path(__file__).parent / "publishers"
ADDRESS = "127.0.0.1"
IMAGE_SIZE = (960, 540)  # CSS pixels; every illustration has it


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph or subheading of a story; plain text."""

    kind: Literal["paragraph", "heading"]
    text: str


@dataclass(frozen=True, slots=True)
class Revision:
    """What a story says from ``published_minutes`` on."""

    published_minutes: int
    summary: str
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """One story file."""

    slug: str
    section: str
    title: str
    summary: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    published_minutes: int
    image: str
    alt: str
    caption: str
    text: str
    revision: Revision | None


@dataclass(frozen=True, slots=True)
class PartnerStory:
    """A story of another publisher that this publisher's feed carries too."""

    publisher: str
    slug: str
    summary: str
    link_parameters: str


@dataclass(frozen=True, slots=True)
class Publisher:
    """One invented news site. ``stories`` are in the order of their first publication."""

    id: str
    name: str
    tagline: str
    language: Literal["id", "en"]
    zone: timezone
    port: int
    about_path: str
    closed_path: str
    feed_format: Literal["rss", "atom", "json"]
    feed_path: str
    sections: dict[str, str]
    partner_stories: tuple[PartnerStory, ...]
    stories: tuple[Story, ...]
    folder: Path

    @property
    def authority(self) -> str:
        """``host:port``; RFC 6761 section 6.3 keeps ``.localhost`` names on this machine."""
        return f"{self.id}.localhost:{self.port}"

    @property
    def origin(self) -> str:
        """The homepage's address without a trailing slash."""
        return f"http://{self.authority}"


@dataclass(frozen=True, slots=True)
class Edition:
    """A story as its page shows it at one moment; ``updated`` equals ``published`` until a revision."""

    publisher: Publisher
    story: Story
    summary: str
    blocks: tuple[Block, ...]
    published: datetime
    updated: datetime

    @property
    def path(self) -> str:
        """The page's path on its publisher's site."""
        return f"/{self.story.section}/{self.story.slug}"

    @property
    def url(self) -> str:
        """The page's address."""
        return self.publisher.origin + self.path

    @property
    def image_url(self) -> str:
        """The address of the illustration."""
        return f"{self.publisher.origin}/images/{self.story.image}"


def load_publishers(port_shift: int = 0) -> tuple[Publisher, ...]:
    """Read all publishers, by port; ``port_shift`` is added to every port of the files."""
    folders = (path.parent for path in PUBLISHERS.glob("*/publisher.toml"))
    publishers = [_publisher(folder, port_shift) for folder in folders]
    return tuple(sorted(publishers, key=lambda publisher: publisher.port))


def editions(publisher: Publisher, start: datetime, moment: datetime) -> list[Edition]:
    """Return what the publisher has published by ``moment`` of a demo begun at ``start``, newest first."""
    published = [
        _edition(publisher, story, start, moment)
        for story in publisher.stories
        if start + timedelta(minutes=story.published_minutes) <= moment
    ]
    return published[::-1]


def turning_points(publishers: Sequence[Publisher]) -> list[timedelta]:
    """Return when, after the start, a story appears or changes; in order."""
    stories = [story for publisher in publishers for story in publisher.stories]
    minutes = {story.published_minutes for story in stories}
    minutes |= {story.revision.published_minutes for story in stories if story.revision}
    return [timedelta(minutes=minute) for minute in sorted(minutes) if minute > 0]


def _edition(publisher: Publisher, story: Story, start: datetime, moment: datetime) -> Edition:
    published = start + timedelta(minutes=story.published_minutes)
    revision = story.revision
    if revision is not None:
        updated = start + timedelta(minutes=revision.published_minutes)
        if updated <= moment:
            return Edition(publisher, story, revision.summary, _blocks(revision.text), published, updated)
    return Edition(publisher, story, story.summary, _blocks(story.text), published, published)


def _blocks(text: str) -> tuple[Block, ...]:
    pieces = [piece.strip() for piece in text.split("\n\n")]
    return tuple(
        Block("heading", piece.removeprefix("## ")) if piece.startswith("## ") else Block("paragraph", piece)
        for piece in pieces
        if piece
    )


def _publisher(folder: Path, port_shift: int) -> Publisher:
    table = _toml(folder / "publisher.toml")
    feed = table.pop("feed")
    hours = table.pop("utc_offset_hours")
    partner_stories = tuple(PartnerStory(**story) for story in table.pop("partner_stories", []))
    stories = [_story(path) for path in folder.glob("articles/*.toml")]
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


def _story(path: Path) -> Story:
    table = _toml(path)
    revision = table.pop("revision", None)
    for key in ("authors", "tags"):
        table[key] = tuple(table[key])
    return Story(**table, slug=path.stem, revision=None if revision is None else Revision(**revision))


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
