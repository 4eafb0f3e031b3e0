"""The demo's publishers, their stories, and what each of these says at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Literal

from local.demo.story_text import Block, blocks_of

ADDRESS = "127.0.0.1"
IMAGE_SIZE = (960, 540)  # CSS pixels; every illustration has it


@dataclass(frozen=True, slots=True)
class Revision:
    """What a story says from ``published_minutes`` on."""

    published_minutes: int
    summary: str
    text: str


@dataclass(frozen=True, slots=True)
class Retraction:
    """From ``published_minutes`` on a story's page says only this."""

    published_minutes: int
    text: str


@dataclass(frozen=True, slots=True)
class Original:
    """The story of another publisher that a story copies."""

    publisher: str
    slug: str
    url: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The illustration of a story."""

    file: str
    alt: str
    caption: str


@dataclass(frozen=True, slots=True)
class Story:
    """One story file. Some have no author, some no picture."""

    slug: str
    section: str
    title: str
    summary: str
    published_minutes: int
    text: str
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    picture: Picture | None = None
    revision: Revision | None = None
    retraction: Retraction | None = None
    original: Original | None = None


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
    is_withdrawn: bool = False

    @property
    def path(self) -> str:
        """The page's path on its publisher's site."""
        return f"/{self.story.section}/{self.story.slug}"

    @property
    def url(self) -> str:
        """The page's address."""
        return self.publisher.origin + self.path

    @property
    def canonical_url(self) -> str:
        """Where the story belongs: its own page, or the page that it was copied from."""
        return self.story.original.url if self.story.original else self.url

    @property
    def image_url(self) -> str | None:
        """The address of the illustration."""
        picture = self.story.picture
        return None if picture is None else f"{self.publisher.origin}/images/{picture.file}"


def editions(publisher: Publisher, start: datetime, moment: datetime) -> list[Edition]:
    """Return what the publisher has published by ``moment`` of a demo begun at ``start``, newest first."""
    published = [
        _edition(publisher, story, start, moment)
        for story in publisher.stories
        if start + timedelta(minutes=story.published_minutes) <= moment
    ]
    return published[::-1]


def turning_points(publishers: Sequence[Publisher]) -> list[timedelta]:
    """Return when, after the start, a story appears, changes or is withdrawn; in order."""
    stories = [story for publisher in publishers for story in publisher.stories]
    events = [event for story in stories for event in (story, story.revision, story.retraction)]
    minutes = {event.published_minutes for event in events if event is not None}
    return [timedelta(minutes=minute) for minute in sorted(minutes) if minute > 0]


def _edition(publisher: Publisher, story: Story, start: datetime, moment: datetime) -> Edition:
    published = start + timedelta(minutes=story.published_minutes)
    for event in (story.retraction, story.revision):
        changed = None if event is None else start + timedelta(minutes=event.published_minutes)
        if event is None or changed is None or moment < changed:
            continue
        if isinstance(event, Retraction):
            return Edition(publisher, story, "", blocks_of(event.text), published, changed, is_withdrawn=True)
        return Edition(publisher, story, event.summary, blocks_of(event.text), published, changed)
    return Edition(publisher, story, story.summary, blocks_of(story.text), published, published)
