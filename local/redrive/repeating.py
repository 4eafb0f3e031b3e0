"""Doing again what failure notices speak of: batches of the table's stream, and scheduled runs.

What a notice says decides nothing but which of the stack's own runs is made again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from local.lambda_events import stream_record
from local.rebuild.replay import RebuildFailed, tell
from local.redrive.letters import Letter
from local.redrive.notices import SCHEDULED, StreamBatch, scheduled_task, stream_batch

# Lambda takes events of six megabytes.
EVENT_BYTES = 4 * 1024 * 1024
OTHER_TABLE = "of another table"
# What DynamoDB answers for records that are older than a day, and for shards and streams that are no more
_TRIMMED = {"TrimmedDataAccessException", "ResourceNotFoundException", "ValidationException"}

Invoke = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class PublishAgain:
    """Has publish look again at the articles of batches that its mapping gave up.

    A stream keeps its records for a day: these are handed to publish as its mapping did. Of older batches
    nobody knows the articles any more, and ``rebuild`` tells publish of all, once a redrive.
    """

    def __init__(self, streams: Any, table: str, invoke: Invoke, rebuild: Callable[[], object]) -> None:
        self._streams = streams
        self._table = table
        self._invoke = invoke
        self._rebuild = rebuild
        self._rebuilt = False

    def __call__(self, letters: Sequence[Letter]) -> Mapping[str, str]:
        """Publish; return why that failed, by letter."""
        undone: dict[str, str] = {}
        for letter in letters:
            try:
                self._publish(stream_batch(letter.body))
            except (RebuildFailed, _OtherTable) as error:
                undone[letter.id] = str(error)
        return undone

    def _publish(self, batch: StreamBatch | None) -> None:
        if batch is None or f":table/{self._table}/stream/" not in batch.stream:
            raise _OtherTable(OTHER_TABLE)
        records = self._records(batch)
        if records is None:
            if not self._rebuilt:
                self._rebuild()
            self._rebuilt = True
            return
        for event in _events(records):
            tell(self._invoke, event)

    def _records(self, batch: StreamBatch) -> list[dict[str, Any]] | None:
        """Return a batch's records, ``None`` where the stream has them no more."""
        records: list[dict[str, Any]] = []
        try:
            iterator = self._streams.get_shard_iterator(
                StreamArn=batch.stream,
                ShardId=batch.shard,
                ShardIteratorType="AT_SEQUENCE_NUMBER",
                SequenceNumber=batch.first,
            )["ShardIterator"]
            while iterator:
                answer = self._streams.get_records(ShardIterator=iterator)
                for record in answer["Records"]:
                    if int(record["dynamodb"]["SequenceNumber"]) > int(batch.last):
                        return records
                    records.append(stream_record(record, batch.stream))
                if not answer["Records"] or _is_last(records, batch):
                    return records or None
                iterator = answer.get("NextShardIterator")
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in _TRIMMED:
                raise
            return None
        except ParamValidationError:  # numbers of no stream of AWS
            return None
        return records or None


class RunAgain:
    """Makes scheduled runs again: of all letters at hand that ask for one, a single run."""

    def __init__(self, invokes: Mapping[str, Invoke]) -> None:
        """Take how the function of each task is invoked."""
        self._invokes = invokes

    def __call__(self, letters: Sequence[Letter]) -> Mapping[str, str]:
        """Run; return why a run failed, by letter."""
        undone: dict[str, str] = {}
        tasks = {letter.id: scheduled_task(letter.body) for letter in letters}
        for task in dict.fromkeys(filter(None, tasks.values())):
            if failure := self._failure(task):
                undone |= {one: failure for one, asked in tasks.items() if asked == task}
        return undone

    def _failure(self, task: str) -> str | None:
        try:
            answer = self._invokes[task](SCHEDULED[task])
        except RebuildFailed as error:
            return str(error)
        failed = answer.get("articlesFailed", 0)
        return f"{failed} articles could not be published" if failed else None


class _OtherTable(Exception):
    """A notice that is of no stream of this stack's articles."""


def _is_last(records: Sequence[Mapping[str, Any]], batch: StreamBatch) -> bool:
    return bool(records) and int(records[-1]["dynamodb"]["SequenceNumber"]) >= int(batch.last)


def _events(records: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield the records in order, as many at a time as one invocation takes."""
    event: list[dict[str, Any]] = []
    size = 0
    for record in records:
        weight = len(json.dumps(record))
        if event and size + weight > EVENT_BYTES:
            yield event
            event, size = [], 0
        event.append(record)
        size += weight
    if event:
        yield event
