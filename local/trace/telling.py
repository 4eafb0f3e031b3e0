"""Facts as lines for a person: one fact a line, what belongs to it below and further in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_INDENT = "  "


def lines_of(facts: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    """Yield the lines of facts; what is unknown or empty is said so, never left out."""
    for name, value in facts.items():
        yield from _line(name, value, depth)


def _line(name: str, value: Any, depth: int) -> Iterator[str]:
    head = f"{_INDENT * depth}{name}:"
    if isinstance(value, Mapping) and value:
        yield head
        yield from lines_of(value, depth + 1)
    elif isinstance(value, Sequence) and not isinstance(value, str) and any(map(_is_nested, value)):
        yield head
        for one in value:
            first, *rest = lines_of(one, depth + 2) if _is_nested(one) else [str(one)]
            yield f"{_INDENT * (depth + 1)}- {first.strip()}"
            yield from rest
    else:
        yield f"{head} {_said(value)}"


def _is_nested(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value)


def _said(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping | Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value)) or "none"
    return str(value)
