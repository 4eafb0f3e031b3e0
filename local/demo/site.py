"""Everything that one publisher serves at one moment, and the answer to one request for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from local.demo.feeds import Entry, feed
from local.demo.newsroom import Publisher, editions
from local.demo.pages import FEED_TYPES, about_page, article_page, listing_page, withdrawn_page

_FOUNDED = timedelta(days=-30)  # before the start: when pictures and fixed pages last changed


@dataclass(frozen=True, slots=True)
class Resource:
    """One document with what HTTP says of it; ``modified`` is aware and in whole seconds."""

    body: bytes
    media_type: str
    modified: datetime

    @property
    def etag(self) -> str:
        """A strong validator (RFC 9110 section 8.8.3)."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body of a response to GET."""

    status: HTTPStatus
    headers: Mapping[str, str]
    body: bytes


def build_site(
    publisher: Publisher, everyone: Sequence[Publisher], start: datetime, moment: datetime
) -> dict[str, Resource]:
    """Return the publisher's resources by path, as they are at ``moment``."""
    told = editions(publisher, start, moment)
    # Boxes of further reading name only what was there at the start: a new story changes no other page.
    others = [edition for edition in told if edition.published <= start]
    resources = _fixed_resources(publisher, start + _FOUNDED)
    for edition in told:
        page = withdrawn_page(edition) if edition.is_withdrawn else article_page(edition, others)
        resources[edition.path] = _html(page, edition.updated)
    latest = max(edition.updated for edition in told)
    shown = [edition for edition in told if not edition.is_withdrawn]
    resources["/"] = _html(listing_page(publisher, publisher.tagline, shown), latest)
    for section, name in publisher.sections.items():
        within = [edition for edition in shown if edition.story.section == section]
        resources[f"/{section}/"] = _html(listing_page(publisher, name, within), latest)
    own = [Entry(edition, edition.url, edition.summary) for edition in shown]
    partners = _partner_entries(publisher, everyone, start, moment)
    entries = sorted([*own, *partners], key=lambda entry: entry.edition.published, reverse=True)
    media_type = f"{FEED_TYPES[publisher.feed_format]}; charset=utf-8"
    resources[publisher.feed_path] = Resource(
        feed(publisher, entries), media_type, max(latest, *(entry.edition.updated for entry in entries))
    )
    return resources


def answer(resources: Mapping[str, Resource], target: str, headers: Mapping[str, str]) -> Answer:
    """Answer a GET of ``target`` (path and query); ``headers`` have lower-case names."""
    resource = resources.get(urlsplit(target).path)
    if resource is None:
        return Answer(HTTPStatus.NOT_FOUND, {"Content-Type": "text/plain; charset=utf-8"}, b"Not found\n")
    validators = {
        "ETag": resource.etag,
        "Last-Modified": http_date(resource.modified),
        "Cache-Control": "no-cache",
    }
    if _unchanged(resource, headers):
        return Answer(HTTPStatus.NOT_MODIFIED, validators, b"")
    return Answer(HTTPStatus.OK, {"Content-Type": resource.media_type, **validators}, resource.body)


def http_date(moment: datetime) -> str:
    """Return an aware moment as an HTTP-date (RFC 9110 section 5.6.7)."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _unchanged(resource: Resource, headers: Mapping[str, str]) -> bool:
    """Evaluate the preconditions in the order of RFC 9110 section 13.2.2."""
    if (tags := headers.get("if-none-match")) is not None:
        known = [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        return "*" in known or resource.etag in known
    if (since := headers.get("if-modified-since")) is not None:
        try:
            return resource.modified <= parsedate_to_datetime(since)
        except (ValueError, TypeError):
            return False
    return False


def _partner_entries(
    publisher: Publisher, everyone: Sequence[Publisher], start: datetime, moment: datetime
) -> Iterator[Entry]:
    for partner in everyone:
        carried = {story.slug: story for story in publisher.partner_stories if story.publisher == partner.id}
        for edition in editions(partner, start, moment):
            if (story := carried.get(edition.story.slug)) and not edition.is_withdrawn:
                yield Entry(edition, f"{edition.url}?{story.link_parameters}", story.summary)


def _fixed_resources(publisher: Publisher, modified: datetime) -> dict[str, Resource]:
    robots = f"User-agent: *\nDisallow: {publisher.closed_path}\n"
    folder = publisher.folder
    return {
        "/robots.txt": Resource(robots.encode(), "text/plain; charset=utf-8", modified),
        "/style.css": Resource((folder / "style.css").read_bytes(), "text/css; charset=utf-8", modified),
        "/logo.svg": Resource((folder / "logo.svg").read_bytes(), "image/svg+xml", modified),
        publisher.about_path: _html(about_page(publisher), modified),
        **{
            f"/images/{image.name}": Resource(image.read_bytes(), "image/webp", modified)
            for image in folder.glob("images/*.webp")
        },
    }


def _html(body: bytes, modified: datetime) -> Resource:
    return Resource(body, "text/html; charset=utf-8", modified)
