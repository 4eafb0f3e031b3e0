"""``sources.yaml``: read, validated, every problem named with its line, key and what is allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from newswire import source_keys as known
from newswire import source_rules as rules
from newswire.source_rules import RuleError
from newswire.sources import Catalogue, Own, Portal, Source
from newswire.urls import host_of
from newswire.yaml_nodes import Items, Keys, Node, Scalar, YamlError, parse

PROBLEM_LIMIT = 20


class SourcesError(ValueError):
    """The file cannot be used; the message lists every problem, one a line."""


class _Problems:
    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[tuple[int, str]] = []

    def add(self, line: int, key: str, problem: str) -> None:
        self.found.append(
            (line, f"{self.name}:{line}: {key}: {problem}" if key else f"{self.name}:{line}: {problem}")
        )

    def error(self) -> SourcesError:
        lines = [text for _, text in sorted(self.found, key=lambda entry: entry[0])]
        more = len(lines) - PROBLEM_LIMIT
        shown = lines[:PROBLEM_LIMIT] + ([f"… and {more} more"] if more > 0 else [])
        return SourcesError("\n".join(shown))


def load_catalogue(text: str, name: str = "sources.yaml") -> Catalogue:
    """Return the catalogue that ``text`` describes; raise :class:`SourcesError` with all its problems.

    ``name`` is how messages call the file.
    """
    problems = _Problems(name)
    try:
        root = parse(text)
    except YamlError as error:
        problems.add(error.line, "", error.problem)
        raise problems.error() from None
    top = _keys(
        root,
        "",
        {"portal", "categories", "defaults", "sources"},
        {"portal", "categories", "sources"},
        problems,
    )
    allowed = {**known.PORTAL, **known.OWN, **known.KEEPING}
    portal = _section(top.get("portal"), "portal", allowed, known.PORTAL_REQUIRED, problems)
    keeping = {key: portal.pop(key) for key in known.KEEPING if key in portal}
    categories = _categories(top.get("categories"), problems)
    defaults = _section(top.get("defaults"), "defaults", known.DEFAULTS, frozenset(), problems)
    defaults = {**known.BUILT_IN, **keeping, **defaults}
    sources = _sources(top.get("sources"), defaults, categories, problems)
    if problems.found:
        raise problems.error()
    own = Own(**{key: portal.pop(key) for key in known.OWN if key in portal})
    return Catalogue(
        portal=Portal(**portal, authority=host_of(portal["url"])),
        categories=categories,
        sources=tuple(sources),
        own=own,
        retention=defaults["retention"],
    )


def _sources(
    node: Node | None, defaults: Mapping[str, Any], categories: Mapping[str, str], problems: _Problems
) -> list[Source]:
    if node is None:
        return []
    if not isinstance(node, Items):
        problems.add(node.line, "sources", "a list of sources is allowed")
        return []
    sources: list[Source] = []
    seen: dict[str, int] = {}
    for entry in node.items:
        values = _section(
            entry, "sources[]", {**known.SOURCE, **known.DEFAULTS}, known.SOURCE_REQUIRED, problems
        )
        if known.SOURCE_REQUIRED - values.keys():
            continue
        identity, category = values["id"], values["category"]
        if identity in seen:
            problems.add(entry.line, f"sources[{identity}].id", f"already used on line {seen[identity]}")
        seen.setdefault(identity, entry.line)
        for line, key, named in _categories_named(entry, category):
            if named not in categories:
                allowed = ", ".join(categories) or "none: categories is empty"
                problems.add(
                    line, f"sources[{identity}].{key}", f"{named!r} is no category; allowed: {allowed}"
                )
        sources.append(Source(**{**known.OPTIONAL, **defaults, **values}))
    return sources


def _categories_named(entry: Node, category: str) -> Iterator[tuple[int, str, str]]:
    """Yield every category that a source names, with its line and key."""
    yield entry.line, "category", category
    sections = entry.values.get("sections") if isinstance(entry, Keys) else None
    if isinstance(sections, Keys):
        for name, value in sections.values.items():
            if isinstance(value, Scalar) and value.text:
                yield sections.lines[name], f"sections.{name}", value.text


def _section(
    node: Node | None, where: str, allowed: rules.Rules, required: frozenset[str], problems: _Problems
) -> dict[str, Any]:
    if node is None:
        return {}
    identity = node.values.get("id") if isinstance(node, Keys) else None
    if where == "sources[]" and isinstance(identity, Scalar) and identity.text:
        where = f"sources[{identity.text}]"
    keys = _keys(node, where, set(allowed), required, problems)
    values: dict[str, Any] = {}
    for key, value in keys.items():
        try:
            values[key] = allowed[key](_plain(value))
        except RuleError as error:
            problems.add(value.line, f"{where}.{key}", str(error))
    return values


def _categories(node: Node | None, problems: _Problems) -> dict[str, str]:
    if node is None:
        return {}
    if not isinstance(node, Keys) or not node.values:
        problems.add(node.line, "categories", "a mapping of at least one id to its shown name is allowed")
        return {}
    categories: dict[str, str] = {}
    for key, value in node.values.items():
        try:
            categories[rules.identifier(key)] = rules.text(_plain(value))
        except RuleError as error:
            problems.add(node.lines[key], f"categories.{key}", str(error))
    return categories


def _keys(
    node: Node, where: str, allowed: set[str], required: frozenset[str] | set[str], problems: _Problems
) -> dict[str, Node]:
    prefix = f"{where}." if where else ""
    if not isinstance(node, Keys):
        problems.add(node.line, where, f"a mapping is allowed, with the keys {', '.join(sorted(allowed))}")
        return {}
    for key in sorted(required - node.values.keys()):
        problems.add(node.line, f"{prefix}{key}", "is missing")
    for key in node.values:
        if key not in allowed:
            problems.add(
                node.lines[key], f"{prefix}{key}", f"unknown key; allowed: {', '.join(sorted(allowed))}"
            )
    return {key: value for key, value in node.values.items() if key in allowed}


def _plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [_plain(item) for item in node.items]
    return {key: _plain(value) for key, value in node.values.items()}
