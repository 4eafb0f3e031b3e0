"""What stands in a paragraph or heading, where blocks may not: their ends become line breaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from functions.publish.html_tree import Element, Node
from functions.publish.html_words import has_block, is_phrasing

_CELLS = {"td", "th"}


@dataclass(slots=True)
class _Line:
    """Whether anything has been said yet, and what has to stand before the next word."""

    begun: bool = False
    owed: Literal["", " ", "\n"] = ""

    def laid(self, nodes: Sequence[Node]) -> Iterator[Node]:
        """Yield phrasing content that reads as the nodes do."""
        for node in nodes:
            if isinstance(node, str):
                yield from self._said(node, is_blank=not node.strip())
            elif node.name == "br":
                self.owed = "\n"
            elif node.name == "img":
                yield from self._said(node, is_blank=False)
            elif is_phrasing(node):
                if children := list(self.laid(node.children)):
                    yield node.holding(children)
            elif node.name != "figcaption":  # it is no part of the text
                yield from self._block(node)

    def _block(self, node: Element) -> Iterator[Node]:
        mark: Literal[" ", "\n"] = " " if node.name in _CELLS else "\n"
        self._owe(mark)
        yield from self.laid(node.children)
        self._owe(mark)

    def _owe(self, mark: Literal[" ", "\n"]) -> None:
        if mark == "\n" or not self.owed:
            self.owed = mark

    def _said(self, node: Node, *, is_blank: bool) -> Iterator[Node]:
        if not is_blank:
            if self.begun and self.owed:
                yield Element("br") if self.owed == "\n" else " "
            self.begun, self.owed = True, ""
        yield node


def line(nodes: Sequence[Node]) -> Sequence[Node]:
    """Return the content of a paragraph or heading without blocks; what has none stays as it is."""
    return list(_Line().laid(nodes)) if any(map(has_block, nodes)) else nodes
