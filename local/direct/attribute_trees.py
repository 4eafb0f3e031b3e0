"""DynamoDB's values as moto keeps them and as clients take and give them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, cast

from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict

# moto measures an item anew with each of its attributes; of one that is no longer than this as JSON there
# is no need, as JSON is never shorter than what DynamoDB counts (its limit is 400 KB).
SHORT = 400_000
# What botocore takes as a value of each kind; all else it refuses, or reads first.
_TYPES: Mapping[str, type] = {
    **{"S": str, "N": str, "B": bytes, "BOOL": bool, "NULL": bool, "M": dict, "L": list},
    **{"SS": list, "NS": list, "BS": list},
}
_MEMBERS: Mapping[str, type] = {"SS": str, "NS": str, "BS": bytes}


def stored(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a client's value as it would be in a request: binaries in Base64.

    Raise ``TypeError`` where botocore would refuse it.
    """
    ((kind, content),) = value.items()
    if not _is_of(kind, content):
        raise TypeError(f"{kind} is no {type(content).__name__}")
    if kind == "B":
        return {"B": base64.b64encode(content).decode()}
    if kind == "M":
        return {"M": {name: stored(one) for name, one in content.items()}}
    if kind == "L":
        return {"L": [stored(one) for one in content]}
    if kind == "BS":
        return {"BS": [base64.b64encode(one).decode() for one in content]}
    return dict(value)


def given(value: DynamoType) -> dict[str, Any]:
    """Return moto's value as a client gets it."""
    kind, content = value.type, value.value
    if kind == "M":
        return {"M": {name: given(one) for name, one in content.items()}}
    if kind == "L":
        return {"L": [given(one) for one in content]}
    if kind == "B":
        return {"B": _bytes(content)}
    if kind == "BS":
        return {"BS": [_bytes(one) for one in content]}
    return {kind: list(content) if isinstance(content, list) else content}


def kept(value: DynamoType) -> dict[str, Any]:
    """Return moto's value as it came in a request."""
    kind, content = value.type, value.value
    if kind == "M":
        return {"M": {name: kept(one) for name, one in content.items()}}
    if kind == "L":
        return {"L": [kept(one) for one in content]}
    return {kind: content}


def of_json(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value of what moto has of a stream's images as a client gets it."""
    ((kind, content),) = value.items()
    if kind == "M":
        return {"M": {name: of_json(one) for name, one in content.items()}}
    if kind == "L":
        return {"L": [of_json(one) for one in content]}
    if kind == "B":
        return {"B": _bytes(content)}
    if kind == "BS":
        return {"BS": [_bytes(one) for one in content]}
    return {kind: content}


def short_item(attributes: Mapping[str, Mapping[str, Any]], hash_name: str) -> Item | None:
    """Return moto's item of stored values, ``None`` where moto has to measure it."""
    if len(json.dumps(attributes)) > SHORT:
        return None
    item = cast("Item", Item.__new__(Item))
    item.hash_key, item.range_key = DynamoType(dict(attributes[hash_name])), None
    item.attrs = LimitedSizeDict()
    for name, value in attributes.items():
        dict.__setitem__(item.attrs, name, DynamoType(dict(value)))
    return item


def _is_of(kind: str, content: object) -> bool:
    member = _MEMBERS.get(kind, object)
    if not isinstance(content, _TYPES.get(kind, ())):
        return False
    return member is object or all(isinstance(one, member) for one in cast("list[object]", content))


def _bytes(content: bytes | str) -> bytes:
    return base64.b64decode(content) if isinstance(content, str) else content
