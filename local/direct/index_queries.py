"""Query out of an index of moto's that has nothing but keys."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import SecondaryIndex, Table
from moto.dynamodb.parsing.key_condition_expression import parse_expression

from local.template import REGION

_ASKED = {
    *("TableName", "IndexName", "Limit", "ScanIndexForward"),
    *("KeyConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"),
}
_COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def query(params: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer the first page of a partition whose sort key is compared at most once, in the asked order."""
    table = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables.get(params["TableName"])
    index = _index(table, params.get("IndexName"))
    if table is None or index is None or not params.keys() <= _ASKED:
        return None
    equal, compared, _ = parse_expression(
        params["KeyConditionExpression"],
        params.get("ExpressionAttributeValues", {}),
        params.get("ExpressionAttributeNames", {}),
        index.schema,
    )
    names = [key["AttributeName"] for key in index.schema]
    if len(equal) != 1 or len(compared) > 1 or any(one[1] not in _COMPARISONS for one in compared):
        return None
    found = _sorted(table, names, equal[0][1].get("S"))
    if found is None:
        return None
    for _, comparison, (limit,) in compared:
        found = [keys for keys in found if _COMPARISONS[comparison](keys[names[1]], str(limit.get("S")))]
    if not params.get("ScanIndexForward", True):
        found.reverse()
    return _page(found, params.get("Limit"))


def _index(table: Table | None, name: str | None) -> SecondaryIndex | None:
    """Return an index of one hash and one range key that has nothing but keys."""
    for index in table.all_indexes() if table is not None and not table.has_range_key else ():
        kinds = [key["KeyType"] for key in index.schema]
        if index.name == name and kinds == ["HASH", "RANGE"]:
            return index if index.projection.get("ProjectionType") == "KEYS_ONLY" else None
    return None


def _sorted(table: Table, names: list[str], partition: str | None) -> list[dict[str, str]] | None:
    """Return the keys of a partition's items, ``None`` where one is no text and moto has to compare it."""
    found: list[dict[str, str]] = []
    items: Iterable[Any] = table.items.values()  # moto's type is of tables with a range key
    for item in items:
        keys = {name: item.attrs.get(name) for name in (*names, table.hash_key_attr)}
        if any(value is None for value in keys.values()) or keys[names[0]].value != partition:
            continue
        if any(value.type != "S" for value in keys.values()):
            return None
        found.append({name: value.value for name, value in keys.items()})
    return sorted(found, key=lambda keys: (keys[names[1]], keys[table.hash_key_attr]))


def _page(found: list[dict[str, str]], limit: int | None) -> dict[str, Any]:
    page = [{name: {"S": value} for name, value in keys.items()} for keys in found[:limit]]
    answer: dict[str, Any] = {"Items": page, "Count": len(page), "ScannedCount": len(page)}
    return answer | ({"LastEvaluatedKey": page[-1]} if len(page) < len(found) else {})
