"""RSS 2.0 (RSS Advisory Board) with the RSS Best Practices Profile, and design section 6."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lxml import etree

from tests.support import media_rules
from tests.support.feed_values import (
    LANGUAGE,
    TAG_URI,
    active_or_relative,
    is_future,
    is_web_address,
    rfc822,
    stylesheets,
)

Found = Iterator[tuple[str, str]]
_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CHANNEL_ONCE = (
    *("title", "link", "description", "language", "copyright", "managingEditor", "webMaster", "pubDate"),
    *("lastBuildDate", "generator", "docs", "cloud", "ttl", "image", "rating", "textInput", "skipHours"),
    "skipDays",
)
_ITEM_ONCE = (
    *("title", "link", "description", "author", "comments", "enclosure", "guid", "pubDate", "source"),
    _CONTENT,
)


def broken(root: etree._Element, address: str, now: datetime) -> Found:
    """Yield what is wrong with an RSS feed that is served at ``address`` and read at ``now``."""
    channels = root.findall("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or len(channels) != 1:
        yield "RSS, what is RSS", "is not <rss version='2.0'> with one channel"
        return
    if [one for one in stylesheets(root) if 'type="text/css"' not in one]:
        yield "design 6", "has a stylesheet that is no CSS"
    (channel,) = channels
    yield from _channel(channel, address, now)
    items = channel.findall("item")
    for item in items:
        yield from ((section, f"{_name(item)}: {problem}") for section, problem in _item(item, now))
    guids = Counter(item.findtext("guid") for item in items)
    for guid, count in guids.items():
        if count > 1:
            yield "RSS, <guid>", f"{guid} identifies {count} items"


def _channel(channel: etree._Element, address: str, now: datetime) -> Found:
    for name in ("title", "link", "description"):
        if not (channel.findtext(name) or "").strip():
            yield "RSS, required channel elements", f"{name} is missing or empty"
    if not is_web_address(channel.findtext("link")):
        yield "RSS, required channel elements", f"link is {channel.findtext('link')!r}"
    yield from _at_most_once(channel, _CHANNEL_ONCE, {"item", "category", f"{_ATOM}link"})
    if not LANGUAGE.fullmatch(channel.findtext("language") or ""):
        yield "RSS, <language>", f"is {channel.findtext('language')!r}"
    own = [link for link in channel.findall(f"{_ATOM}link") if link.get("rel") == "self"]
    if [(link.get("href"), link.get("type")) for link in own] != [(address, "application/rss+xml")]:
        yield "RSS profile, atom:link", f"names itself {[link.get('href') for link in own]}, not {address}"
    built = channel.find("lastBuildDate")
    if built is not None:
        yield from _date(built, now)
    elif channel.find("item") is not None:
        yield "design 6", "has items, and no lastBuildDate"


def _item(item: etree._Element, now: datetime) -> Found:
    tags = [child.tag for child in item]
    if "title" not in tags and "description" not in tags:
        yield "RSS, elements of <item>", "has neither title nor description"
    yield from _at_most_once(item, _ITEM_ONCE, {"category"})
    if not is_web_address(item.findtext("link")):
        yield "RSS, <link>", f"is {item.findtext('link')!r}"
    guid = item.find("guid")
    if guid is None or guid.get("isPermaLink") != "false" or not TAG_URI.fullmatch(guid.text or ""):
        yield "design 6", "its guid is no tag: URI that is no link"
    if (date := item.find("pubDate")) is None:
        yield "design 6", "has no pubDate"
    else:
        yield from _date(date, now)
    yield from _credits(item)
    if _CONTENT not in tags or tags.index("description") > tags.index(_CONTENT):
        yield "RSS profile, content:encoded", "does not follow a description that summarises it"
    for name in ("description", _CONTENT):
        for problem in active_or_relative(item.findtext(name) or ""):
            yield "RSS profile, relative URLs", f"{name}: {problem}"
    yield from media_rules.broken(item)


def _credits(item: etree._Element) -> Found:
    if item.find("author") is not None:
        yield "RSS profile, author", "has an author, which is an e-mail address; dc:creator is for names"
    if item.find(f"{_DC}creator") is not None and not (item.findtext(f"{_DC}creator") or "").strip():
        yield "RSS profile, dc:creator", "is empty"
    source = item.find("source")
    if source is None or not is_web_address(source.get("url")) or not (source.text or "").strip():
        yield "RSS, <source>", "names no owner with a URL"


def _at_most_once(parent: etree._Element, once: tuple[str, ...], repeatable: set[str]) -> Found:
    counted = Counter(child.tag for child in parent if isinstance(child.tag, str))
    for tag, count in counted.items():
        if count > 1 and tag in once:
            yield "RSS profile, element order and number", f"{tag} stands {count} times"
        if not tag.startswith("{") and tag not in once and tag not in repeatable:
            yield "RSS, extending RSS", f"{tag} is unknown and of no namespace"


def _date(element: Any, now: datetime) -> Found:
    moment = rfc822(element.text)
    if moment is None:
        yield "RSS, date-time values", f"{element.tag} is {element.text!r}"
    elif is_future(moment, now):
        yield "design 6", f"{element.tag} {element.text} is in the future"


def _name(item: etree._Element) -> str:
    return f"item {item.findtext('guid')}"
