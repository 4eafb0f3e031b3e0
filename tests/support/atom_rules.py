"""Atom 1.0 (RFC 4287), and design section 6."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from lxml import etree

from tests.support import media_rules
from tests.support.feed_values import (
    LANGUAGE,
    MEDIA_TYPE,
    TAG_URI,
    active_or_relative,
    is_future,
    is_uri,
    is_web_address,
    rfc3339,
    stylesheets,
)

Found = Iterator[tuple[str, str]]
_ATOM = "{http://www.w3.org/2005/Atom}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# How often each element may stand in its container: exactly once, or at most once.
_FEED = {"id": True, "title": True, "updated": True} | dict.fromkeys(
    ("generator", "icon", "logo", "rights", "subtitle"), False
)
_ENTRY = {"id": True, "title": True, "updated": True} | dict.fromkeys(
    ("content", "published", "rights", "source", "summary"), False
)
_FEED_MANY = {"author", "category", "contributor", "link", "entry"}
_ENTRY_MANY = {"author", "category", "contributor", "link"}
_TEXTS = ("title", "subtitle", "summary", "rights")


def broken(root: etree._Element, address: str, now: datetime) -> Found:
    """Yield what is wrong with an Atom feed that is served at ``address`` and read at ``now``."""
    if root.tag != f"{_ATOM}feed":
        yield "RFC 4287, 2", f"the document's element is {root.tag}"
        return
    if [one for one in stylesheets(root) if 'type="text/css"' not in one]:
        yield "design 6", "has a stylesheet that is no CSS"
    yield from _container(root, "4.1.1", _FEED, _FEED_MANY, now)
    own = [link.get("href") for link in root.findall(f"{_ATOM}link") if link.get("rel") == "self"]
    if own != [address]:
        yield "RFC 4287, 4.1.1", f"names itself {own}, not {address}"
    entries = root.findall(f"{_ATOM}entry")
    feed_has_author = root.find(f"{_ATOM}author") is not None
    for entry in entries:
        found = _entry(entry, now, feed_has_author=feed_has_author)
        yield from ((section, f"entry {_text(entry, 'id')}: {problem}") for section, problem in found)
    for identity, count in Counter(_text(entry, "id") for entry in entries).items():
        if count > 1:
            yield "RFC 4287, 4.1.1", f"{count} entries have the id {identity}"
    changed = [moment for entry in entries if (moment := rfc3339(_text(entry, "updated")))]
    feed_changed = rfc3339(_text(root, "updated"))
    if changed and feed_changed and max(changed) > feed_changed:
        yield "RFC 4287, 4.2.15", "the feed was updated before one of its entries"
    for element in root.iter(etree.Element):
        if (lang := element.get(_LANG)) is not None and not LANGUAGE.fullmatch(lang):
            yield "RFC 4287, 2", f"xml:lang is {lang!r}"


def _entry(entry: etree._Element, now: datetime, *, feed_has_author: bool) -> Found:
    yield from _container(entry, "4.1.2", _ENTRY, _ENTRY_MANY, now)
    if not TAG_URI.fullmatch(_text(entry, "id")):
        yield "design 6", "its id is no tag: URI"
    if entry.find(f"{_ATOM}author") is None and not feed_has_author:
        yield "RFC 4287, 4.1.2", "neither it nor its feed has an author"
    alternates = [
        link for link in entry.findall(f"{_ATOM}link") if link.get("rel", "alternate") == "alternate"
    ]
    if not alternates and entry.find(f"{_ATOM}content") is None:
        yield "RFC 4287, 4.1.2", "has neither content nor an alternate link"
    if len({(link.get("type"), link.get("hreflang")) for link in alternates}) < len(alternates):
        yield "RFC 4287, 4.1.2", "has two alternate links of one type and language"
    source = entry.find(f"{_ATOM}source")
    if source is None:
        yield "RFC 4287, 4.2.11", "has no source"
    else:
        yield from _container(source, "4.2.11", _FEED, _FEED_MANY - {"entry"}, now)
    published, updated = rfc3339(_text(entry, "published")), rfc3339(_text(entry, "updated"))
    if published and updated and updated < published:
        yield "RFC 4287, 4.2.9", "was updated before it was published"
    yield from _content(entry)
    yield from media_rules.broken(entry)


def _content(entry: etree._Element) -> Found:
    content = entry.find(f"{_ATOM}content")
    if content is None:
        return
    if content.get("type") != "html" or len(content):
        yield "RFC 4287, 4.1.3.3", "content is not escaped HTML"
    for problem in active_or_relative(content.text or ""):
        yield "RFC 4287, 8.1", problem


def _container(
    parent: etree._Element, section: str, counted: Mapping[str, bool], many: set[str], now: datetime
) -> Found:
    section = f"RFC 4287, {section}"
    there = Counter(str(child.tag).removeprefix(_ATOM) for child in parent if isinstance(child.tag, str))
    for name, required in counted.items():
        if there[name] > 1 or (required and not there[name]):
            yield section, f"{name} stands {there[name]} times"
    for name in there:
        if not name.startswith("{") and name not in counted and name not in many:
            yield section, f"{name} does not belong here"
    if not is_uri(_text(parent, "id")):
        yield "RFC 4287, 4.2.6", f"id {_text(parent, 'id')!r} is no IRI"
    for name in ("updated", "published"):
        yield from _date(parent, name, now)
    yield from _texts(parent)
    yield from _persons(parent)
    yield from _links(parent)
    yield from _categories(parent)


def _texts(parent: etree._Element) -> Found:
    for name in _TEXTS:
        for text in parent.findall(f"{_ATOM}{name}"):
            if text.get("type", "text") != "text" or len(text):
                yield "RFC 4287, 3.1.1.1", f"{name} is not plain text"
    if not _text(parent, "title"):
        yield "RFC 4287, 4.2.14", "title is empty"


def _persons(parent: etree._Element) -> Found:
    for person in [*parent.findall(f"{_ATOM}author"), *parent.findall(f"{_ATOM}contributor")]:
        if len(person.findall(f"{_ATOM}name")) != 1 or not _text(person, "name"):
            yield "RFC 4287, 3.2.1", "a person has no name"
        if (uri := person.find(f"{_ATOM}uri")) is not None and not is_web_address(uri.text):
            yield "RFC 4287, 3.2.2", f"a person's uri is {uri.text!r}"


def _links(parent: etree._Element) -> Found:
    for link in parent.findall(f"{_ATOM}link"):
        if not is_web_address(link.get("href")):
            yield "RFC 4287, 4.2.7.1", f"href is {link.get('href')!r}"
        if (kind := link.get("type")) is not None and not MEDIA_TYPE.fullmatch(kind):
            yield "RFC 4287, 4.2.7.3", f"type is {kind!r}"
        if (lang := link.get("hreflang")) is not None and not LANGUAGE.fullmatch(lang):
            yield "RFC 4287, 4.2.7.4", f"hreflang is {lang!r}"


def _categories(parent: etree._Element) -> Found:
    for category in parent.findall(f"{_ATOM}category"):
        if not (category.get("term") or "").strip():
            yield "RFC 4287, 4.2.2.1", "a category has no term"
        if (scheme := category.get("scheme")) is not None and not is_uri(scheme):
            yield "RFC 4287, 4.2.2.2", f"scheme is {scheme!r}"


def _date(parent: etree._Element, name: str, now: datetime) -> Found:
    for element in parent.findall(f"{_ATOM}{name}"):
        moment = rfc3339(element.text)
        if moment is None:
            yield "RFC 4287, 3.3", f"{name} is {element.text!r}"
        elif is_future(moment, now):
            yield "design 6", f"{name} {element.text} is in the future"


def _text(parent: etree._Element, name: str) -> str:
    return (parent.findtext(f"{_ATOM}{name}") or "").strip()
