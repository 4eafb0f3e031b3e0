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
from datetime import UTC, datetime, timedelta
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from moto.moto_api._internal import mock_random

from local.driver import Driver
from local.function_logs import FunctionLogs
from local.lambda_runtime import FunctionError, LambdaRuntime
from local.local_run import StartedStack, put_sources, started
from local.progress import Progress
from local.run_clock import RunClock
from local.stack_contents import StackContents
from local.tally import Tally
from tests.faults.calls import Call
from tests.faults.cloud import Cloud, Served, Session
from tests.faults.control import Control
from tests.faults.function_process import enter
from tests.faults.modes import Fault
from tests.faults.story import PORTAL, SOURCES, Step

PROJECT = Path(__file__).resolve().parents[2]
SCHEDULE = timedelta(minutes=15)  # the template's


class StandingClock(RunClock):
    """A clock that moves only when it is told to."""

    def __init__(self, moment: datetime) -> None:
        super().__init__()
        self.moment = moment

    def now(self) -> datetime:
        """Return the moment at which it stands."""
        return self.moment

    def advance_to(self, moment: datetime) -> None:
        """Stand at ``moment`` from now on; one in the past changes nothing."""
        self.moment = max(self.moment, moment)
        self.offset = self.moment - datetime.now(UTC)  # for a handler in this process, whose clock runs


class Killed(Exception):
    """The process of an invocation ended without a word."""


class ForkingRuntime(LambdaRuntime):
    """Calls each handler in a process of its own, at which ``control`` looks on.

    ``fault`` awaits the next invocation alone. With ``threads`` publish uses its own. While it ``warms``,
    handlers are called in this process, which then has imported and compiled all that they need.
    """

    def __init__(
        self, begun: StartedStack, clock: StandingClock, logs: FunctionLogs, tally: Tally, log: int
    ) -> None:
        super().__init__(begun.wiring.functions, clock, (), logs, tally.ran)
        self._log = log
        self._standing = clock
        self.cloud = Cloud(begun.stack.handler_events)
        self.control = Control()
        self.fault: Fault | None = None
        self.proxy = ""
        self.threads = False
        self.warms = False
        self._count = 0

    def forks_at_calls(self, function: str) -> bool:
        """Return whether an invocation has one thread, so that it can be forked at any of its calls."""
        return not self.threads and function == "PublishFunction"

    def invoke(self, name: str, event: Any) -> Any:
        """Call the function in a process of its own, as the base class does in this one."""
        if self.warms:
            os.environ["HTTP_PROXY"] = self.proxy
            return super().invoke(name, event)
        number, self._count = self._count, self._count + 1
        self.control.before(number, name)
        served = self._served(name, event)
        self.control.after(number, name, served)
        if served.failure is not None:
            raise FunctionError(name, Killed(served.failure))
        return served.answer

    def _served(self, name: str, event: Any) -> Served:
        ours, theirs = Pipe()
        fault, self.fault = self.fault, None
        pid = os.fork()
        if pid == 0:
            ours.close()
            self._run(theirs, name, event)
        theirs.close()
        session = Session(ours, pid, fault)
        served = self.cloud.serve(session, self._called)
        if session.pid == pid:
            os.waitpid(pid, 0)
        return served

    def _called(self, session: Session, call: Call) -> None:
        # Asked for each time: a fork has somebody else in control.
        self.control.called(session, call)

    def _run(self, connection: Connection, name: str, event: Any) -> None:
        os.dup2(self._log, 1)
        os.dup2(self._log, 2)
        line = enter(connection, self._standing.now(), self.proxy, threads=self.threads)
        try:
            line.tell("done", super().invoke(name, event))
        except FunctionError as error:
            line.tell("failed", str(error))
        finally:
            os._exit(0)


class World:
    """The stack of the real template, its driver and its clock; ``ports`` are the publishers', by step."""

    def __init__(self, begun: StartedStack, logs: FunctionLogs, log: int, ports: list[int]) -> None:
        self.stack = begun.stack
        self.clock = StandingClock(datetime(2026, 1, 1, tzinfo=UTC))
        tally = Tally()
        self.runtime = ForkingRuntime(begun, self.clock, logs, tally, log)
        progress = Progress(io.StringIO())
        self._driver = Driver(begun.wiring, begun.stack, self.runtime, self.clock, tally, progress)
        self._schedules = begun.wiring.schedules
        self._ports = ports
        put_sources(StackContents(begun.stack), SOURCES.encode(), {})

    def begin(self, number: int, step: Step) -> None:
        """Move on to a step of the story."""
        self.clock.advance_to(step.at)
        self.runtime.proxy = f"http://127.0.0.1:{self._ports[number]}"

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

    def next_schedules(self, *, refresh: bool) -> None:
        """Let the time until the next schedule pass, and fire it."""
        self.clock.advance_to(self.clock.now() + SCHEDULE)
        self.run(refresh=refresh)

    def play(self, steps: Sequence[Step]) -> None:
        """Play the story; whoever is in control at the end of a step is told that all is quiet."""
        try:
            for number, step in enumerate(steps):
                self.begin(number, step)
                self.run(refresh=step.refresh)
                self.runtime.control.quiet(number)
        except Exception:  # noqa: BLE001 - whatever it is, who is in control has to tell of it
            self.runtime.control.broke(traceback.format_exc())


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
                _warm(World(begun, logs, file.fileno(), ports), warm_up)
        mock_random.seed(0)  # the buckets have the same names each time
        yield World(stack.enter_context(started(PROJECT, PORTAL)), logs, file.fileno(), ports)


def _warm(world: World, step: Step) -> None:
    world.runtime.warms = True
    world.begin(0, step)
    world.run(refresh=True)
    if threading.active_count() > 1:
        raise RuntimeError("a process with several threads cannot be forked")
