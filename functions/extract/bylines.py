"""The visible lines of a page that may name its author; who they name is decided elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml.html import HtmlElement

from functions.extract.landmarks import Landmarks
from newswire.text import one_line

_MAX_LINK = 60  # characters
_MAX_BYLINE = 300  # characters
_MAX_BYLINES = 20
_MAX_LOOKS = 200  # at elements that are named after authors
_MAX_PIECES = 40  # texts of one byline
_ABOVE = 80  # elements of the headline's block before it
# Parts of classes and ids; asked one by one because a search for all at once takes longer.
_NAMED = ("author", "byline", "autor", "auteur", "penulis", "reporter", "writer", "jurnalis", "contributor")
_OTHERS = (
    "comment",
    "komentar",
    "related",
    "terkait",
    "recommend",
    "sidebar",
    "leserbrief",
    "widget",
    "popul",
)
_AUTHORS_PAGE = re.compile(
    r"/(?:authors?|autor(?:en)?|auteurs?|penulis|reporters?|writers?|contributors?|jurnalis|redaktur)[/=]"
    r"|[?&]author="
)
_TAGS = ("a", "address", "cite", "div", "em", "h4", "p", "small", "span", "strong")
_COLON = (
    "reporter|pewarta|penulis|wartawan|jurnalis|kontributor|laporan|author|autor|autorin|text|written by|oleh"
    "|ditulis oleh"
)
_LABEL_AND_COLON = re.compile(rf"[\s(]{{0,20}}(?:{_COLON})\s?:", re.IGNORECASE)
_LABEL = re.compile(
    rf"[\s(–—-]{{0,20}}(?:(?i:{_COLON})\s?:|(?i:written by|story by|ditulis oleh|oleh|by|von|par)\b:?"
    r"(?= ?[^\W\d_a-zà-öø-ÿ]|\s*$))"
)


def bylines(page: Landmarks) -> Iterator[list[str]]:
    """Yield candidates, best first: of each byline its links, which are mostly names, then its whole text.

    Bylines are elements that are marked or named so; lines beside the headline that begin as bylines do;
    links to authors' pages; last, lines anywhere that say "Reporter:" or the like, as below articles.
    """
    near = page.near
    block = [*islice(page.before_headline(), _ABOVE), *near]
    yield from _named(block, [])
    yield from ([text] for text in (*_labelled(near), *_links(block)))
    below: list[str] = []
    yield from _named(page.page.iter(*_TAGS), below)
    yield from ([text] for text in below[:_MAX_BYLINES])


def _named(elements: Iterable[HtmlElement], below: list[str]) -> Iterator[list[str]]:
    """Yield candidates of elements named after authors; gather the lines that are labelled, on the way."""
    known: dict[str, bool] = {"": False}  # a page repeats its classes
    left, looks = _MAX_BYLINES, _MAX_LOOKS
    for element in elements:
        # Written out, for this is the one loop over most of a page: a call costs as much as the rest of it.
        names = element.get("class") or element.get("id") or ""
        if relation := element.get("rel"):
            names = f"{names} {relation}"
        is_named = known.get(names)
        if is_named is None:
            is_named = known[names] = _is_named(names, _NAMED)
        if is_named:
            looks -= 1
            text = _text(element)
            if text and len(text) <= _MAX_BYLINE and not _is_others(element):
                yield [_text(link)[:_MAX_LINK] for link in islice(element.iter("a"), _MAX_BYLINES)]
                yield [text]
                left -= 1
            if not left or not looks:
                return
        elif (text := element.text) and ":" in text[:40] and _LABEL_AND_COLON.match(text):
            below.append(_labelled_text(text, element[0] if len(element) else None))


def _is_named(names: str, parts: tuple[str, ...]) -> bool:
    lower = names.lower()
    for part in parts:  # noqa: SIM110 - a generator costs more than the search
        if part in lower:
            return True
    return False


def _is_others(element: HtmlElement) -> bool:
    return any(
        _is_named(above.get("class") or above.get("id") or "", _OTHERS)
        for above in (element, *element.iterancestors())
        if above.tag not in ("html", "body")
    )


def _links(elements: Iterable[HtmlElement]) -> list[str]:
    """Return the first link to an author's page."""
    links = (
        _text(link) for link in elements if link.tag == "a" and _AUTHORS_PAGE.search(link.get("href", ""))
    )
    return list(islice(filter(None, links), 1))


def _labelled(elements: Iterable[HtmlElement]) -> Iterator[str]:
    for element in elements:
        if element.text and _LABEL.match(element.text) and not _is_others(element):
            yield _labelled_text(element.text, element[0] if len(element) else None)
        if element.tail and _LABEL.match(element.tail) and not _is_others(element):
            yield _labelled_text(element.tail, element.getnext())


def _labelled_text(text: str, following: HtmlElement | None) -> str:
    """Return the line that begins with a label; a label alone, with what stands beside it."""
    label = _LABEL.match(text) or _LABEL_AND_COLON.match(text)
    if label is not None and not text[label.end() :].strip() and following is not None:
        text = f"{text} {_text(following)}"
    return one_line(text, _MAX_BYLINE)


def _text(element: HtmlElement) -> str:
    return one_line(" ".join(islice(element.itertext(), _MAX_PIECES)), _MAX_BYLINE + 1)
