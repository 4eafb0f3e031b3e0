"""Feeds judged by the letter of their specifications: what each rule forbids, with the section that says so.

:func:`violations` judges any output by its key. Sections are of RFC 4287 (Atom), of the RSS 2.0
specification and the RSS Best Practices Profile ("RSS", "RSS profile"), of JSON Feed 1.1, of OPML 2.0, of
Media RSS 1.5.1 and of RFC 5005 (archives); "design 6" are the project's own promises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from tests.support import archive_rules, atom_rules, json_feed_rules, opml_rules, rss_rules

Found = Iterator[tuple[str, str]]
_PARTITION = re.compile(r"-\d[^/]*(?=\.[a-z]+$)")


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that an output breaks: which section, and how."""

    section: str
    problem: str


def violations(key: str, body: bytes, address: str, now: datetime) -> list[Violation]:
    """Return what is wrong with the feed of that key, served at ``address`` and read at ``now``."""
    name = _PARTITION.sub("", key.rpartition("/")[2])
    if name == "feed.json":
        return _told(json_feed_rules.broken(body, address, now))
    xml: dict[str, Callable[[etree._Element, str, datetime], Found]] = {
        "feed.xml": rss_rules.broken,
        "atom.xml": atom_rules.broken,
        "sources.opml": opml_rules.broken,
    }
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        return [Violation("XML 1.0, 2.1", str(error))]
    found = _told(xml[name](root, address, now))
    feed = root.find("channel") if name == "feed.xml" else root
    if name != "sources.opml" and feed is not None:
        found += _told(archive_rules.broken(feed, address, _PARTITION.sub("", address)))
    return found


def _told(found: Found) -> list[Violation]:
    return [Violation(section, problem) for section, problem in found]
