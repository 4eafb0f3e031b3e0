"""One DynamoDB table with a string partition key ``pk``: consistent reads, conditional writes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from random import SystemRandom
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from newswire import attribute_values

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BATCH_GET_LIMIT = 100
# Seconds before keys are asked for again of which none was answered (developer guide, "BatchGetItem")
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
# Seconds, give or take half, before a transaction that met another one is tried again
_CONTENTION_PAUSES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
_CONTENTION = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
_JITTER = SystemRandom()
_CONDITION_CODES = {
    "ConditionalCheckFailedException",
    "TransactionCanceledException",
    "TransactionConflictException",
}


class ConditionFailed(Exception):
    """The item is not what the writer took it for; read it again and decide again."""


class Throttled(Exception):
    """The table has answered nothing for as long as one waits for it."""


class Table:
    """Marshalled access to one table; raises botocore's errors for everything but conditions."""

    def __init__(
        self, client: DynamoDBClient, name: str, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self.name = name
        self._pause = pause

    def get_many(self, pks: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return the items that exist by key, by consistent reads; unprocessed keys are asked again.

        Raise :class:`Throttled` where DynamoDB answers none of them again and again.
        """
        return self._read(pks, {"ConsistentRead": True})

    def peek_many(self, pks: Iterable[str], attributes: Sequence[str] = ()) -> dict[str, dict[str, Any]]:
        """Return by key what a moment ago was there, for who will not rely on it: at half the price.

        Of each item the ``attributes`` that it has, and its key; all where none are named. Raise as
        :meth:`get_many` does.
        """
        names = {f"#a{index}": name for index, name in enumerate(dict.fromkeys(["pk", *attributes]))}
        chosen = {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
        return self._read(pks, chosen if attributes else {})

    def _read(self, pks: Iterable[str], how: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for keys in _chunks(dict.fromkeys(pks), BATCH_GET_LIMIT):
            wanted: dict[str, Any] = {self.name: {"Keys": [{"pk": {"S": key}} for key in keys], **how}}
            pauses = iter(_PAUSES)
            while wanted:
                answer = self._client.batch_get_item(RequestItems=wanted)
                for item in answer["Responses"].get(self.name, []):
                    plain = self.plain(item)
                    found[plain["pk"]] = plain
                left = dict(answer.get("UnprocessedKeys", {}))
                if left and len(left[self.name]["Keys"]) == len(wanted[self.name]["Keys"]):
                    # Not the 16 MB that an answer may have, but more than the table can do
                    self._pause(_next(pauses, self.name))
                wanted = left
        return found

    def put(self, item: Mapping[str, Any], *, expected_version: int | None) -> None:
        """Write a whole item if its version is still the expected one (``None``: if there is none)."""
        try:
            self._client.put_item(**self.put_request(item, expected_version=expected_version))
        except ClientError as error:
            raise _translated(error) from error

    def put_where(
        self, item: Mapping[str, Any], condition: str, values: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Write a whole item if ``condition``, a DynamoDB expression with these ``values``, holds.

        Return the item that it replaced, if one was there: DynamoDB tells that at no further unit. Raise
        :class:`ConditionFailed` where the condition does not hold.
        """
        try:
            answer = self._client.put_item(
                TableName=self.name,
                Item=_marshalled(item),
                ConditionExpression=condition,
                ExpressionAttributeValues=_marshalled(values),
                ReturnValues="ALL_OLD",
            )
        except ClientError as error:
            raise _translated(error) from error
        return self.plain(answer["Attributes"]) if answer.get("Attributes") else None

    def delete(self, pk: str) -> None:
        """Remove an item, if it is there."""
        self._client.delete_item(TableName=self.name, Key={"pk": {"S": pk}})

    def delete_where(self, pk: str, condition: str, values: Mapping[str, Any]) -> None:
        """Remove an item if ``condition`` holds; raise :class:`ConditionFailed` where it does not."""
        try:
            self._client.delete_item(
                TableName=self.name,
                Key={"pk": {"S": pk}},
                ConditionExpression=condition,
                ExpressionAttributeValues=_marshalled(values),
            )
        except ClientError as error:
            raise _translated(error) from error

    def put_unconditionally(self, item: Mapping[str, Any]) -> None:
        """Write an item for which the last writer is right (caches with a TTL)."""
        self._client.put_item(TableName=self.name, Item=_marshalled(item))

    def put_request(self, item: Mapping[str, Any], *, expected_version: int | None) -> dict[str, Any]:
        """Return the arguments of such a write, for a transaction."""
        return {"TableName": self.name, "Item": _marshalled(item), **_has_version(expected_version)}

    def check_request(self, pk: str, *, expected_version: int | None) -> dict[str, Any]:
        """Return the arguments of a condition check, for a transaction (``None``: there is no such item)."""
        return {"TableName": self.name, "Key": {"pk": {"S": pk}}, **_has_version(expected_version)}

    def transact(self, requests: Sequence[Mapping[str, Any]]) -> None:
        """Write all or nothing; raise :class:`ConditionFailed` where any condition fails.

        DynamoDB also cancels a transaction that touches an item, be it for a condition alone, while another
        one does: that says nothing of the conditions, so it is tried again, and fails as they do in the end.
        """
        for pause in (*_CONTENTION_PAUSES, None):
            try:
                self._client.transact_write_items(TransactItems=requests)  # type: ignore[arg-type]  # built from parts
            except ClientError as error:
                if pause is None or not _is_contended(error):
                    raise _translated(error) from error
            else:
                return
            self._pause(pause * _JITTER.uniform(0.5, 1.5))

    def change_attributes(self, pk: str, values: Mapping[str, Any], *, expected_version: int) -> None:
        """Set attributes, remove those of ``None``, raise the version, if it is still the expected one."""
        names = {f"#a{index}": name for index, name in enumerate(values)}
        kept = {f":a{index}": value for index, value in enumerate(values.values()) if value is not None}
        gone = [name for index, name in enumerate(names) if f":a{index}" not in kept]
        sets = ["#version = :next", *(f"#{key[1:]} = {key}" for key in kept)]
        try:
            self._client.update_item(
                TableName=self.name,
                Key={"pk": {"S": pk}},
                UpdateExpression=f"SET {', '.join(sets)}" + (f" REMOVE {', '.join(gone)}" if gone else ""),
                ConditionExpression="#version = :expected",
                ExpressionAttributeNames={**names, "#version": "version"},
                ExpressionAttributeValues=_marshalled(
                    {":expected": expected_version, ":next": expected_version + 1, **kept}
                ),
            )
        except ClientError as error:
            raise _translated(error) from error

    def query(self, *, page: int, **request: Any) -> Iterator[dict[str, Any]]:
        """Yield what a query finds, page by page of ``page`` items; stop reading to stop asking."""
        start: dict[str, Any] = {}
        while True:
            answer = self._client.query(TableName=self.name, Limit=page, **request, **start)
            for item in answer["Items"]:
                yield self.plain(item)
            if not (last := answer.get("LastEvaluatedKey")):
                return
            start = {"ExclusiveStartKey": last}

    def plain(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """Return an item as Python values (numbers become ``Decimal``)."""
        return {name: attribute_values.plain(value) for name, value in item.items()}


def _marshalled(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: attribute_values.marshalled(value) for name, value in item.items()}


def _next(pauses: Iterator[float], name: str) -> float:
    for pause in pauses:
        return pause
    raise Throttled(f"{name} answered none of the keys asked for, {len(_PAUSES) + 1} times")


def _chunks(values: Iterable[str], size: int) -> Iterator[list[str]]:
    pending = list(values)
    for start in range(0, len(pending), size):
        yield pending[start : start + size]


def _has_version(expected: int | None) -> dict[str, Any]:
    if expected is None:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#version = :expected",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":expected": {"N": str(expected)}},
    }


def _is_contended(error: ClientError) -> bool:
    """Return whether others alone cancelled a transaction (API reference, "TransactWriteItems")."""
    reasons: Any = error.response.get("CancellationReasons", ())
    codes = {one.get("Code") for one in reasons} - {"None", None}
    return bool(codes) and codes <= _CONTENTION


def _translated(error: ClientError) -> Exception:
    code = str(error.response.get("Error", {}).get("Code", ""))
    return ConditionFailed(code) if code in _CONDITION_CODES else error
