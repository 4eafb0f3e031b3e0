"""Where a page's prose stands: the measure by which an extraction is planned and checked."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement

_SENTENCE = 80  # characters; shorter paragraphs are captions, labels and buttons
_LITTLE_PROSE = 500
_LEVELS = 3
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Prose:
    """A page's running text: characters of it, the element that directly holds most, and its share of it.

    `few`: there is so little of it that the page is another kind of page, or keeps its text elsewhere.
    """

    length: int
    densest: HtmlElement | None
    passages: tuple[str, ...]
    few: bool

    @property
    def densest_length(self) -> int:
        """Return the characters of prose that the densest element holds."""
        return sum(map(len, self.passages))

    def share_in(self, text: str) -> float:
        """Return the share of the densest element's words that a text has, too."""
        words = Counter(_WORD.findall(" ".join(self.passages).lower()))
        common = words & Counter(_WORD.findall(text.lower()))
        return common.total() / max(1, words.total())


def measure(paragraphs: Iterable[HtmlElement]) -> Prose:
    """Return where a page's prose is: paragraphs that are sentences and not mostly links."""
    holders: defaultdict[HtmlElement, list[str]] = defaultdict(list)
    total = 0
    for paragraph in paragraphs:
        text = " ".join(paragraph.text_content().split())
        if len(text) > _SENTENCE and sum(len(a.text_content()) for a in paragraph.iter("a")) * 2 < len(text):
            total += len(text)
            holder = paragraph.getparent()
            # Prose right in the body has no element to look into.
            if holder is not None and holder.tag != "body":
                holders[holder].append(text)
    densest = max(holders, key=lambda holder: sum(map(len, holders[holder])), default=None)
    if densest is None:
        return Prose(total, None, (), total < _LITTLE_PROSE)
    container = _container(densest, holders)
    passages = (text for holder, texts in holders.items() if _is_within(holder, container) for text in texts)
    return Prose(total, container, tuple(passages), total < _LITTLE_PROSE)


def _container(densest: HtmlElement, holders: Collection[HtmlElement]) -> HtmlElement:
    """Return the element that holds the whole of what the densest one holds most of.

    That is an ancestor where the text begins in it, or where it goes on in elements of the same kind
    (columns, pages, sections that advertisements divide).
    """
    kind = densest.get("class")
    kin = [one for one in holders if kind and one is not densest and one.get("class") == kind]
    container = densest
    for level, ancestor in enumerate(densest.iterancestors()):
        if level == _LEVELS or ancestor.tag in {"body", "html"}:
            break
        own = "".join([ancestor.text or "", *(child.tail or "" for child in ancestor)])
        is_holder = ancestor in holders
        if is_holder or len(own.strip()) > _SENTENCE or any(_is_within(holder, ancestor) for holder in kin):
            container = ancestor
    return container


def _is_within(element: HtmlElement, other: HtmlElement) -> bool:
    return element is other or any(ancestor is other for ancestor in element.iterancestors())
