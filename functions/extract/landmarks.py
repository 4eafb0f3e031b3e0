"""The elements of a page that metadata are read from, gathered in one walk over the tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from lxml.html import HtmlElement

_BLOCK_LEVELS = 3
_NEAR = 100
_WORD = re.compile(r"\w+")
_MAX_HEADINGS = 8
_TAGS = ("base", "meta", "link", "script", "title", "h1", "h2", "time", "img", "abbr", "a")


@dataclass(frozen=True)  # without slots, for what is cached
class Landmarks:
    """A page's root and, in document order, its elements of some kinds; tags are the fields' names.

    `has_microdata`: tells whether there may be any; where not, a walk is spared.
    """

    page: HtmlElement
    has_microdata: Callable[[], bool]
    base: list[HtmlElement] = field(default_factory=list)
    meta: list[HtmlElement] = field(default_factory=list)
    link: list[HtmlElement] = field(default_factory=list)
    script: list[HtmlElement] = field(default_factory=list)
    title: list[HtmlElement] = field(default_factory=list)
    h1: list[HtmlElement] = field(default_factory=list)
    h2: list[HtmlElement] = field(default_factory=list)
    time: list[HtmlElement] = field(default_factory=list)
    img: list[HtmlElement] = field(default_factory=list)
    abbr: list[HtmlElement] = field(default_factory=list)
    a: list[HtmlElement] = field(default_factory=list)

    @cached_property
    def _headline(self) -> HtmlElement | None:
        """The h1 (h2 where there is none) that shares most words with the title, the first of equals.

        Many sites have their own name or logo in an h1 as well.
        """
        headings = (self.h1 or self.h2)[:_MAX_HEADINGS]
        if len(headings) < 2 or not self.title:
            return next(iter(headings), None)
        title = _words(self.title[0])
        return max(headings, key=lambda heading: len(title & _words(heading)))

    @cached_property
    def near(self) -> tuple[HtmlElement, ...]:
        """The headline, what is in it and what follows it, at most 100 elements."""
        headline = self._headline
        return () if headline is None else tuple(islice(_from(headline), _NEAR))

    def before_headline(self) -> Iterator[HtmlElement]:
        """Yield what stands before the headline in its own block, from the beginning of that block."""
        block = headline = self._headline
        for _ in range(_BLOCK_LEVELS):
            above = None if block is None else block.getparent()
            if above is None or above.tag in ("body", "html"):
                break
            block = above
        for element in () if block is None else block.iter("*"):
            if element is headline:
                return
            yield element


def read_landmarks(page: HtmlElement, has_microdata: Callable[[], bool]) -> Landmarks:
    """Walk over the whole page once: by then it is in no cache, and each walk more takes as long."""
    found = Landmarks(page, has_microdata)
    lists = {name: getattr(found, name) for name in _TAGS}
    for element in page.iter(*_TAGS):
        lists[element.tag].append(element)
    return found


def _words(element: HtmlElement) -> set[str]:
    return set(_WORD.findall(str(element.text_content())))


def _from(element: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the element and all that come after it in document order."""
    yield from element.iter("*")
    above: HtmlElement | None = element
    while above is not None:
        for beside in above.itersiblings("*"):
            yield from beside.iter("*")
        above = above.getparent()
