"""What lies in moto: exactly, to tell whether two worlds will go on alike, and as what it means for readers.

It looks into moto's own objects: asking for a few hundred of them by its API would cost more than a case.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends

from local.stack import ACCOUNT, Stack
from local.template import REGION


@dataclass(frozen=True, slots=True)
class Object:
    """An object of a bucket; ``etag`` stands for its bytes as they are stored."""

    key: str
    etag: str
    metadata: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A message that is in a queue, hidden or not."""

    body: str
    receive_count: int
    is_visible: bool


class CloudState:
    """The buckets, tables and queues of one stack, by their logical ids."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def objects(self, bucket: str) -> Iterator[Object]:
        """Yield the objects of a bucket."""
        keys = s3_backends[ACCOUNT]["aws"].buckets[self._stack.buckets[bucket]].keys
        for name in sorted(keys):
            stored = keys[name]
            marks = {key.lower(): str(value) for key, value in stored.metadata.items()}
            body = stored.value
            if marks.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            yield Object(name, stored.etag, marks, body)

    def items(self, table: str) -> dict[str, dict[str, Any]]:
        """Return the items of a table by key, as DynamoDB's JSON."""
        held: Any = dynamodb_backends[ACCOUNT][REGION].tables[self._stack.tables[table]].items
        items = [item.to_json()["Attributes"] for item in held.values()]
        return {item["pk"]["S"]: item for item in items}

    def messages(self, queue: str) -> list[QueuedMessage]:
        """Return the messages of a queue, in its order."""
        name = self._stack.queues[queue].rpartition("/")[2]
        held = sqs_backends[ACCOUNT][REGION].queues[name]._messages
        return [QueuedMessage(one.body, one.approximate_receive_count, one.visible) for one in held]

    def changes(self, table: str) -> list[Any]:
        """Return what the table's stream has told so far: kind, old and new image of each change."""
        shard = dynamodb_backends[ACCOUNT][REGION].tables[self._stack.tables[table]].stream_shard
        told = [] if shard is None else [one.record for one in shard.items]
        return [
            [one["eventName"], one["dynamodb"].get("OldImage"), one["dynamodb"].get("NewImage")]
            for one in told
        ]

    def digest(self, *further: Any) -> str:
        """Return a hash of everything that decides what will happen, and of ``further``.

        Left out is what is random or of the machine's clock: ids of messages and versions, times of arrival.
        """
        exact = {
            "objects": {
                name: [[one.key, one.etag, one.metadata] for one in self.objects(name)]
                for name in self._stack.buckets
            },
            "items": {name: self.items(name) for name in self._stack.tables},
            "changes": {name: self.changes(name) for name in self._stack.tables},
            "messages": {
                name: [[one.body, one.receive_count, one.is_visible] for one in self.messages(name)]
                for name in self._stack.queues
            },
            "further": further,
        }
        return hashlib.sha256(json.dumps(exact, sort_keys=True, default=_text).encode()).hexdigest()


def _text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
