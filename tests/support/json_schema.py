"""As much of JSON Schema (draft 2020-12) as the project's own schemas use; an unknown keyword is an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.support.feed_values import is_web_address, rfc3339

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
}
_FORMATS: Mapping[str, Callable[[str], object]] = {"uri": is_web_address, "date-time": rfc3339}
_KNOWN = {
    *("$schema", "title", "description", "$defs", "$ref", "type", "const", "format", "pattern", "minLength"),
    *("required", "anyOf", "properties", "patternProperties", "additionalProperties", "items", "minItems"),
}
Found = Iterator[str]


def misfits(value: Any, schema: Mapping[str, Any]) -> Found:
    """Yield where ``value`` is not as the schema says."""
    yield from _misfits(value, schema, schema, "feed")


def _misfits(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], where: str) -> Found:
    if unknown := schema.keys() - _KNOWN:
        raise ValueError(f"schema of {where} has keywords {sorted(unknown)}, which are not checked")
    if "$ref" in schema:
        yield from _misfits(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, where)
    if "type" in schema and not isinstance(value, _TYPES[schema["type"]]):
        yield f"{where} is {type(value).__name__}; {schema['type']} is allowed"
    elif isinstance(value, str):
        yield from _text(value, schema, where)
    elif isinstance(value, dict):
        yield from _object(value, schema, root, where)
    elif isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield f"{where} is empty"
        for number, one in enumerate(value):
            yield from _misfits(one, schema.get("items", {}), root, f"{where}[{number}]")


def _text(value: str, schema: Mapping[str, Any], where: str) -> Found:
    if value != schema.get("const", value):
        yield f"{where} is {value!r}; {schema['const']!r} is allowed"
    if len(value.strip()) < schema.get("minLength", 0):
        yield f"{where} is empty"
    if not re.search(schema.get("pattern", ""), value):
        yield f"{where} is {value!r}"
    if "format" in schema and not _FORMATS[schema["format"]](value):
        yield f"{where} is {value!r}, no {schema['format']}"


def _object(
    value: Mapping[str, Any], schema: Mapping[str, Any], root: Mapping[str, Any], where: str
) -> Found:
    yield from (f"{where}.{name} is missing" for name in schema.get("required", ()) if name not in value)
    choices = schema.get("anyOf", [])
    if choices and all(any(True for _ in _misfits(value, one, root, where)) for one in choices):
        yield f"{where} has none of {[one.get('required') for one in choices]}"
    for name, one in value.items():
        fitting = [schema["properties"][name]] if name in schema.get("properties", {}) else []
        patterns = schema.get("patternProperties", {})
        fitting += [sub for pattern, sub in patterns.items() if re.search(pattern, name)]
        for sub in fitting:
            yield from _misfits(one, sub, root, f"{where}.{name}")
        if not fitting and schema.get("additionalProperties", True) is False:
            yield f"{where}.{name} is unknown"
