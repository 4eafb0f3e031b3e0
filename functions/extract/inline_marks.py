"""Emphasis and links, carried through trafilatura as single private-use characters.

Asked to keep formatting and links, trafilatura decides differently about what is article, and loses
wanted passages. So it is not asked: each emphasis and link of the page gets one character at its start
and one at its end, which its heuristics take for text, and the walk of the result (page_html) turns
them back into elements.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain

from lxml.html import HtmlElement

_MAX_LINKS = 2000
_KINDS = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "sub": "sub", "sup": "sup", "a": "a"}
_BLOCKS = (
    *("article", "aside", "blockquote", "br", "div", "dl", "figure", "footer", "h1", "h2", "h3", "h4", "h5"),
    *("h6", "header", "hr", "img", "li", "ol", "p", "pre", "section", "table", "td", "ul"),
)

# Plane 15 is for private use and hardly used; what a page itself has of it is removed by `page_tree`.
_STARTS = {0xF0000: "strong", 0xF0001: "em", 0xF0002: "sub", 0xF0003: "sup"}
_ENDS = {0xF0100: "strong", 0xF0101: "em", 0xF0102: "sub", 0xF0103: "sup", 0xF0104: "a"}
_LINK = 0xF0200  # the first link's start, the next one's follows
PARAGRAPH = chr(0xF0110)
"""Stands where a page ends a paragraph by two line breaks, of which trafilatura keeps one."""

_START_OF = {name: chr(code) for code, name in _STARTS.items()}
_END_OF = {name: chr(code) for code, name in _ENDS.items()}
_RESERVED = re.compile("[\U000f0000-\U000fffff]")


def mark(page: HtmlElement, *more: HtmlElement | None) -> tuple[str, ...]:
    """Mark the inline elements of trees in place; return the links' targets for `unmark`."""
    targets: list[str] = []
    trees = [page, *(tree for tree in more if tree is not None)]
    for element in chain.from_iterable(tree.iter(*_KINDS) for tree in trees):
        kind = _KINDS[element.tag]
        target = element.get("href") if kind == "a" else None
        if (kind == "a" and (not target or len(targets) == _MAX_LINKS)) or not _holds_a_phrase(element):
            continue
        start = _START_OF.get(kind) or chr(_LINK + len(targets))
        if target:
            targets.append(target)
        _enclose(element, start, _END_OF[kind])
    for line_break in chain.from_iterable(tree.iter("br") for tree in trees):
        before = line_break.getprevious()
        if before is not None and before.tag == "br" and not (before.tail or "").strip() and line_break.tail:
            line_break.tail = PARAGRAPH + line_break.tail
    return tuple(targets)


def unmark(line: str, link_tag: Callable[[int], str | None]) -> str:
    """Return a line of HTML with its marks replaced by balanced elements.

    `link_tag` gives the opening tag of a link by its place in `mark`'s answer, None to drop the link.
    A mark whose partner got lost closes with the line.
    """
    if not _RESERVED.search(line):
        return line
    opened: list[str] = []

    def replaced(found: re.Match[str]) -> str:
        code = ord(found[0])
        if code in _ENDS:
            return _closed(opened, _ENDS[code])
        if code < _LINK and code not in _STARTS:
            return ""
        tag = f"<{_STARTS[code]}>" if code in _STARTS else link_tag(code - _LINK)
        name = _STARTS.get(code, "a")
        if tag is None or name in opened:
            return ""
        opened.append(name)
        return tag

    html = _RESERVED.sub(replaced, line)
    return html + (_closed(opened, opened[0]) if opened else "")


def unmarked(text: str) -> str:
    """Return text with a space for each mark, which is no part of a word either."""
    return text if text.isascii() else _RESERVED.sub(" ", text)


def _closed(opened: list[str], name: str) -> str:
    """Return the end tags of an element and of everything open in it."""
    if name not in opened:
        return ""
    inner = opened[opened.index(name) :]
    del opened[opened.index(name) :]
    return "".join(f"</{each}>" for each in reversed(inner))


def _holds_a_phrase(element: HtmlElement) -> bool:
    if not len(element):
        return bool(element.text and not element.text.isspace())
    return next(element.iterdescendants(*_BLOCKS), None) is None and bool(element.text_content().strip())


def _enclose(element: HtmlElement, start: str, end: str) -> None:
    element.text = start + (element.text or "")
    if len(element):
        element[-1].tail = (element[-1].tail or "") + end
    else:
        element.text += end
