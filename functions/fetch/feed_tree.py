"""XML documents by lxml: what the fast feed parser leaves out, and sitemaps. The boundary to lxml.

No entity is resolved, nothing is fetched, and a document that declares its own entities never gets
here (:func:`functions.fetch.feed_documents.refuse_dtd`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from lxml import etree

_ITEMS = {"item", "entry"}
_PUBLISHED = ("pubDate", "published", "issued", "date", "created")
_UPDATED = ("updated", "modified", "lastBuildDate")
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
TEXT_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Details:
    """One item's own words for what the fast parser normalises away or does not tell."""

    published: str | None = None
    updated: str | None = None
    authors: tuple[str, ...] = ()
    rights: str | None = None
    via_title: str | None = None
    image: str | None = None


EMPTY = Details()


@dataclass(frozen=True, slots=True)
class Location:
    """One ``url`` of a sitemap."""

    url: str
    modified: str | None
    published: str | None
    title: str | None
    image: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class FeedTree:
    """A parsed document: the name of its root, its items or sitemap locations, its language and pause."""

    root: str
    items: tuple[Details, ...] = ()
    locations: tuple[Location, ...] = ()
    language: str | None = None
    pause: timedelta = timedelta(0)


def parse(body: bytes) -> FeedTree:
    """Return the tree; a document that is no XML at all has the root ""."""
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return FeedTree("")
    name = _name(root)
    if name in ("urlset", "sitemapindex"):
        return FeedTree(name, locations=tuple(_locations(root)))
    items = tuple(_details(item) for item in root.iter("{*}item", "{*}entry"))
    return FeedTree(name, items=items, language=_language(root), pause=_pause(root))


def _details(item: etree._Element) -> Details:
    texts: dict[str, list[str]] = {}
    authors: list[str] = []
    via_title: str | None = None
    for child in item:
        name = _name(child)
        if name in ("author", "creator") or (name == "contributor" and not authors):
            authors.extend(_author(child))
        elif name == "source":
            via_title = _text(child) or _child_text(child, "title")
        elif not len(child):
            texts.setdefault(name, []).append(_text(child) or "")
    return Details(
        published=_first(texts, _PUBLISHED),
        updated=_first(texts, _UPDATED),
        authors=tuple(name for name in authors if name),
        rights=_first(texts, ("rights", "copyright")),
        via_title=via_title,
        image=_image(item),
    )


def _author(element: etree._Element) -> Iterator[str]:
    """RSS writes ``mail (Name)`` or a name, Atom a child ``name``; an address alone is no name."""
    text = _child_text(element, "name") or _text(element) or ""
    if "@" in text:
        text = text.partition("(")[2].rpartition(")")[0]
    yield text.strip()


def _image(item: etree._Element) -> str | None:
    """Return an item's picture: Media RSS, an enclosure of RSS or of Atom, else a thumbnail."""
    thumbnail: str | None = None
    for element in item.iter("{*}content", "{*}enclosure", "{*}link", "{*}thumbnail"):
        name, kind = _name(element), element.get("type", "")
        enclosed = element.get("href") if element.get("rel") == "enclosure" else None
        link: str | None = element.get("url") or enclosed
        if not link:
            continue
        if element.get("medium") == "image" or kind.startswith("image/"):
            return link[:TEXT_LIMIT]
        if name == "thumbnail" and thumbnail is None:
            thumbnail = link[:TEXT_LIMIT]
    return thumbnail


def _language(root: etree._Element) -> str | None:
    channel = next((child for child in root if _name(child) == "channel"), root)
    return root.get("{http://www.w3.org/XML/1998/namespace}lang") or _child_text(channel, "language")


def _locations(root: etree._Element) -> Iterator[Location]:
    for url in root:
        link = _child_text(url, "loc")
        if not link:
            continue
        news = next(iter(url.iter("{*}news")), None)
        image = next(iter(url.iter("{*}image")), None)
        publication = None if news is None else next(iter(news.iter("{*}publication")), None)
        yield Location(
            url=link,
            modified=_child_text(url, "lastmod"),
            published=None if news is None else _child_text(news, "publication_date"),
            title=None if news is None else _child_text(news, "title"),
            image=None if image is None else _child_text(image, "loc"),
            language=None if publication is None else _child_text(publication, "language"),
        )


def _pause(root: etree._Element) -> timedelta:
    """RSS ``ttl`` (minutes) and the syndication module's period divided by its frequency."""
    channel = next((child for child in root if _name(child) == "channel"), root)
    seconds = 0.0
    texts = {_name(child): _text(child) or "" for child in channel if _name(child) not in _ITEMS}
    if (ttl := texts.get("ttl", "")).isdecimal():
        seconds = int(ttl[:6]) * 60
    period = _PERIODS.get(texts.get("updatePeriod", "").lower(), 0)
    frequency = texts.get("updateFrequency", "1")
    if period:
        seconds = max(seconds, period / max(1, int(frequency[:4]) if frequency[:4].isdecimal() else 1))
    return timedelta(seconds=seconds)


def _first(texts: dict[str, list[str]], names: tuple[str, ...]) -> str | None:
    return next((text for name in names for text in texts.get(name, ()) if text), None)


def _child_text(element: etree._Element, name: str) -> str | None:
    return next((_text(child) for child in element if _name(child) == name), None)


def _text(element: etree._Element) -> str | None:
    return (element.text or "")[:TEXT_LIMIT].strip() or None


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
