"""What a page says about its article in microdata (WHATWG HTML, section 5): read only where asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from itertools import islice

from lxml.html import HtmlElement

from newswire.text import one_line

_MAX_VALUE = 2000  # characters of one value
_MAX_VALUES = 40  # values under one name
_MAX_PROPERTIES = 400
_MAX_TEXTS = 30  # pieces of one value
ARTICLE_TYPE = re.compile(r"(?:\w*Article|\w*Posting|Report|Review|ClaimReview|Recipe)$")


class Microdata:
    """The properties of the page's article, by itemprop in lower case.

    `author.name` is a property of the item that is the article's author. Those of comments are nobody's.
    The page is walked at the first question, if it may have microdata.
    """

    def __init__(self, page: HtmlElement, may_be_there: Callable[[], bool]) -> None:
        self._page = page
        self._may_be_there = may_be_there

    def values(self, *paths: str) -> list[str]:
        """Return the values under these paths, those of the first path first."""
        return [value for path in paths for value in self._found.get(path, ())]

    @cached_property
    def _found(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        every = self._page.iter("*") if self._may_be_there() else ()
        elements = (element for element in every if element.get("itemprop") is not None)
        for element in islice(elements, _MAX_PROPERTIES):
            names = element.get("itemprop").lower().split()[:4]
            if "articlebody" in names:
                continue
            owner, kind = _scope(element)
            value = "" if kind == "Comment" else one_line(_value(element), _MAX_VALUE)
            for name in names if value else ():
                values = found.setdefault(f"{owner}.{name}" if owner else name, [])
                if len(values) < _MAX_VALUES:
                    values.append(value)
        return found


def _scope(element: HtmlElement) -> tuple[str, str]:
    """Return the property that the element's item is the value of ("" for an article), and its type."""
    scope = next((above for above in element.iterancestors() if above.get("itemscope") is not None), None)
    if scope is None:
        return "", ""
    kind = scope.get("itemtype", "").rsplit("/", 1)[-1]
    return "" if ARTICLE_TYPE.match(kind) else scope.get("itemprop", "").lower(), kind


def _value(element: HtmlElement) -> str:
    for attribute in ("content", "datetime"):
        if (value := element.get(attribute)) is not None:
            return str(value)
    if element.get("itemscope") is not None:
        return ""
    if element.tag in {"img", "source", "iframe", "video"}:
        return str(element.get("src") or "")
    return "".join(islice(element.itertext(), _MAX_TEXTS))
