"""Whether a stored article holds anything that could act in a browser.

Written apart from the sanitiser and stricter than it: what is not known to be passive is a fault. Two
parsers judge the HTML, since what one of them takes for text another may take for an element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import astuple
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import html5lib

from newswire.article import Article
from newswire.article_text import text_of

_PASSIVE_NAMES = (
    "a abbr b bdi bdo blockquote br caption cite code dd del dfn div dl dt em figcaption figure h2 h3 h4 h5"
    " h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small strong sub sup table tbody td tfoot th"
    " thead tr u ul var wbr"
)
_PASSIVE = frozenset(_PASSIVE_NAMES.split())
_EMPTY = frozenset({"br", "hr", "img", "wbr"})
_ATTRIBUTES = {
    "a": {"href", "rel"},
    "abbr": {"title"},
    "img": {"src", "alt", "width", "height", "referrerpolicy"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_EVERYWHERE = {"dir", "lang"}
_SCHEMES = {"href": {"http", "https", "mailto"}, "src": {"http", "https"}}
# https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_IN_A_URL = re.compile(r"""[\x00-\x20\x7f-\uffff<>"`\\^]""")


def faults(article: Article) -> list[str]:
    """Return what is wrong with an article, one line each; nothing if it is harmless."""
    found = html_faults(article.html)
    found += [f"forbidden character in {text[:40]!r}" for text in _texts(article) if _FORBIDDEN.search(text)]
    lines = (article.title, article.excerpt, *article.authors, *article.tags, *article.categories)
    found += [f"line break in {line[:40]!r}" for line in lines if re.search(r"[\t\n\r]", line)]
    found += [fault for url in _urls(article) if (fault := _url_fault(url))]
    if article.origin == "page" and text_of(article.html) != article.text:
        found.append("the text is not that of the HTML")
    if not found and Article.from_json(article.to_json()) != article:
        found.append("the article is another one when it is read again")
    return found


def html_faults(html: str) -> list[str]:
    """Return what is wrong with markup: as it stands, and as a browser reads it."""
    return [*_markup_faults(html), *_tree_faults(html)]


def _markup_faults(html: str) -> list[str]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.faults + [f"<{tag}> is not closed" for tag in reader.opened]


class _Reader(HTMLParser):
    """Judges markup as it stands, before any parser repairs it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.opened: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.faults += _element_faults(tag, {name: value or "" for name, value in attrs})
        if len({name for name, _ in attrs}) < len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        if tag not in _EMPTY:
            self.opened.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.opened or self.opened.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data[:40]!r}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl[:40]!r}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"processing instruction {data[:40]!r}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"section {data[:40]!r}")


def _tree_faults(html: str) -> Iterator[str]:
    """Judge what a browser makes of the markup, by the HTML standard's algorithm."""
    tree = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    for element in tree.iter():
        if element is tree:
            continue
        if not isinstance(element.tag, str):
            yield f"{element.tag!r} is no element"
        else:
            yield from _element_faults(element.tag, element.attrib)


def _element_faults(tag: str, attributes: Mapping[Any, str]) -> Iterator[str]:
    if tag not in _PASSIVE:
        yield f"<{tag}>"
    for name, value in attributes.items():
        if name not in _ATTRIBUTES.get(tag, set()) | _EVERYWHERE:
            yield f"<{tag} {name}>"
        elif name in _SCHEMES and (scheme := _scheme(value)) not in _SCHEMES[name]:
            yield f"<{tag} {name}> with the scheme {scheme!r} in {value[:60]!r}"
        elif _FORBIDDEN.search(value):
            yield f"forbidden character in <{tag} {name}>"


def _scheme(url: str) -> str:
    """Return the scheme as browsers find it, which skip what is not seen (WHATWG URL, section 4.4)."""
    seen = re.sub(r"[\t\n\r]", "", url.strip("".join(map(chr, range(33)))))
    return seen.partition(":")[0].lower() if ":" in seen else ""


def _texts(article: Article) -> Iterator[str]:
    """Yield every string of the article, at any depth."""
    values: list[object] = [*astuple(article)]
    while values:
        value = values.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple | list):
            values += value


def _urls(article: Article) -> Iterator[str]:
    stated = (
        article.url,
        article.canonical_url,
        article.owner.homepage,
        article.provenance.final_url,
        *(image.url for image in article.images),
    )
    yield from (url for url in stated if url is not None)


def _url_fault(url: str) -> str | None:
    if _NOT_IN_A_URL.search(url):
        return f"unescaped character in the URL {url[:60]!r}"
    parts = urlsplit(url)
    is_web = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    return None if is_web else f"the URL {url[:60]!r} is not one of the web"
