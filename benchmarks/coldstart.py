"""First invokes of the built functions in Lambda's runtime emulator, beside those of idle handlers.

Every round starts a new execution environment for each: from the start of the emulator's process to the
answer of the first event ("first"), and the same event over the same stores in the environment that is
warm then ("warm"). What lies between the two is the cold start. The events are the sample events, the
publishers are the demo's and AWS is moto over HTTP, both on this machine: their own time is in "first" and
in "warm". Both find the same stores: nothing but the sources or, for publish, the article and a portal that
stands. "empty" imports nothing; "botocore" makes the three clients that the functions make, as they make
them, and no more; "boto3" makes them with boto3.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.coldstart_world import PROJECT, World, built, zip_bytes
from local.built_functions import Build
from local.emulator import emulated
from local.execution_environment import BuiltFunction
from local.runtime_emulator import Invocation, RuntimeEmulator
from tests.support.process_costs import family_cpu_seconds

START = datetime(2026, 1, 5, 1, tzinfo=UTC)  # of the demo that the sample events are from
EVENTS = {
    "FetchFunction": "fetch-schedule",
    "ExtractFunction": "extract-sqs",
    "PublishFunction": "publish-dynamodb-stream",
}
EMPTY, BOTOCORE, BOTO3 = "empty", "botocore", "boto3"
BARS = {"FetchFunction": 1.7, "ExtractFunction": 2.2, "PublishFunction": 1.7}
ZIP_BAR = 22_000_000
_CLIENTS = (
    "{imports}\n\n\ndef handler(event, context):\n"
    "    for name in ('s3', 'dynamodb', 'sqs'):\n        {client}(name)\n    return {{}}\n"
)
_HANDLERS = {
    EMPTY: "def handler(event, context):\n    return {}\n",
    BOTOCORE: _CLIENTS.format(
        imports="from botocore.session import Session\n\nSESSION = Session()", client="SESSION.create_client"
    ),
    BOTO3: _CLIENTS.format(imports="import boto3", client="boto3.client"),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of one environment, of wall time and of CPU: until the first answer, and for the warm one."""

    first: float
    warm: float
    first_cpu: float
    warm_cpu: float

    @property
    def cold(self) -> float:
        """What the cold start adds, in wall time."""
        return self.first - self.warm

    @property
    def cold_cpu(self) -> float:
        """What the cold start adds, in CPU time."""
        return self.first_cpu - self.warm_cpu


@dataclass(frozen=True, slots=True)
class Subject:
    """A function, the event that it gets, and what puts the stores back to where they were before it."""

    function: BuiltFunction
    event: Any
    reset: Callable[[], None]


def main(arguments: Sequence[str]) -> None:
    """Build, measure, and print the table."""
    options = _options(arguments)
    folders = {
        "": options.build or built(),
        **({"before: ": options.before} if options.before else {}),
    }
    with _subjects(folders, options.port_shift) as subjects:
        measured: defaultdict[str, list[Measured]] = defaultdict(list)
        for _ in range(options.rounds):
            for name, subject in subjects.items():
                measured[name].append(_measure(subject))
    print(f"milliseconds, medians of {options.rounds} rounds; ratios to the same of {EMPTY!r}")
    _print(measured)
    for name, folder in folders.items():
        size = zip_bytes(folder / "ExtractFunction")
        said = f", {_said(met=size <= ZIP_BAR)} {ZIP_BAR / 1e6:.0f} MB" if not name else ""
        print(f"{name}zip of ExtractFunction: {size / 1e6:.1f} MB{said}")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks coldstart", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--build", type=Path, help="folder of a build for this machine; else one is made")
    parser.add_argument("--before", type=Path, help="folder of another one, to be measured in turns with it")
    parser.add_argument("--port-shift", type=int, default=0, help="for publishers beside another demo's")
    return parser.parse_args(arguments)


@contextmanager
def _subjects(folders: dict[str, Path], shift: int) -> Iterator[dict[str, Subject]]:
    with TemporaryDirectory() as made, emulated(PROJECT, START, demo_port_shift=shift) as emulator:
        world = World(emulator, shift)
        subjects = {
            name: _idle(name, Path(made), emulator.environment("FetchFunction")) for name in _HANDLERS
        }
        for before, folder in folders.items():
            for name, event in EVENTS.items():
                function = Build(folder).function(name, emulator)
                # What publish is told of is there: extract, which comes before it, has stored it.
                reset = _standing(world, function) if name == "PublishFunction" else world.forget_all
                subjects[before + name] = Subject(function, world.event(event), reset)
        yield subjects


def _standing(world: World, publish: BuiltFunction) -> Callable[[], None]:
    """Return what puts back the site that publish writes where there is no article yet."""
    world.forget_all()
    with RuntimeEmulator(publish) as running:
        _failing(publish, running.invoke(world.event("publish-schedule")))
    return partial(world.put_back, world.site())


def _idle(name: str, folder: Path, environment: dict[str, str]) -> Subject:
    task = folder / name
    task.mkdir()
    (task / "app.py").write_text(_HANDLERS[name], encoding="utf-8")
    return Subject(BuiltFunction("app.handler", task, None, 30, environment), {}, lambda: None)


def _measure(subject: Subject) -> Measured:
    subject.reset()
    running = RuntimeEmulator(subject.function)
    began = time.monotonic()
    with running:
        done = running.invoke(subject.event)
        first, first_cpu = time.monotonic() - began, family_cpu_seconds(running.pid)
        subject.reset()
        warm = running.invoke(subject.event)
        warm_cpu = family_cpu_seconds(running.pid) - first_cpu
    _failing(subject.function, done)
    _failing(subject.function, warm)
    return Measured(first, warm.duration, first_cpu, warm_cpu)


def _failing(function: BuiltFunction, done: Invocation) -> None:
    """Raise :class:`RuntimeError` where an invocation failed: it is not what is measured."""
    if done.error:
        raise RuntimeError(f"{function.handler}: {done.error.kind}: {done.error.message}")


def _print(measured: dict[str, list[Measured]]) -> None:
    print(f"{'':26}{'first':>8}{'warm':>8}{'cold':>8}{'ratio':>7}{'cold CPU':>10}{'ratio':>7}")
    cold, cold_cpu = (_median(measured[EMPTY], kind) for kind in ("cold", "cold_cpu"))
    for name, rounds in measured.items():
        first, warm, mine, cpu = (_median(rounds, kind) for kind in ("first", "warm", "cold", "cold_cpu"))
        bar = f"  {_said(met=mine / cold <= BARS[name])} {BARS[name]}" if name in BARS else ""
        print(
            f"{name:26}{first * 1000:8.0f}{warm * 1000:8.0f}{mine * 1000:8.0f}{mine / cold:7.2f}"
            f"{cpu * 1000:10.0f}{cpu / cold_cpu:7.2f}{bar}"
        )


def _median(rounds: Sequence[Measured], kind: str) -> float:
    values: list[float] = [getattr(one, kind) for one in rounds]
    return statistics.median(values)


def _said(*, met: bool) -> str:
    return "within" if met else "BEYOND"
