"""YAML with line numbers: the boundary to PyYAML.

Scalars stay text (``yes`` and ``1:30`` mean what the key's rule makes of them). Anchors are refused:
a source list needs none, and aliases are how a small file becomes a huge one.
"""

from __future__ import annotations

from dataclasses import dataclass

import yaml

# It comes with the library's wheels, though not with every build.
_FAST: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
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
        root = _composed(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(mark.line + 1 if mark else 1, f"not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise YamlError(1, f"not YAML: {' '.join(str(error).split())}") from None
    return Scalar(1, None) if root is None else _node(root)


def _composed(text: str) -> yaml.Node | None:
    """Compose by libyaml, which is faster; what it refuses is told in the words of the other parser."""
    try:
        return _composed_by(_FAST, text)
    except yaml.YAMLError:
        return _composed_by(yaml.SafeLoader, text)


def _composed_by(loader: type[yaml.SafeLoader], text: str) -> yaml.Node | None:
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise YamlError(line, "anchors and aliases (& and *) are not allowed")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_LIMIT:
            raise YamlError(line, "nested too deeply")  # composing recurses, in C without a limit
    return yaml.compose(text, Loader=loader)


def _node(node: yaml.Node) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return Items(line, tuple(_node(item) for item in node.value))
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for key, value in node.value:
            key_line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise YamlError(key_line, "a key must be plain text")
            if key.value in values:
                raise YamlError(key_line, f"{key.value}: given twice")
            values[key.value], lines[key.value] = _node(value), key_line
        return Keys(line, values, lines)
    null = node.tag == "tag:yaml.org,2002:null"
    return Scalar(line, None if null else str(node.value))
