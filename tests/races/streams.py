"""ArticleTable's stream as Lambda reads it: shards in order, each batch again until it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from newswire.article_table import Record
from tests.support.interleaving import Baton, SharedArticles
from tests.support.stream_records import record_between

SHARDS = 3

StreamRecord = Mapping[str, Any]


class Streams:
    """What was written and is still to be published; an article's records are in one shard, in order."""

    def __init__(self) -> None:
        self._waiting: tuple[list[StreamRecord], ...] = tuple([] for _ in range(SHARDS))
        self._number = 0

    def add(self, new: Record, old: Record | None = None) -> None:
        """Add the record of a write."""
        self._number += 1
        shard = crc32(new.id.encode()) % SHARDS
        self._waiting[shard].append(record_between(f"{self._number:06}", new, old))

    def waiting(self, shard: int) -> int:
        """Return how many records wait in a shard."""
        return len(self._waiting[shard])

    def batch(self, shard: int, size: int) -> Sequence[StreamRecord]:
        """Return the next records of a shard, which stay until they are done."""
        return self._waiting[shard][:size]

    def done(self, shard: int, batch: Sequence[StreamRecord], answer: Mapping[str, Any]) -> None:
        """Take off what an answer to a batch says is published: all before the first failure."""
        failed = [one["itemIdentifier"] for one in answer["batchItemFailures"]]
        numbers = [one["dynamodb"]["SequenceNumber"] for one in batch]
        del self._waiting[shard][: numbers.index(failed[0]) if failed else len(numbers)]


class StreamedArticles(SharedArticles):
    """A table at which runs take turns, and each write of which has its stream record."""

    def __init__(self, baton: Baton, lag: int, streams: Streams) -> None:
        super().__init__(baton, lag)
        self._streams = streams

    def save(self, record: Record) -> None:
        """Store a new article."""
        super().save(record)
        self._streams.add(record)

    def replaced(self, before: Record, after: Record) -> bool:
        """Write an article's next version, unless it has been written since ``before`` was read."""
        if not super().replaced(before, after):
            return False
        self._streams.add(self.records[before.id], before)
        return True
