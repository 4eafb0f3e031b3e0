"""An article's HTML judged by the letter of the HTML Standard, where it stands below a page's headline.

:func:`violations` names the section with each rule. It judges what a sanitiser lets through: balanced tags,
attributes in quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

_VOID = {"br", "hr", "img", "wbr"}
_TRANSPARENT = {"a", "del", "ins"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_LINES = _HEADINGS | {"p", "pre"}
_FLOW = {"blockquote", "caption", "dd", "div", "dt", "figcaption", "figure", "li", "td", "th", ""}
_BLOCKS = (_FLOW | _LINES | {"dl", "hr", "ol", "table", "tbody", "tfoot", "thead", "tr", "ul"}) - {""}
_PARENTS = {
    "caption": {"table"},
    "dd": {"dl"},
    "dt": {"dl"},
    "figcaption": {"figure"},
    "li": {"ol", "ul"},
    "tbody": {"table"},
    "td": {"tr"},
    "tfoot": {"table"},
    "th": {"tr"},
    "thead": {"table"},
    "tr": {"tbody", "tfoot", "thead", "table"},
}
_CHILDREN = {
    "dl": {"dd", "div", "dt"},
    "ol": {"li"},
    "table": {"caption", "tbody", "tfoot", "thead", "tr"},
    "tbody": {"tr"},
    "tfoot": {"tr"},
    "thead": {"tr"},
    "tr": {"td", "th"},
    "ul": {"li"},
}
_NO_URL = re.compile(r"""[\x00- "<>\[\\\]^`{|}\x7f]|%(?![0-9A-Fa-f]{2})|#.*#""")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class _Node:
    def __init__(self, name: str, attributes: dict[str, str | None], parent: _Node | None) -> None:
        self.name, self.attributes, self.parent = name, attributes, parent
        self.children: list[_Node | str] = []

    def elements(self) -> list[_Node]:
        return [child for child in self.children if isinstance(child, _Node)]

    def walk(self) -> Iterator[_Node]:
        for child in self.elements():
            yield child
            yield from child.walk()


class _Tree(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self._open = _Node("", {}, None)
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = _Node(tag, dict(attrs), self._open)
        self._open.children.append(node)
        if tag not in _VOID:
            self._open = node

    def handle_endtag(self, tag: str) -> None:
        assert self._open.name == tag, f"</{tag}> ends <{self._open.name}>"
        assert self._open.parent is not None
        self._open = self._open.parent

    def handle_data(self, data: str) -> None:
        self._open.children.append(data)


def violations(html: str) -> list[str]:
    """Return what is wrong with the HTML of an article's text."""
    root = _Tree(html).root
    found = list(_levels(root))
    for node in root.walk():
        found += [*_place(node), *_content(node), *_attributes(node)]
    return found


def _place(node: _Node) -> Iterator[str]:
    parent = node.parent
    while parent is not None and parent.name in _TRANSPARENT and node.name not in _PARENTS:
        parent = parent.parent
    assert parent is not None
    wanted = _PARENTS.get(node.name)
    if wanted is not None and parent.name not in wanted:
        yield f"{node.name} stands in {parent.name or 'the article'}"
    if node.name in _BLOCKS and wanted is None and parent.name not in _FLOW:
        yield f"3.2.5.2.2: {node.name} stands in {parent.name}"


def _content(node: _Node) -> Iterator[str]:
    allowed = _CHILDREN.get(node.name)
    names = [child.name for child in node.elements()]
    if allowed is not None:
        if set(names) - allowed:
            yield f"{node.name} holds {sorted(set(names) - allowed)}"
        if any(isinstance(child, str) and child.strip() for child in node.children):
            yield f"{node.name} holds text"
    if node.name == "dl" and not re.fullmatch("((dt )+(dd )+)+", "".join(f"{name} " for name in names)):
        yield f"4.4.9: dl is of {names}"
    if node.name == "figure" and "figcaption" in names:
        yield from _caption(node, names)
    if node.name in {"dt", "th"} and any(one.name in _HEADINGS for one in node.walk()):
        yield f"4.4.10, 4.9.10: a heading in {node.name}"
    if node.name == "table":
        yield from _table(node)


def _caption(figure: _Node, names: list[str]) -> Iterator[str]:
    said = [child for child in figure.children if isinstance(child, _Node) or child.strip()]
    ends = [one for one in (said[0], said[-1]) if isinstance(one, _Node) and one.name == "figcaption"]
    if names.count("figcaption") > 1 or not ends:
        yield "4.4.12: a figure has one caption, first or last"


def _table(table: _Node) -> Iterator[str]:
    groups = [child for child in table.elements() if child.name in {"tbody", "tfoot", "thead"}]
    for place, group in enumerate(groups):
        if group.name == "tfoot" and place < len(groups) - 1:
            yield "4.9.1: tfoot is not the last"
    begun: set[int] = set()
    taken: set[int] = set()
    for group in groups:
        grid: dict[tuple[int, int], bool] = {}
        rows = group.elements()
        for y, row in enumerate(rows):
            if not row.elements():
                yield "4.9.12: a row has no cells"
            x = 0
            for cell in row.elements():
                while (x, y) in grid:
                    x += 1
                wide, high = (int(cell.attributes.get(name) or 1) for name in ("colspan", "rowspan"))
                begun.add(x)
                grid |= {(x + dx, y + dy): True for dx in range(wide) for dy in range(high)}
        taken |= {x for x, _ in grid}
        if any(y >= len(rows) for _, y in grid):
            yield "4.9.12: a cell reaches below its rows"
    if taken - begun:
        yield f"4.9.12: no cell begins in columns {sorted(taken - begun)}"


def _attributes(node: _Node) -> Iterator[str]:
    kept = node.attributes
    for name in {"href", "src"} & kept.keys():
        if _NO_URL.search(kept[name] or ""):
            yield f"URL Standard, 4.3: {name} is {kept[name]!r}"
    if node.name == "img" and "alt" not in kept:
        yield "4.8.4.4: a picture without alt"
    if node.name == "a" and "href" not in kept and "rel" in kept:
        yield "4.6.2: rel without href"
    if (lang := kept.get("lang")) is not None and not _LANGUAGE.fullmatch(lang):
        yield f"3.2.6.2: lang is {lang!r}"
    if (direction := kept.get("dir")) is not None and direction not in {"auto", "ltr", "rtl"}:
        yield f"3.2.6.4: dir is {direction!r}"


def _levels(root: _Node) -> Iterator[str]:
    level = 1  # the page's headline
    for node in root.walk():
        if node.name in _HEADINGS:
            if int(node.name[1]) > level + 1:
                yield f"4.3.11.2: {node.name} follows h{level}"
            level = int(node.name[1])
