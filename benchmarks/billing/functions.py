"""The functions of the stack at work on simulated publishers, with moto for AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.billing.invocations import Invocations, Taken
from benchmarks.billing.meter import Meter
from benchmarks.billing.moto_memory import copy_no_tables, forget_made, forget_read
from benchmarks.billing.publishers import Publishers, sources_yaml
from local.lambda_events import stream_record
from local.lambda_runtime import FunctionError
from local.local_run import StartedStack, put_sources, started
from local.queue_poller import QueuePoller
from local.stack_contents import StackContents

Latency = Callable[[str, str], float]
_STREAM_PAGE = 1000


@dataclass(slots=True)
class Hurry:
    """Whether nothing is measured of what is being called."""

    on: bool = False


class Functions:
    """The deployed functions. ``clock`` is theirs."""

    def __init__(
        self,
        begun: StartedStack,
        publishers: Publishers,
        start: datetime,
        latency: Latency,
        hurry: Hurry,
    ) -> None:
        self._hurry = hurry
        self._begun = begun
        self._publishers = publishers
        stack = begun.stack
        meter = Meter(stack.handler_events, stack.clients.dynamodb, stack.tables, latency)
        self._calls = Invocations(begun.wiring, meter, start, publishers.allowed(), [publishers.pid])
        self.clock = self._calls.clock
        self._queues = [QueuePoller(one, stack, self, self.clock, _failed) for one in begun.wiring.queues]
        (self._stream,) = begun.wiring.streams
        self._iterators = self._positions()
        self._put_sources(publishers.count)

    @classmethod
    @contextmanager
    def started(
        cls, project: Path, publishers: Publishers, start: datetime, latency: Latency
    ) -> Iterator[Functions]:
        """Create the stack and give its functions."""
        hurry = Hurry()
        with started(project, "", direct=lambda: hurry.on) as begun, copy_no_tables():
            yield cls(begun, publishers, start, latency, hurry)

    def hurry(self, *, on: bool) -> None:
        """Let nothing wait, for AWS, for a publisher or between two requests, or do all as in AWS again.

        Units are the same.
        """
        self._calls.meter.sleeps = not on
        if on != self._hurry.on:
            self._hurry.on = on
            self._publishers.hurry(on=on)
            self._put_sources(self._publishers.count)

    @contextmanager
    def whole_catalogue(self) -> Iterator[None]:
        """Let the functions read all of the portal's sources, though most of them cannot be polled."""
        self._put_sources(self._publishers.listed)
        yield
        self._put_sources(self._publishers.count)

    def _put_sources(self, count: int) -> None:
        text = sources_yaml(count, self._publishers.port, "0s" if self._hurry.on else "")
        put_sources(StackContents(self._begun.stack), text.encode(), {})

    def memory(self) -> dict[str, int]:
        """Return each function's memory in MB."""
        return self._calls.memory()

    def invoke(self, name: str, event: object) -> Any:
        """Call a function and meter it; what emulation and metering take and AWS would not is left out."""
        answer = self._calls.invoke(name, event)
        forget_made()
        return answer

    def fire(self, function: str) -> int:
        """Call a function once, as its schedule does."""
        self._calls.fire(function)
        forget_made()
        return 1

    def work_off(self) -> int:
        """Give the queues' functions what waits for them; return how many messages there were.

        Lambda receives and deletes a batch by one request each.
        """
        done = 0
        for poller in self._queues:
            unit = f"SQS {'FIFO' if poller.mapping.url.endswith('.fifo') else 'standard'} request"
            while taken := poller.poll():
                done += taken
                self._calls.billed(poller.mapping.function, unit, 2)
        return done

    def changes(self) -> list[dict[str, Any]]:
        """Return what the mapping would pass on of what was written to its table."""
        streams, records = self._begun.stack.clients.streams, []
        for index, iterator in enumerate(self._iterators):
            answer = streams.get_records(ShardIterator=iterator, Limit=_STREAM_PAGE)
            while answer["Records"]:
                records += [stream_record(one, self._stream.arn) for one in answer["Records"]]
                answer = streams.get_records(ShardIterator=answer["NextShardIterator"], Limit=_STREAM_PAGE)
            self._iterators[index] = answer["NextShardIterator"]
        forget_read(self._iterators)
        return [one for one in records if self._stream.filters.passes(one)]

    def publish(self, records: Sequence[object]) -> None:
        """Give publish a batch of its stream."""
        answer = self.invoke(self._stream.function, {"Records": list(records)})
        if answer["batchItemFailures"]:
            raise RuntimeError(f"publish answered {answer}")

    def take(self) -> Taken:
        """Return what was billed since the last time."""
        return self._calls.take()

    def _positions(self) -> list[str]:
        streams, arn = self._begun.stack.clients.streams, self._stream.arn
        shards = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        answers: list[Mapping[str, str]] = [
            streams.get_shard_iterator(StreamArn=arn, ShardId=one["ShardId"], ShardIteratorType="LATEST")
            for one in shards
        ]
        return [answer["ShardIterator"] for answer in answers]


def _failed(error: FunctionError) -> None:
    raise error
