"""nh3's output (`newswire.sanitise`) as a tree, and back.

There tags are balanced, attributes stand in double quotation marks, and text is escaped. Text and attributes
stay as they are written, so that what nobody touches comes back byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"]*+")*+)>')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*+)"')
_GROUPS = 4  # pieces a tag: slash, name, attributes, the text behind it
_MOST_LEVELS = 50  # that of whoever walks the tree; a real article has 15
VOID = frozenset({"br", "hr", "img", "wbr"})


@dataclass(frozen=True, slots=True)
class Element:
    """An element; attributes have their values as they are written, children may be escaped text."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: Sequence[Element | str] = ()

    def holding(self, children: Sequence[Element | str], name: str | None = None) -> Element:
        """Return this element around other children, or as another one."""
        return replace(self, name=name or self.name, children=children)


Node = Element | str


def parsed(html: str) -> list[Node] | None:
    """Return the nodes of nh3's output, or ``None`` where tags are not balanced or nest too deep."""
    pieces = _TAG.split(html)
    top: list[Node] = [pieces[0]] if pieces[0] else []
    open_elements: list[tuple[str, list[Node]]] = [("", top)]
    for place in range(1, len(pieces), _GROUPS):
        is_end, name, written, text = pieces[place : place + _GROUPS]
        if is_end:
            if open_elements.pop()[0] != name or not open_elements:
                return None
        else:
            children: list[Node] = []
            open_elements[-1][1].append(Element(name, dict(_ATTRIBUTE.findall(written)), children))
            if name not in VOID:
                open_elements.append((name, children))
                if len(open_elements) > _MOST_LEVELS:
                    return None
        if text:
            open_elements[-1][1].append(text)
    return top if len(open_elements) == 1 else None


def serialised(nodes: Sequence[Node]) -> str:
    """Return the HTML of nodes."""
    return "".join(_pieces(nodes))


def _pieces(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, str):
            yield node
            continue
        written = "".join(f' {name}="{value}"' for name, value in node.attributes.items())
        yield f"<{node.name}{written}>"
        if node.name not in VOID:
            yield from _pieces(node.children)
            yield f"</{node.name}>"
