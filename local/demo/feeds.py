"""The publishers' feeds: RSS 2.0 with the full text, Atom 1.0 and JSON Feed 1.1 with summaries.

Equal editions make equal bytes: no feed says when it was built.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from local.demo.newsroom import Edition, Publisher
from local.demo.story_html import body_html

_ATOM = "http://www.w3.org/2005/Atom"
_MEDIA = "http://search.yahoo.com/mrss/"


@dataclass(frozen=True, slots=True)
class Entry:
    """One story in a feed: its own publisher's, or a partner's under the carrying feed's link."""

    edition: Edition
    link: str
    summary: str

    @property
    def published(self) -> datetime:
        """First publication, in the story's own zone."""
        return self.edition.published.astimezone(self.edition.publisher.zone)

    @property
    def updated(self) -> datetime:
        """Last change, in the story's own zone."""
        return self.edition.updated.astimezone(self.edition.publisher.zone)


def feed(publisher: Publisher, entries: Sequence[Entry]) -> bytes:
    """Return the publisher's feed document in its format, entries in the order given."""
    if publisher.feed_format == "rss":
        return _rss(publisher, entries)
    return _atom(publisher, entries) if publisher.feed_format == "atom" else _json_feed(publisher, entries)


def _rss(publisher: Publisher, entries: Sequence[Entry]) -> bytes:
    root = ET.Element(
        "rss",
        {
            "version": "2.0",
            "xmlns:atom": _ATOM,
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:media": _MEDIA,
        },
    )
    channel = ET.SubElement(root, "channel")
    _add(channel, "title", publisher.name)
    _add(channel, "link", f"{publisher.origin}/")
    _add(channel, "description", publisher.tagline)
    _add(channel, "language", publisher.language)
    _add(channel, "lastBuildDate", format_datetime(max(entry.updated for entry in entries)))
    address = {"rel": "self", "type": "application/rss+xml", "href": publisher.origin + publisher.feed_path}
    _add(channel, "atom:link", "", address)
    for entry in entries:
        _rss_item(ET.SubElement(channel, "item"), entry)
    return _xml(root)


def _rss_item(item: ET.Element, entry: Entry) -> None:
    edition, story = entry.edition, entry.edition.story
    _add(item, "title", story.title)
    _add(item, "link", entry.link)
    _add(item, "guid", edition.url, {"isPermaLink": "true"})
    _add(item, "pubDate", format_datetime(entry.published))
    for author in story.authors:
        _add(item, "dc:creator", author)
    _add(item, "category", edition.publisher.sections[story.section])
    _add(item, "description", entry.summary)
    _add(item, "content:encoded", body_html(edition.blocks))
    _add_picture(item, edition)
    if edition.updated != edition.published:
        _add(item, "atom:updated", entry.updated.isoformat())


def _atom(publisher: Publisher, entries: Sequence[Entry]) -> bytes:
    root = ET.Element("feed", {"xmlns": _ATOM, "xmlns:media": _MEDIA, "xml:lang": publisher.language})
    _add(root, "id", f"{publisher.origin}/")
    _add(root, "title", publisher.name)
    _add(root, "subtitle", publisher.tagline)
    _add(root, "updated", max(entry.updated for entry in entries).isoformat())
    _add(root, "link", "", {"href": f"{publisher.origin}/"})
    _add(root, "link", "", {"rel": "self", "href": publisher.origin + publisher.feed_path})
    for entry in entries:
        _atom_entry(ET.SubElement(root, "entry"), entry)
    return _xml(root)


def _atom_entry(element: ET.Element, entry: Entry) -> None:
    edition, story = entry.edition, entry.edition.story
    _add(element, "id", edition.url)
    _add(element, "title", story.title)
    _add(element, "link", "", {"href": entry.link})
    _add(element, "published", entry.published.isoformat())
    _add(element, "updated", entry.updated.isoformat())
    for author in story.authors:
        _add(ET.SubElement(element, "author"), "name", author)
    _add(element, "category", "", {"term": edition.publisher.sections[story.section]})
    _add(element, "summary", entry.summary)
    _add_picture(element, edition)


def _json_feed(publisher: Publisher, entries: Sequence[Entry]) -> bytes:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": publisher.name,
        "home_page_url": f"{publisher.origin}/",
        "feed_url": publisher.origin + publisher.feed_path,
        "description": publisher.tagline,
        "language": publisher.language,
        "icon": f"{publisher.origin}/logo.svg",
        "items": [_json_item(entry) for entry in entries],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _json_item(entry: Entry) -> dict[str, object]:
    edition, story = entry.edition, entry.edition.story
    return {
        "id": edition.url,
        "url": entry.link,
        "title": story.title,
        "summary": entry.summary,
        "content_text": entry.summary,  # version 1.1 requires some content
        **({} if edition.image_url is None else {"image": edition.image_url}),
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
        **({"authors": [{"name": name} for name in story.authors]} if story.authors else {}),
        "tags": [edition.publisher.sections[story.section], *story.tags],
        "language": edition.publisher.language,
    }


def _add_picture(parent: ET.Element, edition: Edition) -> None:
    """Media RSS, which feeds of both XML formats use for an article's picture."""
    if edition.image_url is None:
        return
    media = {"url": edition.image_url, "type": "image/webp", "medium": "image"}
    _add(parent, "media:content", "", media)


def _add(parent: ET.Element, name: str, text: str, attributes: dict[str, str] | None = None) -> ET.Element:
    element = ET.SubElement(parent, name, attributes or {})
    element.text = text or None
    return element


def _xml(root: ET.Element) -> bytes:
    ET.indent(root, " ")
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"
