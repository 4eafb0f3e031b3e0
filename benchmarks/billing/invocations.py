"""Invocations of the stack's functions in this process, with everything metered that AWS bills."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Collection
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from typing import Any

from benchmarks.billing.amounts import Amounts
from benchmarks.billing.meter import Meter
from local.function_logs import FunctionLogs
from local.lambda_runtime import LambdaRuntime
from local.run_clock import RunClock
from local.wiring import Wiring
from tests.support.process_costs import cpu_seconds, family

LINE_OVERHEAD = 26  # bytes, "How CloudWatch Logs usage is billed"
PLATFORM_LINES = 1100  # bytes of START and REPORT in JSON, which Lambda adds to each invocation


@dataclass(slots=True)
class Taken:
    """What was billed since the last time: by function and unit; ``seconds`` and ``cpu`` by function."""

    bill: Amounts[tuple[str, str]] = field(default_factory=Amounts)
    seconds: Amounts[str] = field(default_factory=Amounts)
    cpu: Amounts[str] = field(default_factory=Amounts)
    sizes: dict[tuple[str, str], float] = field(default_factory=dict)
    metrics: set[tuple[str, str]] = field(default_factory=set)


class _Log(StringIO):
    """A function's log, of which its size and the metrics in it are kept."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 0
        self.metrics: set[str] = set()

    def forget(self) -> None:
        """Begin anew."""
        self.size, self.metrics = 0, set()

    def write(self, text: str) -> int:
        self.size += len(text.encode()) + LINE_OVERHEAD * text.count("\n")
        if '"_aws"' in text:
            said = json.loads(text)["_aws"]["CloudWatchMetrics"]
            self.metrics.update(one["Name"] for group in said for one in group["Metrics"])
        return len(text)


# A logger keeps the stream that it was made with, and a function's module is loaded once.
_LOGS: dict[str, _Log] = {}
_OUTPUT = FunctionLogs(lambda name: _LOGS.setdefault(name, _Log()), lambda *_: None)


class Invocations:
    """Calls the functions; ``clock`` is theirs, ``meter`` sees their calls.

    ``loopback_allowed`` is what they may ask on loopback; of the processes that this one has, those in
    ``others`` (pids) are none of theirs.
    """

    def __init__(
        self,
        wiring: Wiring,
        meter: Meter,
        start: datetime,
        loopback_allowed: tuple[str, ...] = (),
        others: Collection[int] = (),
    ) -> None:
        self.wiring = wiring
        self.meter = meter
        self.clock = RunClock(start)
        self._others = others
        self._runtime = LambdaRuntime(
            wiring.functions, self.clock, loopback_allowed, _OUTPUT, lambda *_: None
        )
        self._taken = Taken()
        for log in _LOGS.values():
            log.forget()

    def memory(self) -> dict[str, int]:
        """Return each function's memory in MB."""
        return {name: function.memory for name, function in self.wiring.functions.items()}

    def invoke(self, name: str, event: object) -> Any:
        """Call a function and meter it; what emulation and metering take and AWS would not is left out."""
        self.meter.stage = name
        workers, emulated, added = self._workers_cpu(), self.meter.emulated_cpu, self.meter.added
        own, began = time.process_time(), time.perf_counter()
        with redirect_stdout(_OUTPUT):
            answer = self._runtime.invoke(name, event)
        took = time.perf_counter() - began
        emulated = self.meter.emulated_cpu - emulated
        self._taken.seconds[name] += took - (self.meter.added - added)
        cpu = time.process_time() - own - emulated + self._workers_cpu() - workers
        self._taken.cpu[name] += cpu
        self._taken.bill[name, "Lambda request"] += 1
        return answer

    def fire(self, function: str) -> Any:
        """Call a function as its schedule does; return its answer."""
        (schedule,) = (one for one in self.wiring.schedules if one.function == function)
        self.billed(function, "Scheduler invocation", 1)
        return self.invoke(function, schedule.event)

    def billed(self, function: str, unit: str, number: float) -> None:
        """Bill a function for what it does not ask for itself."""
        self._taken.bill[function, unit] += number

    def take(self) -> Taken:
        """Return what was billed since the last time."""
        taken, self._taken = self._taken, Taken()
        for (stage, unit, _), number in self.meter.take_bill().items():
            taken.bill[stage, unit] += number
        taken.sizes = self.meter.take_sizes()
        for name, log in _LOGS.items():
            taken.bill[name, "log bytes"] += log.size + PLATFORM_LINES * taken.bill[name, "Lambda request"]
            taken.metrics |= {(name, metric) for metric in log.metrics}
            log.forget()
        return taken

    def _workers_cpu(self) -> float:
        """Return the CPU seconds of the parsers, ended ones included."""
        ended = os.times()
        alive = (one for one in family(os.getpid())[1:] if one not in self._others)
        return sum(map(_cpu_of, alive)) + ended.children_user + ended.children_system


def _cpu_of(pid: int) -> float:
    try:
        return cpu_seconds(pid)
    except OSError:
        return 0.0  # it ended meanwhile, and is among those
