"""Tables whose rows and columns all begin somewhere (HTML Standard, 4.9.1 and 4.9.12)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from functions.publish.html_tree import Element, Node
from functions.publish.html_words import without_headings

_ROW_GROUPS = ("tbody", "tfoot", "thead")
_CELLS = ("td", "th")
_SPANS = ("colspan", "rowspan")

Flow = Callable[[Sequence[Node]], list[Node]]


def table(node: Element, flow: Flow) -> Element:
    """Return a table without empty rows, its foot last, and without spans where they reach beyond it."""
    groups = [child for child in node.children if isinstance(child, Element) and child.name in _ROW_GROUPS]
    sound = _is_sound(groups)
    kept: list[Node] = []
    for child in node.children:
        if isinstance(child, str):
            kept.append(child)
        elif child.name in _ROW_GROUPS:
            is_foot = child.name == "tfoot" and child is groups[-1]
            is_head = child.name == "thead" and child is groups[0]
            name = child.name if is_foot or is_head else "tbody"
            kept.append(child.holding(_rows(child, flow, spans=sound), name))
        else:
            kept.append(child.holding(flow(child.children)))
    return node.holding(kept)


def _rows(group: Element, flow: Flow, *, spans: bool) -> list[Node]:
    rows: list[Node] = []
    for child in group.children:
        if isinstance(child, str):
            rows.append(child)
        elif _cells(child):
            rows.append(child.holding([_cell(one, flow, spans=spans) for one in child.children]))
    return rows


def _cell(node: Node, flow: Flow, *, spans: bool) -> Node:
    if isinstance(node, str):
        return node
    kept = {name: value for name, value in node.attributes.items() if spans or name not in _SPANS}
    children = without_headings(node.children) if node.name == "th" else node.children
    return Element(node.name, kept, flow(children))


def _is_sound(groups: Sequence[Element]) -> bool:
    """Return whether a cell begins in every column, and none overlaps or reaches below its group of rows."""
    begun: set[int] = set()
    taken: set[int] = set()
    for group in groups:
        below: dict[int, int] = {}  # for how many more rows a column is taken
        for row in filter(_cells, _elements(group)):
            placed = _places(row, below)
            if placed is None:
                return False
            begun |= placed
            taken |= below.keys()
            below = {column: rows - 1 for column, rows in below.items() if rows > 1}
        if below:
            return False
    return begun >= taken


def _places(row: Element, below: dict[int, int]) -> set[int] | None:
    """Return the columns in which a row's cells begin, and note what they take; ``None`` if they overlap."""
    begun: set[int] = set()
    column = 0
    for cell in _cells(row):
        while column in below:
            column += 1
        begun.add(column)
        width, height = (int(cell.attributes.get(name) or 1) for name in _SPANS)
        columns = range(column, column + max(1, width))
        if not height or below.keys() & set(columns):
            return None
        below |= dict.fromkeys(columns, height)
        column = columns.stop
    return begun


def _elements(node: Element) -> Iterator[Element]:
    return (child for child in node.children if isinstance(child, Element))


def _cells(row: Element) -> list[Element]:
    return [child for child in _elements(row) if child.name in _CELLS]
