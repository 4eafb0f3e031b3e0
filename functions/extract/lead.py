"""An article's lead: the summary in bold between the headline and the text.

Sites keep it outside of the element that holds the text, so that trafilatura leaves it out; it is the
publisher's text all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from itertools import islice

from lxml.etree import _Element
from lxml.html import HtmlElement

from functions.extract.inline_marks import unmarked
from newswire.text import ascii_words

_NAMES = re.compile(
    r"chapo|chapeau|standfirst|teaser|ingress|preface|strapline|entradilla|bajada|copete|vorspann|sommario"
    r"|sub-?(?:title|head|headline|heading)(?![a-z])|subtitulo|intro(?![a-z])|introtext|introduction|article-?summary"
    r"|(?:^|[\s_-])(?:lead|lede|dek|deck|abstract|summary|sapo|excerpt|synopsis|desc|description|ringkasan)"
    r"(?:-?text)?(?:$|[\s_-])"
)
_PICTURES = re.compile(
    r"(?<![a-z])art(?![a-z])|caption|credit|figure|foto|galler|image|img|media|photo|pict|video"
)
_TAGS = ("h2", "h3", "h4", "p", "div", "section", "span", "strong")
_CONTAINERS = frozenset({"div", "section"})
_NEAR = 120  # elements after the headline
_SHORTEST, _LONGEST = 40, 1000  # characters
_PARAGRAPH = 80
_SAME = 50  # characters that must be equal
_BEGINNING = 30  # pieces of text, among which a text repeats its lead if it does
_ELSEWHERE = frozenset({"a", "aside", "figcaption", "figure", "footer", "form", "li", "nav", "td"})
_TAG = re.compile(r"<[^<>]*>")
_NOT_WORD = re.compile(r"\W+")


def find_lead(page: HtmlElement, headline: str | None, description: str | None) -> HtmlElement | None:
    """Return a copy of the element that holds the lead, or None.

    It stands near after the headline and before the first other paragraph, and its name says what it is or
    its text is the page's own description.
    """
    summary = _words(_TAG.sub(" ", description or ""))[:_SAME]
    for element in _after_headline(page, _words(headline or "")):
        names = f"{element.get('class', '')} {element.get('itemprop', '')}".lower()
        is_named = len(names) > 1 and _NAMES.search(names) is not None and not _PICTURES.search(names)
        if element.tag in _CONTAINERS and len(element) and not is_named:
            continue
        text = _words(element.text_content()[: _LONGEST * 2])
        is_summary = len(summary) == _SAME and text.startswith(summary)
        if (is_named or is_summary) and _SHORTEST <= len(text) <= _LONGEST:
            return _copied(element) if _stands_free(element) else None
        if element.tag == "p" and len(text) > _PARAGRAPH:
            return None
    return None


def restore_lead(body: _Element, lead: HtmlElement | None) -> None:
    """Put the lead before an article's body, in place, unless the body has it."""
    if lead is None:
        return
    start = _words(lead.text_content())[:_SAME]
    beginning = unmarked("".join(islice(body.itertext(), _BEGINNING)))
    # Most bodies do not have it, and then its longest word alone tells.
    longest = max(start.split(" ")[:-1], key=len, default="")
    if (not longest.isascii() or longest in beginning.lower()) and start in _words(beginning):
        return
    body.insert(0, lead)
    if body.text:
        lead.tail, body.text = body.text, None


def _after_headline(page: HtmlElement, headline: str) -> Iterator[HtmlElement]:
    """Yield what follows the heading that is the headline, or else the first of the page's highest rank."""
    first = None
    for heading in page.iter("h1", "h2"):
        text = _words(heading.text_content()[:_LONGEST])
        if heading.tag == "h1" and first is None:
            first = heading
        if text and (text in headline if heading.tag == "h1" else text == headline):
            return islice(_following(heading), _NEAR)
    return iter(()) if first is None else islice(_following(first), _NEAR)


def _following(element: HtmlElement) -> Iterator[HtmlElement]:
    around: HtmlElement | None = element
    while around is not None:
        for sibling in around.itersiblings():
            yield from sibling.iter(*_TAGS)
        around = around.getparent()


def _stands_free(element: HtmlElement) -> bool:
    linked = sum(len(link.text_content()) for link in element.iter("a"))
    if next(element.iter("figure", "form", "script", "style"), None) is not None:
        return False
    return linked * 2 < len(element.text_content()) and not any(
        around.tag in _ELSEWHERE for around in element.iterancestors()
    )


def _copied(element: HtmlElement) -> HtmlElement:
    copy = deepcopy(element)
    copy.tail = None
    for line_break in copy.iter("br"):
        line_break.tag = "lb"
    copy.tag = "div" if next(copy.iterdescendants("p", "div"), None) is not None else "p"
    return copy


def _words(text: str) -> str:
    plain = ascii_words(text)
    if plain is not None:
        return b" ".join(plain).decode().lower()
    return _NOT_WORD.sub(" ", text).strip().lower()
