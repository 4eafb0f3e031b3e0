"""Lambda as the harness has it: each invocation in a process of its own, under a clock that stands still."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from local.function_logs import FunctionLogs
from local.lambda_runtime import Context, FunctionError, LambdaRuntime
from local.local_run import StartedStack
from local.run_clock import RunClock
from local.tally import Tally
from local.wiring import Function
from tests.faults.calls import Call
from tests.faults.cloud import Cloud, Served, Session
from tests.faults.control import Control
from tests.faults.function_process import enter
from tests.faults.modes import Fault


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


class StandingContext(Context):
    """An invocation in which no time passes: a world that waits for its cases is not late by that."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the whole time-out."""
        return int(self.deadline * 1000)


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
        self.cloud = Cloud(begun.stack)
        self.control = Control()
        self.fault: Fault | None = None
        self.proxy = ""
        self.threads = False
        self.warms = False
        self._count = 0

    def _context(self, function: Function) -> Context:
        return StandingContext(function.name, function.memory, function.timeout)

    def forks_at_calls(self, function: str) -> bool:
        """Return whether an invocation has one thread, so that it can be forked at any of its calls."""
        return not self.threads and function == "PublishFunction"

    def invoke(self, name: str, event: Any) -> Any:
        """Call the function in a process of its own, as the base class does in this one."""
        if self.warms:
            os.environ["HTTP_PROXY"] = self.proxy
            return super().invoke(name, event)
        number, self._count = self._count, self._count + 1
        self.control.before(number, name, event)
        served = self._served(name, event)
        self.control.after(number, name, served)
        if served.failure is not None:
            raise FunctionError(name, "Killed", served.failure)
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
