"""One world: the stack in moto, what drives it, a clock that stands still, and the story so far.

Each invocation of a function is a process forked from this one. Whatever forks this process has a copy of
the whole world, of which each then goes its own way.
"""

from __future__ import annotations

import contextlib
import io
import os
import threading
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from moto.moto_api._internal import mock_random

from functions.extract.takedowns import Order
from local.driver import Driver
from local.function_logs import FunctionLogs
from local.local_run import StartedStack, put_sources, started
from local.progress import Progress
from local.stack_contents import StackContents
from local.takedown.subject import address_of
from local.takedown.taking import take_down
from local.tally import Tally
from local.wiring import Wiring
from newswire import catalogue
from newswire.article_table import ArticleTable
from newswire.bucket import Bucket
from newswire.tables import Table
from tests.faults.runtime import ForkingRuntime, StandingClock
from tests.faults.story import PORTAL, SOURCES, Step

PROJECT = Path(__file__).resolve().parents[2]
SCHEDULE = timedelta(minutes=15)  # the template's


class World:
    """The stack of the real template, its driver and its clock; ``ports`` are the publishers', by step.

    ``counts`` tells whether the calls of the step that is being played are to fail.
    """

    def __init__(self, begun: StartedStack, logs: FunctionLogs, log: int, ports: list[int]) -> None:
        self.stack = begun.stack
        self.counts = True
        self.clock = StandingClock(datetime(2026, 1, 1, tzinfo=UTC))
        tally = Tally()
        self.runtime = ForkingRuntime(begun, self.clock, logs, tally, log)
        progress = Progress(io.StringIO())
        self._driver = Driver(_untimed(begun.wiring), begun.stack, self.runtime, self.clock, tally, progress)
        self._schedules = begun.wiring.schedules
        self._ports = ports
        put_sources(StackContents(begun.stack), SOURCES.encode(), {})

    def begin(self, number: int, step: Step) -> None:
        """Move on to a step of the story."""
        self.clock.advance_to(step.at)
        self.runtime.cloud.answers.note(step.name)
        if step.takes_down is not None:
            self._take_down(step.takes_down)
        self.runtime.proxy = f"http://127.0.0.1:{self._ports[number]}"

    def _take_down(self, url: str) -> None:
        clients, stack = self.stack.clients, self.stack
        archive = Bucket(clients.s3, stack.buckets["ArticleBucket"])
        articles = ArticleTable(Table(clients.dynamodb, stack.tables["ArticleTable"]))
        sources = catalogue.load(archive, PORTAL)
        address = address_of(url, sources)
        take_down(articles, archive, sources, address, Order(address.order, "a story"), self.clock.now())

    def run(self, *, refresh: bool) -> None:
        """Fire the schedules, publish's too if told so, and work until nothing is left to do."""
        for schedule in self._schedules:
            if refresh or schedule.event.get("task") != "refresh":
                self._driver.fire(schedule)
                self.drain()

    def drain(self) -> None:
        """Work until nothing is left; the clock moves to what is postponed only when all else is done."""
        while (moment := self._driver.drain()) is not None:
            self.clock.advance_to(moment)

    def position(self) -> list[Any]:
        """Return what the pollers remember: which messages wait for what moment, how far streams are read."""
        waiting = [
            sorted(one.until.isoformat() for one in poller._postponed.values())
            for poller in self._driver._queues
        ]
        return [waiting, [poller.position for poller in self._driver._streams]]

    def next_schedule(self) -> None:
        """Let the time until the next poll pass, and fire it."""
        self.clock.advance_to(self.clock.now() + SCHEDULE)
        self.run(refresh=False)

    def play(self, steps: Sequence[Step]) -> None:
        """Play the story; whoever is in control at the end of a step is told that all is quiet."""
        try:
            for number, step in enumerate(steps):
                self.begin(number, step)
                self.counts = step.counts
                self.run(refresh=step.refresh)
                self.runtime.control.quiet(number)
        except Exception:  # noqa: BLE001 - whatever it is, who is in control has to tell of it
            self.runtime.control.broke(traceback.format_exc())


def _untimed(wiring: Wiring) -> Wiring:
    """Return the wiring with windows that pass only when all else is done, not by the machine's clock."""
    streams = tuple(replace(mapping, window=timedelta(days=1)) for mapping in wiring.streams)
    return replace(wiring, streams=streams)


@contextlib.contextmanager
def world(ports: list[int], warm_up: Step | None, log: Path = Path(os.devnull)) -> Iterator[World]:
    """Create a world in which nothing has happened yet; the functions' output goes to ``log``.

    The step ``warm_up`` is played before, in another world, by handlers in this process.
    """
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(log.open("a", encoding="utf-8"))
        logs = FunctionLogs(lambda _name: file, lambda *_: None)
        stack.enter_context(contextlib.redirect_stdout(logs))
        if warm_up is not None:
            with started(PROJECT, PORTAL) as begun:
                _warm(World(begun, logs, file.fileno(), ports), warm_up, file.fileno())
        mock_random.seed(0)  # the buckets have the same names each time
        yield World(stack.enter_context(started(PROJECT, PORTAL)), logs, file.fileno(), ports)


@contextlib.contextmanager
def _stdout_in(log: int) -> Iterator[None]:
    """Send what loggers that were made before write to this process's standard output to the log."""
    before = os.dup(1)
    os.dup2(log, 1)
    try:
        yield
    finally:
        os.dup2(before, 1)
        os.close(before)


def _warm(world: World, step: Step, log: int) -> None:
    world.runtime.warms = True
    world.begin(0, step)
    with _stdout_in(log):
        world.run(refresh=True)
    if threading.active_count() > 1:
        raise RuntimeError("a process with several threads cannot be forked")
