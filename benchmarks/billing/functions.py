"""The functions of the stack, called as AWS would, with everything metered that AWS bills."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from benchmarks.billing.amounts import Amounts
from benchmarks.billing.meter import Meter
from benchmarks.billing.publishers import Publishers
from benchmarks.billing.streams import forget_made, forget_read
from local.function_logs import FunctionLogs
from local.lambda_events import stream_record
from local.lambda_runtime import FunctionError, LambdaRuntime
from local.local_run import StartedStack, put_sources, started
from local.queue_poller import QueuePoller
from local.run_clock import RunClock
from local.stack_contents import StackContents
from tests.support.process_costs import cpu_seconds, family

Latency = Callable[[str, str], float]
LINE_OVERHEAD = 26  # bytes, "How CloudWatch Logs usage is billed"
PLATFORM_LINES = 1100  # bytes of START and REPORT in JSON, which Lambda adds to each invocation
_STREAM_PAGE = 1000


@dataclass(slots=True)
class Taken:
    """What was billed since the last time: by function and unit; ``seconds`` and ``cpu`` by function."""

    bill: Amounts[tuple[str, str]] = field(default_factory=Amounts)
    seconds: Amounts[str] = field(default_factory=Amounts)
    cpu: Amounts[str] = field(default_factory=Amounts)
    sizes: dict[tuple[str, str], float] = field(default_factory=dict)
    metrics: set[tuple[str, str]] = field(default_factory=set)


@dataclass(slots=True)
class Hurry:
    """Whether nothing is measured of what is being called."""

    on: bool = False


class _Log(StringIO):
    """A function's log, of which its size and the metrics in it are kept."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 0
        self.metrics: set[str] = set()

    def write(self, text: str) -> int:
        self.size += len(text.encode()) + LINE_OVERHEAD * text.count("\n")
        if '"_aws"' in text:
            said = json.loads(text)["_aws"]["CloudWatchMetrics"]
            self.metrics.update(one["Name"] for group in said for one in group["Metrics"])
        return len(text)


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
        self.clock = RunClock(start)
        self._logs: dict[str, _Log] = {}
        self._output = FunctionLogs(lambda name: self._logs.setdefault(name, _Log()), lambda *_: None)
        self._runtime = LambdaRuntime(
            begun.wiring.functions, self.clock, publishers.allowed(), self._output, lambda *_: None
        )
        stack = begun.stack
        self._meter = Meter(stack.handler_events, stack.clients.dynamodb, stack.tables, latency)
        self._queues = [QueuePoller(one, stack, self, self.clock, _failed) for one in begun.wiring.queues]
        (self._stream,) = begun.wiring.streams
        self._iterators = self._positions()
        self._taken = Taken()
        self._put_sources()

    @classmethod
    @contextmanager
    def started(
        cls, project: Path, publishers: Publishers, start: datetime, latency: Latency
    ) -> Iterator[Functions]:
        """Create the stack and give its functions."""
        hurry = Hurry()
        with started(project, "", direct=lambda: hurry.on) as begun:
            yield cls(begun, publishers, start, latency, hurry)

    def hurry(self, *, on: bool) -> None:
        """Let nothing wait, for AWS, for a publisher or between two requests, or do all as in AWS again.

        Units are the same.
        """
        self._meter.sleeps = not on
        if on != self._hurry.on:
            self._hurry.on = on
            self._publishers.hurry(on=on)
            self._put_sources()

    def _put_sources(self) -> None:
        text = self._publishers.sources_yaml("0s" if self._hurry.on else "")
        put_sources(StackContents(self._begun.stack), text.encode(), {})

    def memory(self) -> dict[str, int]:
        """Return each function's memory in MB."""
        return {name: function.memory for name, function in self._begun.wiring.functions.items()}

    def invoke(self, name: str, event: object) -> Any:
        """Call a function and meter it; what emulation and metering take and AWS would not is left out."""
        self._meter.stage = name
        workers, emulated, added = self._workers_cpu(), self._meter.emulated_cpu, self._meter.added
        own, began = time.process_time(), time.perf_counter()
        with redirect_stdout(self._output):
            answer = self._runtime.invoke(name, event)
        took = time.perf_counter() - began
        emulated = self._meter.emulated_cpu - emulated
        self._taken.seconds[name] += took - (self._meter.added - added)
        cpu = time.process_time() - own - emulated + self._workers_cpu() - workers
        self._taken.cpu[name] += cpu
        self._taken.bill[name, "Lambda request"] += 1
        forget_made()
        return answer

    def fire(self, function: str) -> int:
        """Call a function as its schedule does."""
        (schedule,) = (one for one in self._begun.wiring.schedules if one.function == function)
        self.invoke(function, schedule.event)
        self._taken.bill[function, "Scheduler invocation"] += 1
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
                self._taken.bill[poller.mapping.function, unit] += 2
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
        taken, self._taken = self._taken, Taken()
        for (stage, unit, _), number in self._meter.take_bill().items():
            taken.bill[stage, unit] += number
        taken.sizes = self._meter.take_sizes()
        for name, log in self._logs.items():
            taken.bill[name, "log bytes"] += log.size + PLATFORM_LINES * taken.bill[name, "Lambda request"]
            taken.metrics |= {(name, metric) for metric in log.metrics}
            log.size, log.metrics = 0, set()
        return taken

    def _positions(self) -> list[str]:
        streams, arn = self._begun.stack.clients.streams, self._stream.arn
        shards = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        answers: list[Mapping[str, str]] = [
            streams.get_shard_iterator(StreamArn=arn, ShardId=one["ShardId"], ShardIteratorType="LATEST")
            for one in shards
        ]
        return [answer["ShardIterator"] for answer in answers]

    def _workers_cpu(self) -> float:
        """Return the CPU seconds of the parsers, ended ones included."""
        ended = os.times()
        alive = (one for one in family(os.getpid())[1:] if one != self._publishers.pid)
        return sum(map(_cpu_of, alive)) + ended.children_user + ended.children_system


def _cpu_of(pid: int) -> float:
    try:
        return cpu_seconds(pid)
    except OSError:
        return 0.0  # it ended meanwhile, and is among those


def _failed(error: FunctionError) -> None:
    raise error
