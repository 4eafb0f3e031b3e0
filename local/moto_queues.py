"""moto's queues without counting all messages for every one that comes.

moto reads one attribute of a queue out of all of them, and three of those are counts: a message that is sent
or received costs a look at every other, ten times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moto.core.utils import camelcase_to_underscores
from moto.sqs.models import Queue, SQSBackend

_PLAIN = SQSBackend.get_queue_attributes
_ALL = Queue.attributes
_NAMES = {name: camelcase_to_underscores(name) for name in (*Queue.BASE_ATTRIBUTES, *Queue.FIFO_ATTRIBUTES)}


def count_when_asked() -> None:
    """Let moto count a queue's messages where somebody wants to know, for as long as this process lives."""
    setattr(Queue, "attributes", property(_Attributes))  # noqa: B010 - mypy lets nobody assign a method
    setattr(SQSBackend, "get_queue_attributes", _read)  # noqa: B010 - as above


class _Attributes(Mapping[str, Any]):
    """A queue's attributes as moto has them, each made when it is read."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    def __getitem__(self, name: str) -> Any:
        attribute = _NAMES.get(name)
        if attribute is None or name in ("Policy", "RedrivePolicy") or name in self._of_others():
            return self._whole()[name]
        value = getattr(self._queue, attribute)
        return str(value).lower() if isinstance(value, bool) else value

    def __contains__(self, name: object) -> bool:
        if name in _NAMES and name not in self._of_others():
            return True
        return name in self._whole()

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def _of_others(self) -> list[str]:
        return [] if self._queue.fifo_queue else Queue.FIFO_ATTRIBUTES

    def _whole(self) -> dict[str, Any]:
        whole: dict[str, Any] = _ALL.fget(self._queue)  # type: ignore[attr-defined]  # a property's own
        return whole


def _read(backend: SQSBackend, queue_name: str, attribute_names: list[str]) -> dict[str, Any]:
    return dict(_PLAIN(backend, queue_name, attribute_names))
