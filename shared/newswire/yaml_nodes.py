"""YAML with line numbers: the boundary to PyYAML.

Scalars stay text (``yes`` and ``1:30`` mean what the key's rule makes of them). Anchors are refused:
a source list needs none, and aliases are how a small file becomes a huge one.
"""

from __future__ import annotations

from dataclasses import dataclass

import yaml

SIZE_LIMIT = 1024 * 1024
DEPTH_LIMIT = 20


class YamlError(ValueError):
    """Text that is not YAML of the allowed kind; ``line`` counts from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Scalar:
    """A plain value. ``text`` is ``None`` for an empty or null one."""

    line: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    line: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Keys:
    """A mapping; ``lines`` gives the line of each key."""

    line: int
    values: dict[str, Node]
    lines: dict[str, int]


Node = Scalar | Items | Keys


def parse(text: str) -> Node:
    """Return the document's tree; raise :class:`YamlError` naming the line."""
    if len(text.encode("utf-8", "replace")) > SIZE_LIMIT:
        raise YamlError(1, f"the file is larger than {SIZE_LIMIT // 1024} KiB")
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise YamlError(line, "anchors and aliases (& and *) are not allowed")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(mark.line + 1 if mark else 1, f"not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise YamlError(1, f"not YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise YamlError(1, "not YAML: nested too deeply") from None
    return Scalar(1, None) if root is None else _node(root, 0)


def _node(node: yaml.Node, depth: int) -> Node:
    line = node.start_mark.line + 1
    if depth > DEPTH_LIMIT:
        raise YamlError(line, "nested too deeply")
    if isinstance(node, yaml.SequenceNode):
        return Items(line, tuple(_node(item, depth + 1) for item in node.value))
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for key, value in node.value:
            key_line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise YamlError(key_line, "a key must be plain text")
            if key.value in values:
                raise YamlError(key_line, f"{key.value}: given twice")
            values[key.value], lines[key.value] = _node(value, depth + 1), key_line
        return Keys(line, values, lines)
    null = node.tag == "tag:yaml.org,2002:null"
    return Scalar(line, None if null else str(node.value))
