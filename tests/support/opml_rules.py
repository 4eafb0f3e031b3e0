"""OPML 2.0 (opml.org/spec2.opml), as far as subscription lists use it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from tests.support.feed_values import LANGUAGE, is_web_address, rfc822

Found = Iterator[tuple[str, str]]
_HEAD = {
    *("title", "dateCreated", "dateModified", "ownerName", "ownerEmail", "ownerId", "docs"),
    *("expansionState", "vertScrollState", "windowTop", "windowLeft", "windowBottom", "windowRight"),
}
_OUTLINE = {
    *("text", "type", "isComment", "isBreakpoint", "created", "category"),
    *("xmlUrl", "description", "htmlUrl", "language", "title", "version", "url"),
}


def broken(root: etree._Element, _address: str, _now: datetime) -> Found:
    """Yield what is wrong with a subscription list."""
    if root.tag != "opml" or root.get("version") != "2.0" or [one.tag for one in root] != ["head", "body"]:
        yield "OPML, what is an OPML document", "is not <opml version='2.0'> with a head and a body"
        return
    head, body = root
    for element in head:
        if not str(element.tag).startswith("{") and element.tag not in _HEAD:
            yield "OPML, what is a <head>", f"has {element.tag}"
        if element.tag in {"dateCreated", "dateModified"} and rfc822(element.text) is None:
            yield "OPML, what is a <head>", f"{element.tag} is {element.text!r}"
    if not len(body):
        yield "OPML, what is a <body>", "has no outline"
    for outline in body.iter("outline"):
        yield from _outline(outline)


def _outline(outline: etree._Element) -> Found:
    section = "OPML, what is an <outline>"
    if not (outline.get("text") or "").strip():
        yield "OPML, text attribute", "is missing or empty"
    if unknown := {name for name in outline.attrib if not str(name).startswith("{")} - _OUTLINE:
        yield section, f"has attributes {sorted(map(str, unknown))} of no namespace"
    if list(outline.attrib) != ["text"] and outline.get("type") is None:
        yield section, "has attributes that no type explains"
    if outline.get("type") == "rss":
        if not is_web_address(outline.get("xmlUrl")):
            yield "OPML, subscription lists", f"xmlUrl is {outline.get('xmlUrl')!r}"
        if (page := outline.get("htmlUrl")) is not None and not is_web_address(page):
            yield "OPML, subscription lists", f"htmlUrl is {page!r}"
        if (language := outline.get("language")) is not None and not LANGUAGE.fullmatch(language):
            yield "OPML, subscription lists", f"language is {language!r}"
