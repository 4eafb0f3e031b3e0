"""An article's HTML, made to conform: each element where the HTML Standard allows it, the text untouched.

Publishers write lists with text between the items, emphasis around paragraphs and headings that skip levels.
Browsers forgive that; assistive technology, and whoever reads our feeds by the letter, need not. What stands
where it may not is moved into what it lacks, or becomes a plain container. Sections are of the HTML Standard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from functions.publish.conforming_attributes import conforming_attributes
from functions.publish.conforming_lines import line
from functions.publish.conforming_tables import table
from functions.publish.html_tree import Element, Node, parsed, serialised
from functions.publish.html_words import (
    HEADINGS,
    LINES,
    TRANSPARENT,
    has_block,
    is_phrasing,
    says_something,
    without_headings,
)
from newswire.article_text import text_of

_GROUPS = re.compile("(t+d+)+")
_PARTS = {"dl", "figure", "ol", "table", "tbody", "tfoot", "thead", "tr", "ul"}  # hold no text themselves
_ORPHANS = {"caption", "dd", "dt", "li"}
_MOST_LEVELS = 6


def conforming(html: str) -> str:
    """Return nh3's output as HTML that conforms below a first-level heading.

    `text_of` gives the same text before and after; where it would not, nothing is changed.
    """
    nodes = parsed(html)
    if nodes is None:
        return html
    levels: list[str] = []
    result = serialised([_finished(node, levels) for node in _flow(nodes)])
    return result if text_of(result) == text_of(html) else html


def _finished(node: Node, levels: list[str]) -> Node:
    """Return a node with conforming attributes, its headings levelled below those that are open."""
    if isinstance(node, str):
        return node
    name = node.name
    if name in HEADINGS:
        while levels and levels[-1] >= name:
            levels.pop()
        levels.append(name)
        name = f"h{min(len(levels) + 1, _MOST_LEVELS)}"
    children = [_finished(child, levels) for child in node.children]
    return Element(name, conforming_attributes(node), children)


def _flow(nodes: Sequence[Node]) -> list[Node]:
    """Return nodes that may stand where flow content may (3.2.5.2.2)."""
    return [kept for node in nodes for kept in ([node] if isinstance(node, str) else _placed(node))]


def _placed(node: Element) -> list[Node]:
    if node.name in _PLACED:
        return [_PLACED[node.name](node)]
    if node.name in LINES:
        return [node.holding(line(node.children))]
    if is_phrasing(node) and node.name not in TRANSPARENT and has_block(node):
        return _flow(_pushed_down(node, node.children))
    return [node.holding(_flow(node.children), "div" if node.name in _ORPHANS else None)]


def _pushed_down(inline: Element, nodes: Sequence[Node]) -> list[Node]:
    """Return an inline element's nodes with the element inside the blocks in place of around them."""
    kept: list[Node] = []
    run: list[Node] = []
    for node in [*nodes, None]:
        if node is not None and not has_block(node):
            run.append(node)
            continue
        if run:
            kept.extend([inline.holding(run)] if says_something(run) else run)
            run = []
        if isinstance(node, Element):
            kept.append(node.holding(_inside(inline, node)))
    return kept


def _inside(inline: Element, block: Element) -> Sequence[Node]:
    if block.name not in _PARTS:
        return _pushed_down(inline, block.children)
    return [
        child.holding(_inside(inline, child)) if isinstance(child, Element) and has_block(child) else child
        for child in block.children
    ]


def _list(node: Element) -> Element:
    """Return a list in which everything stands in items (4.4.6)."""
    items: list[Node] = []
    stray: list[Node] = []
    for child in [*node.children, None]:
        if child is not None and not (isinstance(child, Element) and child.name == "li"):
            stray.append(child)
            continue
        if says_something(stray):
            items.append(Element("li", {}, _flow(stray)))
        else:
            items.extend(one for one in stray if isinstance(one, str))
        stray = []
        if child is not None:
            items.append(child.holding(_flow(child.children)))
    return node.holding(items)


def _definitions(node: Element) -> Element:
    """Return a list of names and what they mean (4.4.9); without both of them it is a plain container."""
    letters = ""
    for child in node.children:
        if isinstance(child, Element):
            letters += {"dt": "t", "dd": "d"}.get(child.name, "?")
        elif child.strip():
            letters += "?"
    if not _GROUPS.fullmatch(letters):
        return node.holding(_flow(node.children), "div")
    return node.holding([_definition(child) for child in node.children])


def _definition(node: Node) -> Node:
    if isinstance(node, str):
        return node
    return node.holding(_flow(without_headings(node.children) if node.name == "dt" else node.children))


def _figure(node: Element) -> Element:
    """Return a figure with one caption, at its beginning or its end (4.4.12)."""
    captions: list[Element] = []
    body = _without_captions(node.children, captions)
    if not captions:
        return node.holding(_flow(body))
    words: list[Node] = []
    for caption in captions:
        words.extend([*([Element("br")] if words else []), *caption.children])
    first = next(one for one in node.children if isinstance(one, Element) or one.strip())
    caption = captions[0].holding(_flow(words))
    return node.holding([caption, *_flow(body)] if first is captions[0] else [*_flow(body), caption])


def _without_captions(nodes: Sequence[Node], captions: list[Element]) -> list[Node]:
    kept: list[Node] = []
    for node in nodes:
        if isinstance(node, str) or node.name == "figure":
            kept.append(node)
        elif node.name == "figcaption":
            captions.append(node)
        else:
            kept.append(node.holding(_without_captions(node.children, captions)))
    return kept


def _caption(node: Element) -> Element:
    """Return a caption that stands in no figure in one of its own."""
    return Element("figure", {}, [node.holding(_flow(node.children))])


def _table(node: Element) -> Element:
    return table(node, _flow)


_PLACED: Mapping[str, Callable[[Element], Element]] = {
    "dl": _definitions,
    "figcaption": _caption,
    "figure": _figure,
    "ol": _list,
    "table": _table,
    "ul": _list,
}
