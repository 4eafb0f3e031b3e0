"""Clients of AWS in memory, as far as the stages call them: a table and a queue of polls, extract's stores.

These stand where botocore's clients do: everything of ours in front of them runs, marshalling included;
botocore's own work (signing, serialising, the request) and the network are left out. Where that is to be
measured, too, :mod:`benchmarks.scale.memory_aws` answers behind it.
"""

from __future__ import annotations

import re
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from newswire.catalogue import SOURCES_KEY

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

_COMPARISON = re.compile(r"(#?\w+) (<=|=) (:\w+)")


class DynamoStandIn:
    """One table, by key; conditions are those of states, leases and back-offs."""

    def __init__(self) -> None:
        self._items: dict[str, dict[str, Any]] = {}

    @property
    def client(self) -> DynamoDBClient:
        """Itself, as the client that it stands in for."""
        return cast("DynamoDBClient", self)

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - the client's
        """Answer all that is there."""
        ((name, wanted),) = RequestItems.items()
        keys = (key["pk"]["S"] for key in wanted["Keys"])
        return {"Responses": {name: [self._items[key] for key in keys if key in self._items]}}

    def put_item(self, *, Item: dict[str, Any], **request: Any) -> dict[str, Any]:  # noqa: N803 - as above
        """Write, where the condition holds, and answer what was there."""
        former = self._items.get(Item["pk"]["S"])
        self._require(former, request)
        self._items[Item["pk"]["S"]] = Item
        return {} if former is None else {"Attributes": former}

    def delete_item(self, *, Key: dict[str, Any], **request: Any) -> None:  # noqa: N803 - as above
        """Remove, where the condition holds."""
        key = Key["pk"]["S"]
        self._require(self._items.get(key), request)
        self._items.pop(key, None)

    def _require(self, item: dict[str, Any] | None, request: dict[str, Any]) -> None:
        condition = request.get("ConditionExpression")
        if condition is not None and not any(_holds(one, item, request) for one in condition.split(" OR ")):
            error: Any = {"Error": {"Code": "ConditionalCheckFailedException"}}
            raise ClientError(error, "PutItem")


def _holds(condition: str, item: dict[str, Any] | None, request: dict[str, Any]) -> bool:
    if condition == "attribute_not_exists(pk)":
        return item is None
    found = _COMPARISON.fullmatch(condition)
    if found is None:
        raise ValueError(f"{condition!r} is not known here")
    name = request.get("ExpressionAttributeNames", {}).get(found[1], found[1])
    if item is None or name not in item:
        return False
    ((_, is_there),) = item[name].items()
    ((_, value),) = request["ExpressionAttributeValues"][found[3]].items()
    return bool(is_there <= value if found[2] == "<=" else is_there == value)


class QueueStandIn:
    """Takes every message, and counts them."""

    def __init__(self) -> None:
        self.sent = 0
        self._counting = Lock()

    @property
    def client(self) -> SQSClient:
        """Itself, as the client that it stands in for."""
        return cast("SQSClient", self)

    def send_message_batch(self, *, QueueUrl: str, Entries: list[Any]) -> dict[str, Any]:  # noqa: ARG002, N803 - the client's
        """Take them all."""
        with self._counting:
            self.sent += len(Entries)
        return {"Successful": [], "Failed": []}


class EmptyTables:
    """The methods of DynamoDB's client that extract uses where nothing is known: all articles are new."""

    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        """Find nothing."""
        return {"Responses": dict.fromkeys(request["RequestItems"], ()), "UnprocessedKeys": {}}

    def put_item(self, **_: Any) -> dict[str, Any]:
        """Take it."""
        return {}

    def transact_write_items(self, **_: Any) -> dict[str, Any]:
        """Take all of it."""
        return {}


class OneObject:
    """The methods of S3's client that extract uses; has the catalogue, and keeps what was put last."""

    def __init__(self, catalogue: str) -> None:
        self._catalogue = catalogue.encode()
        self.last: bytes | None = None

    def forget(self) -> None:
        """Keep nothing any more."""
        self.last = None

    def get_object(self, **request: Any) -> dict[str, Any]:
        """Return the catalogue; raise as botocore does for every other key."""
        if request["Key"] != SOURCES_KEY:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": _Body(self._catalogue), "ETag": '"1"'}

    def put_object(self, **request: Any) -> dict[str, Any]:
        """Keep the object."""
        self.last = request["Body"]
        return {"ETag": '"1"'}


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self) -> bytes:
        return self._content
