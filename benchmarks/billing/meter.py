"""Counts what the handlers' own calls are billed, as they make them.

The calls of whoever runs the handlers come from another session and are not seen.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.billing import units
from benchmarks.billing.amounts import Amounts
from benchmarks.billing.units import Index, Item

# Kinds of S3 requests by price: PUT, COPY, POST and LIST are of one, the others of another.
_DEAR = frozenset({"PutObject", "ListObjectsV2", "ListObjectVersions"})
_FREE = frozenset({"DeleteObject", "DeleteObjects"})


class Meter:
    """``bill`` has the units of the function in ``stage``, by ``stage, unit, detail``.

    ``latency`` returns the seconds that a call of a service's operation takes in AWS: it is slept for what
    the emulation does not take, so that what runs at the same time runs at the same time.

    Of what a function took, ``emulated_cpu`` are processor seconds of the emulation and of the meter, which
    are none of its own. ``added`` are the seconds by which they made it last longer than in AWS: an emulation
    that is done within the latency adds nothing.
    While ``sleeps`` is false, for what is not measured, nothing is slept.
    """

    def __init__(
        self, events: Any, dynamodb: Any, tables: Mapping[str, str], latency: Callable[[str, str], float]
    ) -> None:
        self.stage = ""
        self.bill: Amounts[tuple[str, str, str]] = Amounts()
        self.emulated_cpu = 0.0
        self.added = 0.0
        self.sleeps = True
        self.sizes: Amounts[tuple[str, str]] = Amounts()
        self._latency = latency
        self._dynamodb = dynamodb
        self._names = {physical: logical for logical, physical in tables.items()}
        self._indexes = {physical: _indexes(dynamodb, physical) for physical in tables.values()}
        self._local = threading.local()
        self._lock = threading.Lock()
        events.register_first("provide-client-params.*.*", self._begin)
        events.register_first("before-send.*.*", self._sent)
        events.register_first("after-call.*.*", self._end)

    def take_bill(self) -> Amounts[tuple[str, str, str]]:
        """Return the units since the last time, by stage, unit and detail."""
        bill, self.bill = self.bill, Amounts()
        return bill

    def take_sizes(self) -> dict[tuple[str, str], float]:
        """Return the bytes of what was written since the last time, by kind and key."""
        sizes, self.sizes = dict(self.sizes), Amounts()
        return sizes

    def add(self, unit: str, number: float, detail: str = "") -> None:
        """Bill the function that is running."""
        with self._lock:
            self.bill[self.stage, unit, detail] += number

    def _begin(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        began = time.thread_time()
        service = model.service_model.service_name
        written = _written(params) if service == "dynamodb" else []
        before = [self._image(table, pk) for table, pk in written]
        self._local.call = (dict(params), written, before)
        self._local.metering = time.thread_time() - began
        self._local.sent = None

    def _sent(self, **_: Any) -> None:
        self._local.sent = (time.perf_counter(), time.thread_time())

    def _end(self, parsed: Mapping[str, Any], model: Any, **_: Any) -> None:
        service, operation = model.service_model.service_name, model.name
        ended = time.thread_time()
        sent, sent_cpu = self._local.sent or (time.perf_counter(), ended)
        params, written, before = self._local.call
        latency = self._latency(service, operation)
        left = latency - (time.perf_counter() - sent)
        if service == "dynamodb":
            self._table_call(operation, params, parsed, written, before)
        elif service == "s3":
            self._bucket_call(operation, params)
        elif service == "sqs":
            self._queue_call(operation, params)
        metering = self._local.metering + time.thread_time() - ended
        emulated = ended - sent_cpu
        with self._lock:
            self.emulated_cpu += emulated + metering
            self.added += max(emulated - latency, 0.0) + metering
        if left > 0 and self.sleeps:
            time.sleep(left)

    def _table_call(
        self,
        operation: str,
        params: Mapping[str, Any],
        parsed: Mapping[str, Any],
        written: list[tuple[str, str]],
        before: list[Item | None],
    ) -> None:
        if operation == "BatchGetItem":
            for table, asked in params["RequestItems"].items():
                found = parsed.get("Responses", {}).get(table, [])
                missing = len(asked["Keys"]) - len(found)
                if "ProjectionExpression" in asked:  # billed are whole items, whatever is wanted of them
                    found = [self._image(table, one["pk"]["S"]) or one for one in found]
                consistent = asked.get("ConsistentRead", False)
                self.add(
                    "DynamoDB read unit",
                    units.read_units(found, missing, consistent=consistent),
                    self._names[table],
                )
        elif operation == "Query":
            found = parsed.get("Items", [])
            detail = f"{self._names[params['TableName']]} {params.get('IndexName', '')}".strip()
            self.add("DynamoDB read unit", units.query_units(found, consistent=False), detail)
        else:
            transactional = operation == "TransactWriteItems"
            for (table, pk), old in zip(written, before, strict=True):
                new = self._image(table, pk)
                name = self._names[table]
                self.add(
                    "DynamoDB write unit", units.write_units(old, new, transactional=transactional), name
                )
                moved = units.index_units(old, new, self._indexes[table].values())
                self.add("DynamoDB write unit", moved, f"{name} indexes")
                if new is not None:
                    self.sizes[name, new["pk"]["S"]] = units.item_bytes(new)

    def _bucket_call(self, operation: str, params: Mapping[str, Any]) -> None:
        kind = str(params.get("Key", params.get("Prefix", ""))).partition("/")[0]
        if operation in _FREE:
            return
        self.add("S3 PUT" if operation in _DEAR else "S3 GET", 1, _folder(str(params.get("Key", ""))) or kind)
        if operation == "PutObject":
            size = len(params["Body"])
            self.add("bytes put", size, kind)
            self.sizes["S3", f"{params['Bucket']}/{params['Key']}"] = size

    def _queue_call(self, operation: str, params: Mapping[str, Any]) -> None:
        fifo = "FIFO" if str(params["QueueUrl"]).endswith(".fifo") else "standard"
        bodies = [one["MessageBody"] for one in params.get("Entries", []) if "MessageBody" in one]
        self.add(f"SQS {fifo} request", units.sqs_requests(bodies), operation)

    def _image(self, table: str, pk: str) -> Item | None:
        found = self._dynamodb.get_item(TableName=table, Key={"pk": {"S": pk}}, ConsistentRead=True)
        item: Item | None = found.get("Item")
        return item


def _folder(key: str) -> str:
    """Return what kind of object a key names: its ending, behind its first folder or for the root."""
    folder, _, name = key.rpartition("/")
    return (
        f"{folder.partition('/')[0]}/*.{name.rpartition('.')[2]}"
        if folder
        else f"*.{name.rpartition('.')[2]}"
    )


def _written(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return table and key of every item that a call may write or checks in a transaction."""
    if "TransactItems" in params:
        return [one for part in params["TransactItems"] for kind in part.values() for one in _written(kind)]
    if "Item" in params:
        return [(params["TableName"], params["Item"]["pk"]["S"])]
    if "Key" in params:
        return [(params["TableName"], params["Key"]["pk"]["S"])]
    return []


def _indexes(dynamodb: Any, table: str) -> dict[str, Index]:
    described = dynamodb.describe_table(TableName=table)["Table"].get("GlobalSecondaryIndexes", [])
    found = {}
    for one in described:
        keys = {key["KeyType"]: key["AttributeName"] for key in one["KeySchema"]}
        found[one["IndexName"]] = Index(keys["HASH"], keys["RANGE"])
    return found
