"""What lies in the stack's tables and buckets: read for saving, and put back on the next start."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from local.saved_state import SavedObject, State
from local.stack import Stack

# The headers of an object that S3 keeps and gives back, as PutObject and GetObject name them.
_HEADERS = (
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "Metadata",
)
_BATCH = 25  # BatchWriteItem's limit

Items = dict[str, list[dict[str, Any]]]


class StackContents:
    """The tables and buckets of one stack, with the memory of what was seen of them last."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._listed: dict[str, dict[str, tuple[Any, ...]]] = {name: {} for name in stack.buckets}
        self.objects: dict[str, dict[str, SavedObject]] = {name: {} for name in stack.buckets}

    def items(self) -> Items:
        """Return every table's items as DynamoDB's JSON, sorted by key."""
        return {name: sorted(self._scan(table), key=_key) for name, table in self._stack.tables.items()}

    def take_changes(self, keep: Callable[[bytes], str]) -> dict[str, set[str]]:
        """Bring ``objects`` up to date; return the keys written since the last time, by bucket.

        ``keep`` stores the bytes of what is new and returns their SHA-256.
        """
        written: dict[str, set[str]] = {}
        for name, bucket in self._stack.buckets.items():
            listed = self._list(bucket)
            written[name] = {key for key, mark in listed.items() if self._listed[name].get(key) != mark}
            fresh = {key: self._fetch(bucket, key, keep) for key in written[name]}
            self.objects[name] = {key: fresh.get(key) or self.objects[name][key] for key in sorted(listed)}
            self._listed[name] = listed
        return written

    def restore_items(self, tables: Mapping[str, list[dict[str, Any]]]) -> None:
        """Put saved items into tables that are still empty."""
        for name, items in tables.items():
            if name not in self._stack.tables:
                continue
            table = self._stack.tables[name]
            for start in range(0, len(items), _BATCH):
                requests = [
                    {"PutRequest": {"Item": with_binaries(item)}} for item in items[start : start + _BATCH]
                ]
                self._stack.clients.dynamodb.batch_write_item(RequestItems={table: requests})

    def restore_objects(self, state: State, read: Callable[[SavedObject], bytes], *, but: set[str]) -> None:
        """Put saved objects, whose bytes ``read`` returns, into empty buckets, those in ``but`` excepted."""
        for name, objects in state.objects.items():
            if name in but or name not in self._stack.buckets:
                continue
            bucket = self._stack.buckets[name]
            for key, saved in objects.items():
                self._stack.clients.s3.put_object(Bucket=bucket, Key=key, Body=read(saved), **saved.headers)
            self.objects[name] = dict(objects)
            self._listed[name] = self._list(bucket)

    def put_object(self, bucket: str, key: str, body: bytes, content_type: str) -> None:
        """Write an object unless it has these bytes already."""
        name = self._stack.buckets[bucket]
        s3 = self._stack.clients.s3
        found = s3.list_objects_v2(Bucket=name, Prefix=key, MaxKeys=1).get("Contents", [])
        exists = [entry["Key"] for entry in found] == [key]
        if not exists or s3.get_object(Bucket=name, Key=key)["Body"].read() != body:
            s3.put_object(Bucket=name, Key=key, Body=body, ContentType=content_type)

    def _scan(self, table: str) -> Iterator[dict[str, Any]]:
        pages = self._stack.clients.dynamodb.get_paginator("scan").paginate(
            TableName=table, ConsistentRead=True
        )
        for page in pages:
            for item in page["Items"]:
                yield _without_binaries(item)

    def _list(self, bucket: str) -> dict[str, tuple[Any, ...]]:
        pages = self._stack.clients.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return {
            entry["Key"]: (entry["ETag"], entry["LastModified"], entry["Size"])
            for page in pages
            for entry in page.get("Contents", [])
        }

    def _fetch(self, bucket: str, key: str, keep: Callable[[bytes], str]) -> SavedObject:
        answer = self._stack.clients.s3.get_object(Bucket=bucket, Key=key)
        headers = {name: answer[name] for name in _HEADERS if answer.get(name)}
        return SavedObject(keep(answer["Body"].read()), headers)


def _key(item: Mapping[str, Any]) -> str:
    return str(sorted(item.get("pk", item).items()))


def _without_binaries(item: dict[str, Any]) -> dict[str, Any]:
    """Return the item with binaries in Base64, as DynamoDB's own JSON has them."""
    plain: dict[str, Any] = _mapped(item, lambda value: base64.b64encode(value).decode())
    return plain


def with_binaries(item: dict[str, Any]) -> dict[str, Any]:
    """Return a saved item as boto3 takes it."""
    typed: dict[str, Any] = {name: _typed(value) for name, value in item.items()}
    return typed


def _typed(value: dict[str, Any]) -> dict[str, Any]:
    ((kind, content),) = value.items()
    if kind == "B":
        return {"B": base64.b64decode(content)}
    if kind == "BS":
        return {"BS": [base64.b64decode(one) for one in content]}
    if kind == "L":
        return {"L": [_typed(one) for one in content]}
    if kind == "M":
        return {"M": {name: _typed(one) for name, one in content.items()}}
    return value


def _mapped(value: Any, encode: Callable[[bytes], str]) -> Any:
    if isinstance(value, bytes):
        return encode(value)
    if isinstance(value, dict):
        return {name: _mapped(one, encode) for name, one in value.items()}
    if isinstance(value, list):
        return [_mapped(one, encode) for one in value]
    return value
