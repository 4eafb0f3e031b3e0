"""Dates that a page shows to its readers, for pages that tell machines none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from lxml.html import HtmlElement

LONGEST_LINE = 150
_SHORT_LINE = 60
# Its first character is one class, which makes the search faster than an alternative would.
_DATED = re.compile(
    r"[\d年년](?:(?<=[年년])|\d{3}|\d?[./-]\d{1,2}[./-]\d{2}|(?<=[^\W\d_] \d)\d(?=\s{0,9}[)|]?\s{0,9}$))"
)
_BARE = re.compile(r"\D{0,30}\d")
_DATE_CLASS = re.compile(r"(?<!up)date|publi|posted|time|tanggal")
# What stands beside an article and has dates of its own, by the words in its class or id.
_BESIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|comment-?list|kommentare?|komentar|replies|related\w*|relations?|recommend\w*"
    r"|terkait|widget|menu|copyright|most-?read|popular|terpopuler)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_FURNITURE = frozenset({"aside", "footer", "header", "nav", "script", "style", "title", "option"})
# A line that begins with its place and day, as agencies' reports do: "Jakarta, 24 April 2020 - The".
_DATELINE = re.compile(r"\s{0,40}([^–—:|(]{6,50}?)(?:\s[–—-]|[:|(])")
_LAST_EDITED = re.compile(
    r"\blast (?:edit|modifi|changed)|zuletzt [^\n]{0,60}(?:geändert|bearbeitet)|dernière modification"
    r"|\bterakhir (?:diubah|disunting)|\bultima modifica",
    re.IGNORECASE,
)
_EDITED_NAMES = re.compile(r"last-?_?(?:mod|edit)", re.IGNORECASE)
_INDENTED = 4 * LONGEST_LINE
_TAGS = "div span p li a em i small td strong b dd h3 h4 h5 h6"
DATE_TAGS = frozenset(_TAGS.split())


def is_beside(element: HtmlElement) -> bool:
    """Whether the element is of comments, of lists of other articles or of a menu, by the names they bear."""
    for above in (element, *element.iterancestors()):
        if above.tag == "body":
            break
        if _BESIDE.search(f"{above.get('class') or ''} {above.get('id') or ''}"):
            return True
        if above.tag in ("article", "main"):
            break
    return False


def is_bare(line: str) -> bool:
    """Whether a line is little more than a date: no sentence that speaks of another day."""
    return len(line) <= _SHORT_LINE and _BARE.match(line) is not None


def dated_lines(elements: Iterable[HtmlElement]) -> Iterator[str]:
    """Yield the short texts in these elements in which there may be a date."""
    return (line for _, line in _dated(elements))


def lines_of_article(elements: Iterable[HtmlElement]) -> Iterator[str]:
    """Yield those of the lines that do not stand beside the article."""
    return (line for element, line in _dated(elements) if not is_beside(element))


def _dated(elements: Iterable[HtmlElement]) -> Iterator[tuple[HtmlElement, str]]:
    for element in elements:
        for text in (element.text, element.tail):
            if text and len(text) <= _INDENTED and _DATED.search(text):
                line = " ".join(text.split())
                if len(line) <= LONGEST_LINE:
                    yield element, line


def datelines(elements: Iterable[HtmlElement]) -> Iterator[str]:
    """Yield the places and days with which texts begin."""
    for element in elements:
        found = element.text and _DATELINE.match(element.text)
        if found and _DATED.search(found[1]) and not is_beside(element):
            yield found[1]


def named_after_dates(elements: Iterable[HtmlElement], *, sure: bool) -> Iterator[str]:
    """Yield the lines of elements whose class or id speaks of dates.

    `sure`: of those that speak of metadata, bare ones only: others may tell when somebody said something.
    """
    for element in elements:
        names = element.get("class") or element.get("id")
        if not names or element.tag not in DATE_TAGS:
            continue
        is_date = _DATE_CLASS.search(names) is not None
        if not is_date and "meta" not in names:
            continue
        line = " ".join(" ".join(islice(element.itertext(), 20))[:_INDENTED].split())
        if len(line) > LONGEST_LINE or not _DATED.search(line) or is_beside(element):
            continue
        if is_date or not sure or is_bare(line):
            yield line


def dates_alone(page: HtmlElement, above_headline: Iterable[HtmlElement]) -> Iterator[str]:
    """Yield short lines above the headline in its block, then anywhere but in headers, footers and so on."""
    for element, line in _dated(chain(above_headline, page.iter("*"))):
        if is_bare(line) and not _is_furniture(element):
            yield line


def last_edited(page: HtmlElement) -> Iterator[str]:
    """Yield the lines that tell when the page was last edited, which is all that wikis tell."""
    for element in page.iter("li", "p", "div", "span", "small", "time"):
        text = element.text
        if text and len(text) <= _INDENTED and _DATED.search(text):
            names = f"{element.get('class') or ''} {element.get('id') or ''}"
            if _LAST_EDITED.search(text) or _EDITED_NAMES.search(names):
                yield text


def _is_furniture(element: HtmlElement) -> bool:
    tags = [above.tag for above in (element, *element.iterancestors())]
    if "article" in tags or "main" in tags:  # whose headers are the article's own
        tags = [tag for tag in tags if tag != "header"]
    return not _FURNITURE.isdisjoint(tags) or is_beside(element)
