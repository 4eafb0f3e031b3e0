"""What a page says about itself, read but not judged: meta elements, JSON-LD and microdata.

Sources: schema.org and its JSON-LD 1.1 embedding (`@graph`, arrays, nested nodes), the Open Graph
protocol, WHATWG HTML microdata. Publishers get all of them wrong in every way: values have any JSON
type, scripts are broken. Reading never raises, and everything is bounded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from lxml.html import HtmlElement

from functions.extract.landmarks import Landmarks
from functions.extract.microdata import ARTICLE_TYPE, Microdata
from newswire.text import one_line

_MAX_META = 500
_MAX_VALUE = 2000  # characters of one value
_MAX_VALUES = 40  # values under one name
_MAX_JSON = 512 * 1024  # characters of JSON-LD of one page
_MAX_NODES = 2000
_MAX_LEVEL = 12

# How HTML 4 and XHTML authors hid scripts.
_JSON_WRAPPINGS = (
    ("<!--", "-->"),
    ("//<![CDATA[", "//]]>"),
    ("/*<![CDATA[*/", "/*]]>*/"),
    ("<![CDATA[", "]]>"),
)
_TRAILING_COMMA = re.compile(r",(?=\s{0,100}[}\]])")
_PAGE_TYPE = re.compile(r"(?:\w*Page|CreativeWork|VideoObject|PodcastEpisode|\w*Episode|ImageGallery)$")
_META_NAMES = ("property", "name", "itemprop", "http-equiv")

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StructuredData:
    """What a page declares.

    `contents`: raw contents of meta elements, in document order, by lower-case name or property;
    `nodes`: JSON-LD, outermost first; `articles`: those of article types, those nearest to the top first,
    else pages and other works; `microdata`: read when first asked, for few pages need it.
    """

    contents: Mapping[str, list[str]]
    nodes: tuple[Node, ...]
    articles: tuple[Node, ...]
    microdata: Microdata

    def meta(self, *names: str) -> list[str]:
        """Return the contents under these names, those of the first name first."""
        lines = (one_line(text, _MAX_VALUE) for name in names for text in self.contents.get(name, ()))
        return [line for line in lines if line]

    def first_meta(self, *names: str) -> str | None:
        """Return the first content under the first of these names that has one."""
        return next((line for name in names if name in self.contents for line in self.meta(name)), None)

    def texts(self, key: str) -> Iterator[str]:
        """Yield what the article nodes say under a key, as texts."""
        return (text for node in self.articles if key in node for text in strings(node[key]))


def read_structured_data(page: Landmarks) -> StructuredData:
    """Read what the whole page declares."""
    nodes = tuple(_nodes(_documents(page.script)))
    microdata = Microdata(page.page, page.has_microdata)
    return StructuredData(_contents(page.meta), nodes, _articles(nodes), microdata)


def types_of(node: Node) -> list[str]:
    """Return the node's schema.org types without their namespace."""
    kinds = node.get("@type")
    if isinstance(kinds, str):
        return [kinds.rsplit("/", 1)[-1]]
    several = kinds if isinstance(kinds, list) else []
    return [kind.rsplit("/", 1)[-1] for kind in several if isinstance(kind, str)]


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


def _contents(elements: Iterable[HtmlElement]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in list(elements)[:_MAX_META]:
        attributes = dict(element.items())
        content = attributes.get("content") or attributes.get("value")
        if not content:
            continue
        for attribute in _META_NAMES:
            if name := attributes.get(attribute):
                values = found.setdefault(name.strip().lower(), [])
                if len(values) < _MAX_VALUES:
                    values.append(content)
    return found


def _articles(nodes: Iterable[Node]) -> tuple[Node, ...]:
    typed = [(node, types_of(node)) for node in nodes]
    for pattern in (ARTICLE_TYPE, _PAGE_TYPE):
        found = tuple(node for node, kinds in typed if any(map(pattern.match, kinds)))
        if found:
            return found
    return ()


def _documents(scripts: Iterable[HtmlElement]) -> Iterator[Any]:
    left = _MAX_JSON
    for script in scripts:
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
