"""What changed in a stack between two moments, as a person reads it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from local.received import take_all
from local.stack import Stack
from local.stack_contents import StackContents

_TEXT_SHOWN = 2_000  # characters of an object's text


class Snapshot:
    """A stack's objects and items at the moment of construction; its queues are taken to be empty."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._contents = StackContents(stack)
        self._bodies: dict[str, bytes] = {}
        self._contents.take_changes(self._keep)
        self._items = self._contents.items()

    def changes(self) -> dict[str, list[dict[str, Any]]]:
        """Return every object, item and message that is there now and was not, or was another."""
        written = self._contents.take_changes(self._keep)
        return {
            "objects": [
                self._object(bucket, key) for bucket, keys in written.items() for key in sorted(keys)
            ],
            "items": [
                {"table": table, "item": {name: plain(value) for name, value in item.items()}}
                for table, items in self._contents.items().items()
                for item in items
                if item not in self._items[table]
            ],
            "messages": [
                _message(queue, message)
                for queue, url in self._stack.queues.items()
                for message in take_all(self._stack.clients.sqs, url)
            ],
        }

    def _keep(self, body: bytes) -> str:
        sha256 = hashlib.sha256(body).hexdigest()
        self._bodies[sha256] = body
        return sha256

    def _object(self, bucket: str, key: str) -> dict[str, Any]:
        saved = self._contents.objects[bucket][key]
        body = saved.plain(self._bodies[saved.sha256])
        return {"bucket": bucket, "key": key, **saved.headers, "body": readable(body)}


def _message(queue: str, message: Mapping[str, Any]) -> dict[str, Any]:
    attributes = message.get("MessageAttributes", {})
    return {
        "queue": queue,
        "group": message["Attributes"].get("MessageGroupId"),
        "attributes": {name: value.get("StringValue") for name, value in attributes.items()},
        "body": readable(message["Body"].encode()),
    }


def readable(body: bytes) -> Any:
    """Return JSON as what it says, other text shortened, and of anything else only its size."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"{len(body)} bytes that are no text"
    try:
        return json.loads(text)
    except ValueError:
        return text if len(text) <= _TEXT_SHOWN else f"{text[:_TEXT_SHOWN]}… ({len(text)} characters)"


def plain(value: Mapping[str, Any]) -> Any:
    """Return an attribute of DynamoDB's JSON as the value that it stands for."""
    ((kind, content),) = value.items()
    if kind == "M":
        return {name: plain(one) for name, one in content.items()}
    if kind == "L":
        return [plain(one) for one in content]
    if kind == "N":
        return json.loads(content)
    if kind == "B":
        return f"{len(base64.b64decode(content))} bytes"
    return None if kind == "NULL" else content
