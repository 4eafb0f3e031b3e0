"""What a simulated invocation of fetch is given of AWS, and what may interfere with it at any call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from newswire.bucket import Bucket
from newswire.queue import Outgoing, Queue, Refusal
from newswire.tables import Table
from tests.support.memory_table import MemoryTable

Saved = Callable[[Mapping[str, Any]], None]


class Killed(BaseException):
    """The invocation ends here and now, as when the machine below it goes away."""


@dataclass(slots=True)
class Interference:
    """Something that comes in the way of an invocation at one of its calls, once."""

    at_call: int
    happen: Callable[[], None]
    calls: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def called(self) -> None:
        """Count a call, and happen if it is the one."""
        with self.lock:
            self.calls += 1
            now = self.calls == self.at_call
        if now:
            self.happen()

    def come(self) -> None:
        """Happen now if there were fewer calls."""
        if self.calls < self.at_call:
            self.happen()


class ListedQueue(Queue):
    """A queue that accepts everything and hands it on."""

    def __init__(self, take: Callable[[Outgoing], None]) -> None:
        self._take = take

    def send(self, messages: Sequence[Outgoing]) -> list[Refusal]:
        """Accept all."""
        for message in messages:
            self._take(message)
        return []


class NoBucket(Bucket):
    """A bucket that counts who asks it."""

    def __init__(self) -> None:
        self.calls = 0

    def get(self, key: str) -> None:
        """Have nothing."""
        self.calls += bool(key)


class InvocationTable(Table):
    """FeedTable for one invocation: ``before`` is told of each call; leases end when the invocation does."""

    def __init__(self, table: MemoryTable, before: Callable[[str], None], saved: Saved) -> None:
        self._table = table
        self._before = before
        self._saved = saved
        self.released: list[tuple[Mapping[str, Any], str, Mapping[str, Any]]] = []

    def get_many(self, pks: Iterable[str]) -> dict[str, dict[str, Any]]:
        self._before("get")
        return self._table.get_many(pks)

    def peek_many(self, pks: Iterable[str], attributes: Sequence[str] = ()) -> dict[str, dict[str, Any]]:
        self._before("peek")
        return self._table.peek_many(pks, attributes)

    def put(self, item: Mapping[str, Any], *, expected_version: int | None) -> None:
        self._before("save")
        self._table.put(item, expected_version=expected_version)
        self._saved(item)

    def put_where(
        self, item: Mapping[str, Any], condition: str, values: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        if condition == "holder = :holder":
            self._before("release")
            self.released.append((item, condition, values))
            return None
        self._before("put")
        former = self._table.put_where(item, condition, values)
        self._saved(item)
        return former

    def delete(self, pk: str) -> None:
        self._before("delete")
        self._table.delete(pk)

    def delete_where(self, pk: str, condition: str, values: Mapping[str, Any]) -> None:
        self._before("delete")
        self._table.delete_where(pk, condition, values)

    def query(self, *, page: int, **request: Any) -> Iterator[dict[str, Any]]:
        self._before("query")
        return self._table.query(page=page, **request)


class Life:
    """What interferes with one invocation: another one at one of its calls, or its end at a save."""

    def __init__(self, other: Interference | None, dies_at: int | None) -> None:
        self._other = other
        self._dies_at = dies_at
        self._saves = 0
        self._lock = threading.Lock()
        self.dead = False

    def called(self, operation: str = "") -> None:
        """Let happen what comes at this call; raise :class:`Killed` at the last one and at all after it."""
        with self._lock:
            self._saves += operation == "save"
            self.dead = self.dead or (operation == "save" and self._saves == self._dies_at)
        if self.dead:
            raise Killed
        if self._other is not None:
            self._other.called()
