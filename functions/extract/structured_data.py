"""What a page says about itself, read but not judged: meta elements, JSON-LD and microdata.

Sources: schema.org and its JSON-LD 1.1 embedding (`@graph`, arrays, nested nodes), the Open Graph
protocol, WHATWG HTML microdata. Publishers get all of them wrong in every way: values have any JSON
type, scripts are broken. Reading never raises, and everything is bounded.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from lxml.html import HtmlElement

from newswire.text import one_line

_MAX_META = 500
_MAX_VALUE = 2000  # characters of one value
_MAX_VALUES = 40  # values under one name
_MAX_JSON = 512 * 1024  # characters of JSON-LD of one page
_MAX_NODES = 2000
_MAX_LEVEL = 12
_MAX_PROPERTIES = 400

# How HTML 4 and XHTML authors hid scripts.
_JSON_WRAPPINGS = (
    ("<!--", "-->"),
    ("//<![CDATA[", "//]]>"),
    ("/*<![CDATA[*/", "/*]]>*/"),
    ("<![CDATA[", "]]>"),
)
_TRAILING_COMMA = re.compile(r",(?=\s{0,100}[}\]])")
_ARTICLE_TYPE = re.compile(r"(?:\w*Article|\w*Posting|Report|Review|ClaimReview|Recipe)$")
_PAGE_TYPE = re.compile(r"(?:\w*Page|CreativeWork|VideoObject|PodcastEpisode|\w*Episode|ImageGallery)$")

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StructuredData:
    """What a page declares.

    `meta`: contents in document order by lower-case name or property. `microdata`: the same by itemprop,
    `author.name` for a property of the item that is the article's author. `nodes`: JSON-LD, outermost first.
    """

    meta: Mapping[str, list[str]]
    microdata: Mapping[str, list[str]]
    nodes: tuple[Node, ...]

    def first_meta(self, *names: str) -> str | None:
        """Return the first content under the first of these names that has one."""
        return next((self.meta[name][0] for name in names if name in self.meta), None)

    def articles(self) -> list[Node]:
        """Return the nodes of article types, those nearest to the top first; else pages and other works."""
        for pattern in (_ARTICLE_TYPE, _PAGE_TYPE):
            found = [node for node in self.nodes if any(pattern.match(kind) for kind in types_of(node))]
            if found:
                return found
        return []


def read_structured_data(page: HtmlElement) -> StructuredData:
    """Read the whole page once."""
    return StructuredData(_meta(page), _microdata(page), tuple(_nodes(_documents(page))))


def types_of(node: Node) -> list[str]:
    """Return the node's schema.org types without their namespace."""
    kinds = node.get("@type")
    return [
        kind.rsplit("/", 1)[-1]
        for kind in (kinds if isinstance(kinds, list) else [kinds])
        if isinstance(kind, str)
    ]


def strings(value: Any, key: str = "name", *, levels: int = 4) -> list[str]:
    """Return the texts of a JSON-LD value of any shape; of a node, what stands under `key`."""
    if levels == 0:
        return []
    if isinstance(value, str):
        line = one_line(unescape(value[: _MAX_VALUE * 4]), _MAX_VALUE)
        return [line] if line else []
    if isinstance(value, list):
        return [text for part in value[:_MAX_VALUES] for text in strings(part, key, levels=levels - 1)]
    if isinstance(value, dict):
        return strings(value.get(key, value.get("@value")), key, levels=levels - 1)
    return []


def _meta(page: HtmlElement) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for number, element in enumerate(page.iter("meta")):
        if number == _MAX_META:
            break
        content = one_line(element.get("content") or element.get("value") or "", _MAX_VALUE)
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (element.get(attribute) or "").strip().lower()
            if name and content and len(found[name]) < _MAX_VALUES:
                found[name].append(content)
    return {name: contents for name, contents in found.items() if contents}


def _microdata(page: HtmlElement) -> Mapping[str, list[str]]:
    """Read the properties of the article's items; those of comments, people and organisations are others'."""
    found: dict[str, list[str]] = defaultdict(list)
    for element in page.xpath(
        "(//*[@itemprop and not(self::meta[not(ancestor::*[@itemscope])])])[position() <= $most]",
        most=_MAX_PROPERTIES,
    ):
        names = element.get("itemprop").lower().split()[:4]
        if "articlebody" in names:
            continue
        scope = element.getparent()
        while scope is not None and scope.get("itemscope") is None:
            scope = scope.getparent()
        kind = "" if scope is None else scope.get("itemtype", "").rsplit("/", 1)[-1]
        owner = "" if scope is None else scope.get("itemprop", "").lower()
        for name in names:
            path = f"{owner}.{name}" if owner and not _ARTICLE_TYPE.match(kind) else name
            value = one_line(_item_value(element), _MAX_VALUE)
            if value and kind != "Comment" and len(found[path]) < _MAX_VALUES:
                found[path].append(value)
    return dict(found)


def _item_value(element: HtmlElement) -> str:
    for attribute in ("content", "datetime"):
        if (value := element.get(attribute)) is not None:
            return str(value)
    if element.get("itemscope") is not None:
        return ""
    if element.tag in {"img", "source", "iframe", "video"}:
        return str(element.get("src") or "")
    return str(element.text_content()[: _MAX_VALUE * 4])


def _documents(page: HtmlElement) -> Iterator[Any]:
    left = _MAX_JSON
    for script in page.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text:
            continue
        left -= len(script.text)
        if left < 0:
            return
        source = script.text.strip()
        for opening, closing in _JSON_WRAPPINGS:
            source = source.removeprefix(opening).removesuffix(closing).strip()
        for attempt in (source, _TRAILING_COMMA.sub("", source)):
            try:
                yield json.loads(attempt, strict=False)
            except (ValueError, RecursionError):
                continue
            break


def _nodes(documents: Iterator[Any]) -> Iterator[Node]:
    """Walk level by level, so that what stands at the top comes first."""
    level: list[Any] = list(documents)
    left = _MAX_NODES
    for _ in range(_MAX_LEVEL):
        below: list[Any] = []
        for value in level:
            left -= 1
            if left < 0:
                return
            if isinstance(value, dict):
                yield value
                below += [inner for inner in value.values() if isinstance(inner, (dict, list))]
            elif isinstance(value, list):
                below += [inner for inner in value if isinstance(inner, (dict, list))]
        level = below
