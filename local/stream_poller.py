"""Feeds a function from a table's stream, as Lambda's event source mapping does."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from local.lambda_events import failed_identifiers, stream_record
from local.lambda_runtime import FunctionError, Runtime
from local.stack import Clients
from local.wiring import StreamMapping

_PAGE = 1000


class StreamPoller:
    """One stream mapping; it reads a stream from its beginning, or from where it was told to skip to.

    ``on_record`` sees every record, whether or not it passes the mapping's filters.
    """

    def __init__(
        self,
        mapping: StreamMapping,
        clients: Clients,
        runtime: Runtime,
        on_record: Callable[[Mapping[str, Any]], None],
        on_error: Callable[[FunctionError], None],
    ) -> None:
        self.mapping = mapping
        self._clients = clients
        self._runtime = runtime
        self._on_record = on_record
        self._on_error = on_error
        self._read_until: dict[str, str] = {}
        self._last = time.monotonic()

    @property
    def position(self) -> Mapping[str, str]:
        """The number of the last record that was read, by shard; none where nothing was."""
        return self._read_until

    def poll(self, *, window_over: bool) -> int:
        """Give the function what has been written; return how many records there were.

        Until the mapping's batching window is over, or the caller says that it is, nothing is read.
        """
        if not window_over and time.monotonic() - self._last < self.mapping.window.total_seconds():
            return 0
        records = self._read()
        for record in records:
            self._on_record(record)
        wanted = [record for record in records if self.mapping.filters.passes(record)]
        for start in range(0, len(wanted), self.mapping.batch_size):
            self._deliver(wanted[start : start + self.mapping.batch_size])
        self._last = time.monotonic()
        return len(records)

    def skip(self) -> None:
        """Pass over everything that has been written so far."""
        self._read()

    def _read(self) -> list[dict[str, Any]]:
        streams, arn = self._clients.streams, self.mapping.arn
        shards = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        return [
            stream_record(record, arn) for shard in shards for record in self._read_shard(shard["ShardId"])
        ]

    def _read_shard(self, shard: str) -> list[Any]:
        # Each time by number: moto replaces a table by a copy where it refuses a transaction, and an iterator
        # goes on reading what was there before (moto/dynamodb/models, transact_write_items).
        iterator: str | None = self._clients.streams.get_shard_iterator(
            StreamArn=self.mapping.arn, ShardId=shard, **self._start(shard)
        )["ShardIterator"]
        records: list[Any] = []
        while iterator:
            answer = self._clients.streams.get_records(ShardIterator=iterator, Limit=_PAGE)
            records += answer["Records"]
            iterator = answer["NextShardIterator"] if len(answer["Records"]) == _PAGE else None
        if records:
            self._read_until[shard] = records[-1]["dynamodb"]["SequenceNumber"]
        return records

    def _start(self, shard: str) -> dict[str, Any]:
        if number := self._read_until.get(shard):
            return {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": number}
        return {"ShardIteratorType": "TRIM_HORIZON"}

    def _deliver(self, records: Sequence[dict[str, Any]]) -> None:
        """Deliver in order; what fails is halved where the mapping bisects, and tried again."""
        attempts = 0
        while records and attempts <= self.mapping.retries:
            first_failed = self._first_failed(records)
            if first_failed is None:
                return
            if first_failed > 0:
                records, attempts = records[first_failed:], 0
            elif self.mapping.bisects and len(records) > 1:
                middle = len(records) // 2
                self._deliver(records[:middle])
                records, attempts = records[middle:], 0
            else:
                attempts += 1
        if records:
            self._give_up(records, attempts)

    def _first_failed(self, records: Sequence[dict[str, Any]]) -> int | None:
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        try:
            answer = self._runtime.invoke(self.mapping.function, {"Records": list(records)})
        except FunctionError as error:
            self._on_error(error)
            return 0
        failed = failed_identifiers(answer, numbers, reports_failures=self.mapping.reports_failures)
        return min((numbers.index(number) for number in failed), default=None)

    def _give_up(self, records: Sequence[dict[str, Any]], attempts: int) -> None:
        if self.mapping.failure_queue is None:
            return
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        self._clients.sqs.send_message(
            QueueUrl=self.mapping.failure_queue,
            MessageBody=json.dumps(
                {
                    "requestContext": {
                        "functionArn": self.mapping.function,
                        "condition": "RetryAttemptsExhausted",
                        "approximateInvokeCount": attempts,
                    },
                    "version": "1.0",
                    "timestamp": datetime.now(UTC).isoformat(),
                    "DDBStreamBatchInfo": {
                        "startSequenceNumber": numbers[0],
                        "endSequenceNumber": numbers[-1],
                        "batchSize": len(records),
                        "streamArn": self.mapping.arn,
                    },
                    "keys": [record["dynamodb"]["Keys"] for record in records],
                }
            ),
        )
