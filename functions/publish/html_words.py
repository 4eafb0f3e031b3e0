"""What kinds of elements there are, of those that nh3 lets through, and what may stand in them."""

from __future__ import annotations

from collections.abc import Sequence

from functions.publish.html_tree import Element, Node

HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
LINES = HEADINGS | {"p", "pre"}
"""Blocks that hold phrasing content alone (HTML Standard, 4.3.6, 4.4.1, 4.4.3)."""

TRANSPARENT = frozenset({"a", "del", "ins"})
"""What may hold whatever may stand in its place (3.2.5.3)."""

_PHRASING = (
    "abbr b bdi bdo br cite code dfn em i img kbd mark q rp rt ruby s samp small strong sub sup u var wbr"
)
PHRASING = TRANSPARENT | set(_PHRASING.split())


def is_phrasing(node: Node) -> bool:
    """Return whether a node is phrasing content by itself (3.2.5.2.5)."""
    return isinstance(node, str) or node.name in PHRASING


def has_block(node: Node) -> bool:
    """Return whether a node is a block or holds one."""
    return not is_phrasing(node) or (isinstance(node, Element) and any(map(has_block, node.children)))


def says_something(nodes: Sequence[Node]) -> bool:
    """Return whether nodes hold words or pictures."""
    return any(
        node.strip() if isinstance(node, str) else node.name == "img" or says_something(node.children)
        for node in nodes
    )


def without_headings(nodes: Sequence[Node]) -> list[Node]:
    """Return nodes with headings as plain containers, for where no heading may stand."""
    return [
        node
        if isinstance(node, str)
        else node.holding(without_headings(node.children), "div" if node.name in HEADINGS else None)
        for node in nodes
    ]
