"""A stretch of a portal's day on the real stack, metered: steady arrivals, then a week of looks at them."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zlib import crc32

from benchmarks.billing.meter import Meter
from benchmarks.billing.publishers import Publishers, served
from local.function_logs import FunctionLogs, stderr_in
from local.lambda_events import stream_record
from local.lambda_runtime import LambdaRuntime
from local.local_run import StartedStack, put_sources, started
from local.queue_poller import QueuePoller
from local.run_clock import RunClock
from local.stack_contents import StackContents
from tests.support.process_costs import cpu_seconds, family

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
TICK = timedelta(minutes=15)
STREAM_SHARDS = 4  # of a table that is billed by request: "Read/write capacity mode", initial throughput


class _Bytes(StringIO):
    """A log of which only the size is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 0
        self.lines = 0

    def write(self, text: str) -> int:
        self.size += len(text.encode())
        self.lines += text.count("\n")
        return len(text)


@dataclass(slots=True)
class Invocations:
    """What invocations of one function took."""

    number: int = 0
    seconds: float = 0.0
    cpu: float = 0.0


@dataclass(slots=True)
class Metered:
    """A stretch of time: ``bill`` by function, unit and detail; ``functions`` by function and kind of event."""

    articles: int = 0
    looks: int = 0
    span: timedelta = timedelta(0)
    bill: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    functions: dict[str, Invocations] = field(default_factory=dict)
    logs: dict[str, int] = field(default_factory=dict)
    sizes: Counter[tuple[str, str]] = field(default_factory=Counter)
    metrics: dict[str, set[str]] = field(default_factory=dict)


class Run:
    """The stack of the template, driven by a clock of its own."""

    def __init__(self, begun: StartedStack, publishers: Publishers, latency: Any) -> None:
        self._begun, self._publishers = begun, publishers
        self.clock = RunClock(START)
        self._logs: dict[str, _Bytes] = {}
        logs = FunctionLogs(self._log, lambda function, message: print(function, message))
        self._sink = logs
        self.runtime = LambdaRuntime(
            begun.wiring.functions, self.clock, publishers.allowed(), logs, lambda *_: None
        )
        stack = begun.stack
        self.meter = Meter(stack.handler_events, stack.clients.dynamodb, stack.tables, latency)
        self._queues = [
            QueuePoller(one, stack, _Timed(self), self.clock, lambda error: print(error))
            for one in begun.wiring.queues
        ]
        self.metered = Metered()
        (self._stream,) = begun.wiring.streams
        self._iterators = self._positions()
        put_sources(StackContents(stack), publishers.sources_yaml().encode(), {})

    def _log(self, name: str) -> Any:
        return self._logs.setdefault(name, _Bytes())

    def _positions(self) -> list[str]:
        streams, arn = self._begun.stack.clients.streams, self._stream.arn
        shards = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        return [
            streams.get_shard_iterator(StreamArn=arn, ShardId=one["ShardId"], ShardIteratorType="LATEST")[
                "ShardIterator"
            ]
            for one in shards
        ]

    def invoke(self, name: str, event: Any) -> Any:
        """Call a function and meter it."""
        self.meter.stage = name
        children = lambda: sum(cpu_seconds(pid) for pid in family(os.getpid())[1:] if pid != self._publishers.pid)
        times = os.times()
        alive, emulated, began = children(), self.meter.emulated_cpu, time.perf_counter()
        cpu = time.process_time()
        with redirect_stdout(self._sink):
            answer = self.runtime.invoke(name, event)
        took = time.perf_counter() - began
        ended = os.times()
        own = time.process_time() - cpu - (self.meter.emulated_cpu - emulated)
        theirs = children() - alive + ended.children_user + ended.children_system - times.children_user - times.children_system
        kind = name
        one = self.metered.functions.setdefault(kind, Invocations())
        one.number += 1
        one.seconds += took
        one.cpu += own + theirs
        return answer

    def fire(self, function: str) -> None:
        for schedule in self._begun.wiring.schedules:
            if schedule.function == function:
                self.invoke(schedule.function, schedule.event)

    def work(self) -> None:
        """Work until the queues are empty."""
        for poller in self._queues:
            while poller.poll():
                pass

    def publish(self, shards: int = STREAM_SHARDS) -> None:
        """Give publish what was written, shard by shard."""
        records = []
        for index, iterator in enumerate(self._iterators):
            answer = self._begun.stack.clients.streams.get_records(ShardIterator=iterator, Limit=1000)
            while answer["Records"]:
                records += [stream_record(one, self._stream.arn) for one in answer["Records"]]
                answer = self._begun.stack.clients.streams.get_records(ShardIterator=answer["NextShardIterator"], Limit=1000)
            self._iterators[index] = answer["NextShardIterator"]
        wanted = [one for one in records if self._stream.filters.passes(one)]
        by_shard: dict[int, list[Any]] = {}
        for one in wanted:
            by_shard.setdefault(crc32(one["dynamodb"]["Keys"]["pk"]["S"].encode()) % shards, []).append(one)
        for _, batch in sorted(by_shard.items()):
            for at in range(0, len(batch), self._stream.batch_size):
                answer = self.invoke(self._stream.function, {"Records": batch[at : at + self._stream.batch_size]})
                if answer["batchItemFailures"]:
                    print("failed", answer)

    def take(self) -> Metered:
        """Return what was metered since the last time."""
        done, self.metered = self.metered, Metered()
        done.bill, self.meter.bill = self.meter.bill, Counter()
        done.sizes, self.meter.sizes = self.meter.sizes, Counter()
        done.logs = {name: log.size + 26 * log.lines for name, log in self._logs.items()}
        for log in self._logs.values():
            log.size = log.lines = 0
        return done

    def at(self, moment: datetime) -> None:
        self.clock.advance_to(moment)
        self._publishers.at(self.clock.now())


class _Timed:
    """What a queue poller sees of the runtime."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def invoke(self, name: str, event: Any) -> Any:
        return self._run.invoke(name, event)


@contextmanager
def running(project: Path, count: int, every: timedelta, seconds: float, latency: Any) -> Iterator[Run]:
    """Give a run of ``count`` publishers, each with an entry ``every`` so often."""
    with served(count, START - timedelta(days=30), every, seconds) as publishers:
        with started(project, "") as begun:
            yield Run(begun, publishers, latency)
