"""A double of :class:`newswire.tables.Table` in memory, which counts what DynamoDB would be asked.

``tests/unit/test_memory_table.py`` holds it against moto, operation by operation.
"""

from __future__ import annotations

import re
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.fetch.schedule import TOLERANCE
from newswire.clock import instant
from newswire.tables import BATCH_GET_LIMIT, ConditionFailed, Table

_COMPARISON = re.compile(r"(\w+) (<=|=) (:\w+)")


class MemoryTable(Table):
    """FeedTable: items by key; reads that need not be consistent show a write ``lag`` after it was made.

    ``now`` is the time of such reads; whoever moves the clock sets it. ``calls`` counts the requests by
    operation and kind of key (``PutItem feed``), and apart those for a peek, ``keys_read`` the keys of
    which all was read, ``read_early`` those of feeds that are due later than ``TOLERANCE`` from now.
    """

    def __init__(self, name: str = "feeds", lag: timedelta = timedelta(0)) -> None:
        self.name = name
        self.now = datetime.min.replace(tzinfo=UTC)
        self.items: dict[str, dict[str, Any]] = {}
        self.calls: Counter[str] = Counter()
        self.keys_read = 0
        self.read_early = 0
        self._lag = lag
        self._shown: dict[str, dict[str, Any]] = {}
        self._coming: deque[tuple[datetime, str, dict[str, Any] | None]] = deque()
        self._lock = threading.Lock()

    def get_many(self, pks: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return the items that exist."""
        wanted = list(dict.fromkeys(pks))
        with self._lock:
            self.calls["BatchGetItem"] += -(-len(wanted) // BATCH_GET_LIMIT)
            found = {pk: dict(self.items[pk]) for pk in wanted if pk in self.items}
            self._count_read(wanted, found)
            return found

    def peek_many(self, pks: Iterable[str], attributes: Sequence[str] = ()) -> dict[str, dict[str, Any]]:
        """Return what reads that may lag show of the items that exist."""
        wanted = list(dict.fromkeys(pks))
        with self._lock:
            self.calls["peek"] += -(-len(wanted) // BATCH_GET_LIMIT)
            while self._coming and self._coming[0][0] <= self.now:
                _, pk, item = self._coming.popleft()
                if item is None:
                    self._shown.pop(pk, None)
                else:
                    self._shown[pk] = item
            found = {pk: self._shown[pk] for pk in wanted if pk in self._shown}
            if not attributes:
                self._count_read(wanted, found)
        chosen = ("pk", *attributes)
        return {
            pk: {name: item[name] for name in (chosen if attributes else item) if name in item}
            for pk, item in found.items()
        }

    def put(self, item: Mapping[str, Any], *, expected_version: int | None) -> None:
        """Write if the version is the expected one."""
        with self._lock:
            self._count("PutItem", item["pk"])
            there = self.items.get(item["pk"])
            if (None if there is None else there.get("version")) != expected_version:
                raise ConditionFailed("ConditionalCheckFailedException")
            self._store(dict(item))

    def put_where(
        self, item: Mapping[str, Any], condition: str, values: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Write if the condition holds, and return what was there."""
        with self._lock:
            self._count("PutItem", item["pk"])
            self._require(item["pk"], condition, values)
            former = self.items.get(item["pk"])
            self._store(dict(item))
            return None if former is None else dict(former)

    def put_unconditionally(self, item: Mapping[str, Any]) -> None:
        """Write."""
        with self._lock:
            self._count("PutItem", item["pk"])
            self._store(dict(item))

    def delete(self, pk: str) -> None:
        """Remove."""
        with self._lock:
            self._count("DeleteItem", pk)
            self._drop(pk)

    def delete_where(self, pk: str, condition: str, values: Mapping[str, Any]) -> None:
        """Remove if the condition holds."""
        with self._lock:
            self._count("DeleteItem", pk)
            self._require(pk, condition, values)
            self._drop(pk)

    def _count_read(self, wanted: Sequence[str], found: Mapping[str, Mapping[str, Any]]) -> None:
        self.keys_read += len(wanted)
        late = instant(self.now + TOLERANCE)
        self.read_early += sum(item.get("next_due", "") > late for item in found.values())

    def _count(self, operation: str, pk: str) -> None:
        self.calls[f"{operation} {pk.partition('#')[0]}"] += 1

    def _require(self, pk: str, condition: str, values: Mapping[str, Any]) -> None:
        if not any(_holds(one, self.items.get(pk), values) for one in condition.split(" OR ")):
            raise ConditionFailed("ConditionalCheckFailedException")

    def _store(self, item: dict[str, Any]) -> None:
        self.items[item["pk"]] = item
        self._coming.append((self.now + self._lag, item["pk"], item))

    def _drop(self, pk: str) -> None:
        if self.items.pop(pk, None) is not None:
            self._coming.append((self.now + self._lag, pk, None))


def _holds(condition: str, item: Mapping[str, Any] | None, values: Mapping[str, Any]) -> bool:
    if condition == "attribute_not_exists(pk)":
        return item is None
    comparison = _COMPARISON.fullmatch(condition)
    if comparison is None:
        raise ValueError(f"this double knows attribute_not_exists(pk) and one comparison, not {condition!r}")
    name, operator, value = comparison.groups()
    if item is None or name not in item:
        return False
    return bool(item[name] <= values[value] if operator == "<=" else item[name] == values[value])


class NoArticles(MemoryTable):
    """ArticleTable without an article: nothing is ever to be looked at again."""

    def query(self, *, page: int, **request: Any) -> Iterator[dict[str, Any]]:
        """Find nothing."""
        self.calls["Query"] += bool(page and request)
        return iter(())
