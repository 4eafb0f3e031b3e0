"""What stands where fetch and extract have AWS: they read and write as ever, and nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from newswire.bucket import StoredObject
from newswire.queue import Outgoing, Refusal


class NoTable:
    """Stands in for FeedTable: no back-off is known, and none is kept; what has a TTL is, for one trial."""

    def __init__(self) -> None:
        self._items: dict[str, dict[str, Any]] = {}

    def get_many(self, _keys: Iterable[str]) -> dict[str, Any]:
        """Return none."""
        return {}

    def peek_many(self, keys: Iterable[str], _attributes: Iterable[str] = ()) -> dict[str, Any]:
        """Return what was put."""
        return {key: self._items[key] for key in keys if key in self._items}

    def put_unconditionally(self, item: dict[str, Any]) -> None:
        """Keep it."""
        self._items[item["pk"]] = item

    def delete(self, pk: str) -> None:
        """Keep it no more."""
        self._items.pop(pk, None)

    def put_where(self, _item: dict[str, Any], _condition: str, _values: dict[str, Any]) -> None:
        """Keep nothing."""

    def delete_where(self, _pk: str, _condition: str, _values: dict[str, Any]) -> None:
        """Delete nothing."""


class Shelf:
    """Stands in for ArticleBucket: a hint too large for a message lies here until it is read."""

    def __init__(self) -> None:
        self._bodies: dict[str, bytes] = {}

    def put(self, key: str, body: bytes, **_: Any) -> None:
        """Keep the body."""
        self._bodies[key] = body

    def get(self, key: str) -> StoredObject | None:
        """Return the body that was put."""
        return StoredObject(self._bodies[key], "", "") if key in self._bodies else None


class Outbox:
    """Stands in for ArticleQueue: what would be sent."""

    def __init__(self) -> None:
        self.messages: list[Outgoing] = []

    def send(self, messages: Sequence[Outgoing]) -> list[Refusal]:
        """Keep the messages; refuse none."""
        self.messages.extend(messages)
        return []
