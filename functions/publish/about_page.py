"""The about page, which is its own memory of what was looked up for it: days, and how feeds do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from functions.publish.feed_health import CAUSES, KINDS, FeedHealth
from functions.publish.feed_reports import Healths
from functions.publish.health_words import told
from functions.publish.look import Look
from newswire.feed_keys import parent_tag
from newswire.http_client import user_agent
from newswire.sources import Source

ABOUT_PAGE = "about.html"
ROBOTS_TOKEN = "Newswire"  # noqa: S105 - the name under which robots.txt addresses us
_CARRIED = re.compile(r'id="carried-([a-z0-9-]+)" datetime="(\d{4}-\d\d-\d\d)"')
_HEALTH = re.compile(r'id="health-([a-z0-9-]+)" data-feeds="([^"]*)"')
_MARK = re.compile(r"([a-z2-7]{10})=([a-z]+)/(\d{4}-\d\d-\d\d)?/([a-z_]*)/(\d{3})?")


@dataclass(frozen=True, slots=True)
class AboutFacts:
    """What the page tells that does not follow from the catalogue.

    ``carried`` has the day (``YYYY-MM-DD`` by the portal's clock) under which each source was last carried,
    where there is one; ``health`` how its feeds do, where that was looked up.
    """

    carried: Mapping[str, str | None] = field(default_factory=dict)
    health: Healths = field(default_factory=dict)

    @classmethod
    def told_by(cls, body: bytes) -> AboutFacts:
        """Return what a page of ours tells."""
        page = body.decode()
        return cls(
            dict(_CARRIED.findall(page)),
            {source: _marked(marks) for source, marks in _HEALTH.findall(page)},
        )


def about_page(look: Look, facts: AboutFacts) -> bytes:
    """Return who carries whom, under which rights, how that goes, and how to be left out."""
    portal, sources = look.portal, look.catalogue.sources
    feeds = {one.id: _feeds(one, facts.health.get(one.id, {})) for one in sources if one.enabled}
    return look.page(
        "about.html",
        ABOUT_PAGE,
        title=look.words.about,
        description=look.words.about_lead.format(portal=portal.name),
        sources=sources,
        carried=facts.carried,
        health={one: told(known, look.words, look.calendar) for one, known in feeds.items() if known},
        marks={one: _marks(known) for one, known in feeds.items()},
        robots_token=ROBOTS_TOKEN,
        user_agent=user_agent(portal.url),
        contact_link=portal.contact if "://" in portal.contact else f"mailto:{portal.contact}",
    )


def _feeds(source: Source, health: Mapping[str, FeedHealth]) -> dict[str, FeedHealth]:
    """Return by URL how those of a source's feeds do of which it is known."""
    return {url: health[parent_tag(url)] for url in source.feeds if parent_tag(url) in health}


def _marks(feeds: Mapping[str, FeedHealth]) -> str:
    return " ".join(
        f"{parent_tag(url)}={one.kind}/{one.day or ''}/{one.cause or ''}/{one.status or ''}"
        for url, one in feeds.items()
    )


def _marked(marks: str) -> dict[str, FeedHealth]:
    """Return by tag what marks say; what is none of ours is passed over."""
    kinds, causes = dict(zip(KINDS, KINDS, strict=True)), dict(zip(CAUSES, CAUSES, strict=True))
    return {
        tag: FeedHealth(kinds[kind], day or None, causes.get(cause), int(status) if status else None)
        for tag, kind, day, cause, status in _MARK.findall(marks)
        if kind in kinds
    }
