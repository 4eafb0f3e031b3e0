"""BatchGetItem, PutItem, Scan and TransactWriteItems out of moto's tables, as the handlers ask them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb import responses
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import RESULT_SIZE_LIMIT, Table

from local.direct import index_queries, stream_records
from local.direct.attribute_trees import given, short_item, stored
from local.template import REGION

# An answer has at most 16 MB and an item at most 400 KB: of so many items all are given.
_ALWAYS_ALL = 40
_CONDITION = {"ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"}
_READ = {"Keys", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"}


def batch_get_item(params: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer keys of one table, with all attributes or with top-level ones by placeholders."""
    wanted = params["RequestItems"]
    if params.keys() != {"RequestItems"} or len(wanted) != 1:
        return None
    ((name, request),) = wanted.items()
    table, keys = _table(name), request["Keys"]
    chosen = _chosen(request)
    if table is None or chosen is None or not request.keys() <= _READ or not _are_keys(keys, table):
        return None
    found = [item for key in keys if (item := _current(table, key)) is not None]
    if len(found) > _ALWAYS_ALL and sum(item.size() for item in found) > _ALWAYS_ALL * 400 * 1024:
        return None
    return {"Responses": {name: [_shown(item, chosen) for item in found]}, "UnprocessedKeys": {}}


def put_item(params: Mapping[str, Any]) -> dict[str, Any] | None:
    """Write an item if its condition holds."""
    if not params.keys() <= {"TableName", "Item", *_CONDITION}:
        return None
    made = _prepared(params)
    if made is None:
        return None
    _write(*made)
    return {}


def transact_write_items(params: Mapping[str, Any]) -> dict[str, Any] | None:
    """Write all or nothing: whatever could go wrong is known before the first write."""
    if params.keys() != {"TransactItems"} or len(params["TransactItems"]) > 100:
        return None
    writes: list[tuple[Table, Item]] = []
    touched: set[tuple[str, str]] = set()
    for one in params["TransactItems"]:
        ((kind, request),) = one.items()
        table = _table(request["TableName"])
        if table is None or kind not in ("Put", "ConditionCheck"):
            return None
        key = request["Item" if kind == "Put" else "Key"][table.hash_key_attr]
        touched.add((table.name, str(key)))
        if kind == "ConditionCheck":
            if not _holds(request, _current(table, {table.hash_key_attr: key})):
                return None
        elif (made := _prepared(request)) is not None:
            writes.append(made)
        else:
            return None
    if len(touched) < len(params["TransactItems"]):
        return None
    for write in writes:
        _write(*write)
    return {}


def scan(params: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer as much of a table as one answer may have, from the beginning or after a key.

    moto loses its place where items do not lie in the order of their keys.
    """
    table = _table(params["TableName"])
    if table is None or not params.keys() <= {"TableName", "ConsistentRead", "ExclusiveStartKey"}:
        return None
    items: list[Item] = list(table.all_items())
    begin = 0
    if (after := params.get("ExclusiveStartKey")) is not None:
        if (last := _current(table, after)) is None:
            return None
        begin = next(place for place, item in enumerate(items, 1) if item is last)
    found = [_shown(item, ()) for item in _first_page(items[begin:])]
    answer: dict[str, Any] = {"Items": found, "Count": len(found), "ScannedCount": len(found)}
    if begin + len(found) < len(items):
        answer["LastEvaluatedKey"] = {table.hash_key_attr: found[-1][table.hash_key_attr]}
    return answer


ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any] | None]] = {
    "BatchGetItem": batch_get_item,
    "PutItem": put_item,
    "Query": index_queries.query,
    "Scan": scan,
    "TransactWriteItems": transact_write_items,
}


def _first_page(items: Iterable[Item]) -> Iterator[Item]:
    size = 0
    for item in items:
        size += item.size()
        if size > RESULT_SIZE_LIMIT:
            return
        yield item


def _table(name: str) -> Table | None:
    """Return a table whose key is one string."""
    found: Table | None = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables.get(name)
    return found if found is not None and not found.has_range_key and found.hash_key_type == "S" else None


def _current(table: Table, key: Mapping[str, Any]) -> Item | None:
    return table.get_item(DynamoType(dict(key[table.hash_key_attr])))


def _are_keys(keys: list[Mapping[str, Any]], table: Table) -> bool:
    if not all(key.keys() == {table.hash_key_attr} for key in keys):
        return False
    values = [key[table.hash_key_attr].get("S") for key in keys]
    return all(values) and len(set(values)) == len(values) <= 100


def _chosen(request: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the attributes that are asked for, none for all of them; ``None`` where moto has to read it."""
    if "ProjectionExpression" not in request:
        return None if "ExpressionAttributeNames" in request else ()
    names = request.get("ExpressionAttributeNames", {})
    parts = request["ProjectionExpression"].split(", ")
    return tuple(names[part] for part in parts) if sorted(parts) == sorted(names) else None


def _shown(item: Item, chosen: Iterable[str]) -> dict[str, Any]:
    names = [name for name in chosen if name in item.attrs] if chosen else item.attrs
    return {name: given(item.attrs[name]) for name in names}


def _prepared(request: Mapping[str, Any]) -> tuple[Table, Item] | None:
    """Return what is to be written, ``None`` where moto would refuse it, or has to look closer."""
    table = _table(request["TableName"])
    if table is None:
        return None
    try:
        attributes = {name: stored(value) for name, value in request["Item"].items()}
    except TypeError:
        return None
    item = short_item(attributes, table.hash_key_attr) if table.hash_key_attr in attributes else None
    if item is None or item.hash_key.type != "S" or not _is_allowed(attributes, table):
        return None
    return (table, item) if _holds(request, table.get_item(item.hash_key)) else None


def _is_allowed(attributes: dict[str, Any], table: Table) -> bool:
    try:
        responses.validate_put_has_empty_keys(attributes, table)
        responses.validate_put_has_empty_attrs(attributes, table)
        responses.validate_put_has_gsi_keys_set_to_none(attributes, table)
        table._validate_item_types(attributes)  # noqa: SLF001 - moto's own checks, whatever they are
        table._validate_key_sizes(attributes)  # noqa: SLF001 - as above
    except Exception:  # noqa: BLE001 - moto raises it again where it answers
        return False
    return True


def _holds(request: Mapping[str, Any], current: Item | None) -> bool:
    condition = request.get("ConditionExpression")
    if condition is None:
        return not request.keys() & _CONDITION
    names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
    if not all(one in condition for one in (*names, *values)):
        return False
    found = get_filter_expression(condition, names, {name: stored(value) for name, value in values.items()})
    return bool(found.expr(current))


def _write(table: Table, item: Item) -> None:
    before = table.get_item(item.hash_key)
    items: dict[Any, Any] = table.items  # moto's type is of tables with a range key
    items[item.hash_key] = item
    stream_records.add(table, before, item)
