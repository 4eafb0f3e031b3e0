"""The text of a ``sources.yaml``: written anew, or added to without touching a line that is there.

The operator's comments, order and quoting are theirs: what is added is put where PyYAML's marks say
that a list or mapping ends, as text. Whoever calls reads the result again before it is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

import yaml

from local.sources.grouping import Additions, NewSource

_PLAIN = re.compile(r"[A-Za-z](?:[\w ./?=&%+~@-]|:(?=[\w/]))*(?<! )")
_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}  # of YAML 1.1, which are no texts
_FLOW_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 -]*(?<! )")


class NoPlace(Exception):
    """Nothing can be added to this file as it is written; the message says where and what to change."""


def scalar(text: str, plain: re.Pattern[str] = _PLAIN) -> str:
    """Return a text as YAML, quoted where it would mean something else."""
    if plain.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)


def source_lines(source: NewSource) -> list[str]:
    """Return one source as lines of a list, from the dash on."""
    guess = "  # not stated in the OPML: taken from the feed's address" if source.is_guess else ""
    return [
        f"- id: {scalar(source.id)}",
        f"  name: {scalar(source.name)}",
        f"  homepage: {scalar(source.homepage)}{guess}",
        "  feeds:",
        *(f"    - {scalar(feed)}" for feed in source.feeds),
        f"  category: {scalar(source.category)}",
        *([f"  language: {scalar(source.language)}"] if source.language else []),
    ]


def whole_file(portal: Mapping[str, str], added: Additions) -> str:
    """Return a new ``sources.yaml`` with these sources."""
    lines = [
        "# Made from an OPML file. Put in the name, address and contact of your own portal first: with a",
        "# contact ending in .example, no public host is polled. The project's own file explains each key.",
        "portal:",
        *(f"  {key}: {scalar(value)}" for key, value in portal.items()),
        "",
        "categories:",
        *(f"  {scalar(key)}: {scalar(name)}" for key, name in added.categories.items()),
        "",
        "sources:",
    ]
    for source in added.sources:
        lines += [*(f"  {line}" for line in source_lines(source)), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def with_additions(text: str, added: Additions) -> str:
    """Return the text of a valid ``sources.yaml`` with the additions in their places.

    Raise :class:`NoPlace` where the list of sources is written in brackets.
    """
    root = _mapping(yaml.compose(text, Loader=yaml.SafeLoader))
    insertions: list[tuple[int, int, str]] = []  # from, to, what stands there instead
    if added.categories:
        insertions.append(_with_keys(text, root["categories"], added.categories))
    if added.sources:
        insertions.append(_with_sources(text, root["sources"], added.sources))
    for entry in root["sources"].value:
        keys = _mapping(entry)
        feeds = added.feeds.get(str(keys["id"].value))
        if feeds:
            insertions.append(_with_items(text, keys["feeds"], feeds))
    for start, end, new in sorted(insertions, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _mapping(node: yaml.Node | None) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise TypeError("only a file that was found valid can be added to")
    return {str(key.value): value for key, value in node.value}


def _with_keys(text: str, node: yaml.Node, keys: Mapping[str, str]) -> tuple[int, int, str]:
    if _is_flow(node):
        return _in_brackets(text, node, [f"{key}: {scalar(name, _FLOW_PLAIN)}" for key, name in keys.items()])
    return _below(text, node, [f"{scalar(key)}: {scalar(name)}" for key, name in keys.items()])


def _with_items(text: str, node: yaml.Node, items: Iterable[str]) -> tuple[int, int, str]:
    if _is_flow(node):
        return _in_brackets(text, node, [json.dumps(item) for item in items])
    return _below(text, node, [f"- {scalar(item)}" for item in items])


def _with_sources(text: str, node: yaml.Node, sources: Iterable[NewSource]) -> tuple[int, int, str]:
    lines = [line for source in sources for line in ("", *source_lines(source))]
    if not _is_flow(node):
        return _below(text, node, lines)
    if node.value:
        line = node.start_mark.line + 1
        raise NoPlace(f"line {line}: sources: is written in brackets; put each source below it, after a dash")
    return node.start_mark.index, node.end_mark.index, _joined(text, ["", *(f"  {one}" for one in lines[1:])])


def _is_flow(node: yaml.Node) -> bool:
    return bool(getattr(node, "flow_style", False))


def _in_brackets(text: str, node: yaml.Node, entries: Iterable[str]) -> tuple[int, int, str]:
    end = node.end_mark.index - 1
    comma = "" if text[:end].rstrip().endswith(",") else ", "
    return end, end, comma + ", ".join(entries)


def _below(text: str, node: yaml.Node, lines: Iterable[str]) -> tuple[int, int, str]:
    """Put lines below the last one of a list or mapping, comments that belong to it included."""
    column = node.start_mark.column
    last = _last_leaf(node).end_mark
    place = last.index if last.column == 0 else _line_end(text, last.index)
    while (line := text[place : _line_end(text, place)]).strip().startswith("#"):
        if len(line) - len(line.lstrip()) < column:
            break
        place += len(line)
    new = _joined(text, [" " * column + line if line else "" for line in lines]) + _newline(text)
    return place, place, new if text[:place].endswith("\n") else _newline(text) + new.rstrip()


def _last_leaf(node: yaml.Node) -> yaml.Node:
    while isinstance(node, yaml.CollectionNode) and node.value and not _is_flow(node):
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return node


def _line_end(text: str, index: int) -> int:
    end = text.find("\n", index)
    return len(text) if end < 0 else end + 1


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _joined(text: str, lines: Iterable[str]) -> str:
    return _newline(text).join(lines)
