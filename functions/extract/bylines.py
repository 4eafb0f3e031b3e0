"""The visible lines of a page that may name its author; who they name is decided elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from functions.extract.landmarks import Landmarks
from newswire.text import one_line

_MAX_LINK = 60  # characters
_MAX_BYLINE = 300  # characters
_MAX_BYLINES = 20
_MAX_PIECES = 40  # texts of one byline
_NEAR = 60  # elements from the headline on
_NAMED = re.compile(r"author|byline|penulis|reporter|autor\b|auteur|redaktur", re.IGNORECASE)
_OTHERS = re.compile(r"comment|komentar|related|recommend|sidebar|footer", re.IGNORECASE)
_TAGS = ("a", "address", "b", "div", "em", "footer", "h4", "h5", "h6", "header", "i", "li", "p", "section")
_INLINE = ("small", "span", "strong", "td", "cite", "dd", "ul")
_LABELLED = re.compile(
    r"\s{0,20}\(?(?:(?:reporter|pewarta|penulis|wartawan|jurnalis|kontributor|laporan|author|autor|autorin)\s?:"
    r"|(?:written by|ditulis oleh|oleh|by|von)\b:? ?[^\W\d_a-z])",
    re.IGNORECASE,
)


def bylines(page: Landmarks) -> Iterator[list[str]]:
    """Yield candidates, best first: of each byline its links, which are mostly names, then its whole text.

    Bylines are elements that are marked or named so, then lines beside the headline that begin as bylines do.
    """
    for element in islice(_named(page.page), _MAX_BYLINES):
        text = _text(element)
        if text and len(text) <= _MAX_BYLINE:
            yield [one_line(str(link.text_content()), _MAX_LINK) for link in element.iter("a")]
            yield [text]
    yield from ([text] for text in _labelled(page))


def _named(root: HtmlElement) -> Iterator[HtmlElement]:
    for element in root.iter(*_TAGS, *_INLINE):
        names = f"{element.get('class', '')} {element.get('id', '')} {element.get('rel', '')}"
        if len(names) > 2 and _NAMED.search(names) and not _is_others(element):
            yield element


def _is_others(element: HtmlElement) -> bool:
    return any(
        _OTHERS.search(f"{above.get('class', '')} {above.get('id', '')}")
        for above in (element, *element.iterancestors())
        if above.tag not in ("html", "body")
    )


def _labelled(page: Landmarks) -> Iterator[str]:
    for element in page.after_headline(_NEAR):
        if element.text and _LABELLED.match(element.text):
            yield _text(element)
        elif element.tail and _LABELLED.match(element.tail):
            yield one_line(element.tail, _MAX_BYLINE)


def _text(element: HtmlElement) -> str:
    return one_line(" ".join(islice(element.itertext(), _MAX_PIECES)), _MAX_BYLINE + 1)
