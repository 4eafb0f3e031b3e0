"""The paragraph that opens an article and stands apart from it, under the headline."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

# Shorter ones are subheadings, which belong to the headline and not to the text.
_FEWEST = 120  # characters
_MOST = 800
_FAR = 160  # elements before the body
_NEAR = 40  # the same, where no headline is met
_MANY_CHILDREN = 8
_MOST_PARAGRAPHS = 3
_COMPARED = 50  # characters, letters and digits only
_BLOCKS = frozenset({"div", "h2", "h3", "h4", "h5", "p", "section", "span"})
_PARAGRAPHS = frozenset({"h2", "h3", "h4", "h5", "p"})
_WORD = re.compile(r"\w+")


def standfirst(body: HtmlElement, description: str | None) -> list[HtmlElement]:
    """Return the elements between the page's headline and the article's body that open the text.

    These are paragraphs, headings of a paragraph's length, and whatever says what the page gives as its
    description.
    """
    stated = _compact(description or "")[:_COMPARED]
    found: dict[str, HtmlElement] = {}
    taken: set[HtmlElement] = set()
    for element in _between(body):
        if element in taken or element.tag not in _BLOCKS or len(element) > _MANY_CHILDREN:
            continue
        text = " ".join(element.text_content().split())
        if not _FEWEST <= len(text) <= _MOST or _links_in(element) * 2 >= len(text):
            continue
        described = len(stated) == _COMPARED and _compact(text[: _MOST // 2]).startswith(stated)
        if described or element.tag in _PARAGRAPHS:
            found.setdefault(text, element)
            taken.update(element.iterancestors())
    return list(found.values())[::-1][:_MOST_PARAGRAPHS]


def _between(body: HtmlElement) -> list[HtmlElement]:
    """Return the elements from the body back to the headline; those nearby where no headline is met."""
    passed: list[HtmlElement] = []
    for element in _before(body):
        if element.tag == "h1":
            return passed
        passed.append(element)
        if len(passed) == _FAR:
            break
    return passed[:_NEAR]


def _before(element: HtmlElement) -> Iterator[HtmlElement]:
    """Yield what precedes an element, nearest first: the reverse of document order, without ancestors."""
    around: HtmlElement | None = element
    while around is not None:
        for sibling in around.itersiblings(preceding=True):
            yield from reversed(list(sibling.iter()))
        around = around.getparent()


def _links_in(element: HtmlElement) -> int:
    return sum(len(link.text_content()) for link in element.iter("a"))


def _compact(text: str) -> str:
    return "".join(_WORD.findall(text.lower()))
