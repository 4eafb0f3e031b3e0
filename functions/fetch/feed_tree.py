"""A feed's tree: what the fast parser leaves out or gets wrong, item by item.

Its dates as they are written (the fast parser reads ``WIB`` as UTC), all of its authors, rights, the
source it came from, files, links with their ``xml:base``; and for the whole feed the language and how
long it asks to be left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice

from lxml import etree

from functions.fetch.elements import base_of, child_text, language_of, local_name, namespace, text_in
from functions.fetch.feed_entry import ENTRY_LIMIT
from functions.fetch.feed_media import MEDIA, MEDIA_LIMIT, Medium, media_of
from functions.fetch.item_credits import authors_of, source_of

_PUBLISHED = ("pubdate", "published", "issued", "date", "created")
_UPDATED = ("updated", "modified", "lastbuilddate")
_LINKING = {"link", "guid", "id", "identifier", "url", "uri", "homepage"}
_RIGHTS = ("rights", "copyright")
_AUTHORS = frozenset({"author", "creator", "contributor"})
_TEXTS = frozenset({"title", "description", "summary", "encoded", "content", "link"})
_WANTED = _AUTHORS | _TEXTS | MEDIA | {*_PUBLISHED, *_UPDATED, *_RIGHTS, "source", "id"}
_INLINE_XHTML = {"xhtml", "application/xhtml+xml"}
_HTML = {"", "text/html", "application/xhtml+xml", "html", "xhtml"}
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
_ATOM = {"http://www.w3.org/2005/Atom", "https://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"}


@dataclass(frozen=True, slots=True)
class Details:
    """One item's own words for what the fast parser normalises away or does not tell."""

    link: str | None = None
    base: str | None = None
    title: str | None = None
    published: str | None = None
    updated: str | None = None
    authors: tuple[str, ...] = ()
    rights: str | None = None
    via_title: str | None = None
    via_url: str | None = None
    media: tuple[Medium, ...] = ()


EMPTY = Details()


@dataclass(frozen=True, slots=True)
class FeedTree:
    """A feed's items, its language, its pause and its own link.

    ``hidden`` says that elements, comments or entities stand inside texts: a parser that reads a text up
    to the first of them loses the rest. ``atom`` says that links are Atom's, with relations.
    """

    items: tuple[Details, ...] = ()
    language: str | None = None
    pause: timedelta = timedelta(0)
    link: str | None = None
    hidden: bool = False
    atom: bool = False


def is_linkless(root: etree._Element) -> bool:
    """Return whether no item has an element that any parser takes its link from."""
    items = islice(root.iter("{*}item", "{*}entry"), ENTRY_LIMIT)
    return not any(local_name(one) in _LINKING for item in items for one in item.iter())


def read(root: etree._Element) -> FeedTree:
    """Return what a feed's tree says."""
    elements = list(islice(root.iter("{*}item", "{*}entry"), ENTRY_LIMIT))
    own = namespace(elements[0]) if elements else ""
    reader = _ItemReader(own)
    items = tuple(reader.details(item) for item in elements)
    channel = next((child for child in root if local_name(child) == "channel"), root)
    link = None if own in _ATOM else _channel_link(channel)
    language = language_of(root) or child_text(channel, "language")
    return FeedTree(items, language, _pause(channel), link, reader.hidden, own in _ATOM)


@dataclass(frozen=True, slots=True)
class _Children:
    """An item's children by what they are; texts of its own namespace and of others, the first of a name."""

    own: dict[str, str] = field(default_factory=dict)
    foreign: dict[str, str] = field(default_factory=dict)
    authors: list[etree._Element] = field(default_factory=list)
    sources: list[etree._Element] = field(default_factory=list)
    links: list[etree._Element] = field(default_factory=list)
    media: list[etree._Element] = field(default_factory=list)


class _ItemReader:
    """Reads items of one document; names that it has met are looked up, not taken apart again."""

    def __init__(self, own: str) -> None:
        self.hidden = False
        self._own = own
        self._names: dict[object, tuple[str, bool]] = {}

    def details(self, item: etree._Element) -> Details:
        found = self._gathered(item)
        texts = found.foreign | found.own
        strange_title = "title" in found.foreign and "title" in found.own
        via_title, via_url = source_of(found.sources[0]) if found.sources else (None, None)
        link = _link(found.links, self._own)
        return Details(
            link=link or (_permalink(found.own) if self._own in _ATOM else None),
            base=base_of(item),
            title=texts["title"] if strange_title else None,
            published=_first(texts, _PUBLISHED),
            updated=_first(texts, _UPDATED),
            authors=tuple(authors_of(found.authors)),
            rights=_first(texts, _RIGHTS),
            via_title=via_title,
            via_url=via_url,
            media=tuple(media_of(found.media[:MEDIA_LIMIT])),
        )

    def _gathered(self, item: etree._Element) -> _Children:
        found = _Children()
        for child in item:
            name, is_own = self._named(child)
            if not name:
                continue
            if name in _AUTHORS:
                found.authors.append(child)
            elif name == "source":
                found.sources.append(child)
            elif name == "link":
                found.links.append(child)
            elif text := text_in(child):
                (found.own if is_own else found.foreign).setdefault(name, text)
            if name in MEDIA:
                found.media.append(child)
            if name in _TEXTS and len(child):
                self._notice(child, name)
        return found

    def _named(self, element: etree._Element) -> tuple[str, bool]:
        tag = element.tag
        known = self._names.get(tag)
        if known is None:
            name = local_name(element)
            known = (name if name in _WANTED else "", namespace(element) == self._own)
            if len(self._names) < 1000:
                self._names[tag] = known
        return known

    def _notice(self, element: etree._Element, name: str) -> None:
        media = name == "content" and element.get("url") is not None
        if not media and not (name == "content" and element.get("type") in _INLINE_XHTML):
            self.hidden = True


def _link(links: list[etree._Element], own: str) -> str | None:
    """Return the item's link as written: RSS's text, or Atom's alternate, a page before other types."""
    plain = next((text for one in links if namespace(one) == own and (text := text_in(one))), None)
    if plain and own not in _ATOM:
        return plain
    alternates = [one for one in links if (one.get("rel") or "alternate").lower() == "alternate"]
    alternates.sort(key=lambda one: (one.get("type") or "").lower() not in _HTML)
    return next((href.strip() for one in alternates if (href := one.get("href"))), None)


def _permalink(texts: dict[str, str]) -> str | None:
    """Return an Atom entry's id where it is an address: what a page without a link of its own is at."""
    identity = texts.get("id", "")
    return identity if identity.startswith(("http://", "https://")) else None


def _channel_link(channel: etree._Element) -> str | None:
    own = namespace(channel)
    links = (one for one in channel if local_name(one) == "link" and namespace(one) in (own, ""))
    return next((text for one in links if (text := text_in(one))), None)


def _pause(channel: etree._Element) -> timedelta:
    """RSS ``ttl`` (minutes) and the syndication module's period divided by its frequency."""
    names = ("ttl", "updateperiod", "updatefrequency")
    texts = {name: text_in(child) or "" for child in channel if (name := local_name(child)) in names}
    seconds = 0.0
    if (ttl := texts.get("ttl", "")).isdecimal():
        seconds = int(ttl[:6]) * 60
    period = _PERIODS.get(texts.get("updateperiod", "").lower(), 0)
    frequency = texts.get("updatefrequency", "1")
    if period:
        seconds = max(seconds, period / max(1, int(frequency[:4]) if frequency[:4].isdecimal() else 1))
    return timedelta(seconds=seconds)


def _first(texts: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((texts[name] for name in names if name in texts), None)
