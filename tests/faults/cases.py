"""A parked world at work: at each call of its invocation it forks for each way to fail. The fork is a case.

Function and cloud are forked together, so that no case repeats what came before its call. A case lives on
with its fault until it is as the undisturbed world was, at the end of that step of the story or of a later
one, or until the story ends. What happens follows from the state alone: a world that an invocation meets
or leaves as it met or left another one has that one's verdict, and one that has become as the undisturbed
world was needs not be played to the end of the story (``Order.to_end`` plays it all the same).
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from tests.faults.calls import Call
from tests.faults.cloud import Served, Session
from tests.faults.cloud_state import CloudState
from tests.faults.control import Control
from tests.faults.modes import Answer, Fault
from tests.faults.outcome import Moments, Outcome, outcome
from tests.faults.recording import left_behind, met_by
from tests.faults.selection import Plan
from tests.faults.verdict import Result, Verdict, compared, explained
from tests.faults.world import World

ROUNDS = 3  # further polls that are waited for in a step: no page is due to be looked at within their hour
HUNG = 900.0  # seconds after which a case is given up


@dataclass(frozen=True, slots=True)
class Order:
    """What a parked world is to do: which calls are to fail and how, and how to judge.

    ``known`` has the verdicts of worlds by their digests before and after an invocation, ``answers`` moto's
    answers to the reads of the undisturbed story. After ``ends``, on the monotonic clock, no case is begun.
    """

    plan: Plan
    outcomes: tuple[Outcome, ...]
    known: Mapping[str, Verdict]
    answers: Mapping[str, Answer]
    ends: float
    to_end: bool = False


class Parked(Control):
    """A world that waits for its order before an invocation."""

    def __init__(self, world: World, moments: Moments, connection: Connection, number: int) -> None:
        self._world = world
        self._moments = moments
        self._connection = connection
        self._number = number
        self._order = Order({}, (), {}, {}, 0.0)
        self._known: dict[str, Verdict] = {}
        self._met: set[Call] = set()

    def wait(self, function: str) -> None:
        """Wait for the order; an invocation with several threads is run anew for each case."""
        order = _received(self._connection)
        if order is None:
            os._exit(0)
        self._order, self._known = order, dict(order.known)
        self._world.runtime.cloud.answers.known.update(order.answers)
        if self._world.runtime.forks_at_calls(function):
            return
        for call, modes in order.plan.items():
            for mode in modes:
                if self._is_case(fault := Fault(call, mode)):
                    self._world.runtime.fault = fault
                    return
        self._end()

    def called(self, session: Session, call: Call) -> None:
        """Fork for each way to fail."""
        self._met.add(call)
        for mode in self._order.plan.get(call, ()):
            copy = session.forked()
            copy.fault = Fault(call, mode)
            if self._is_case(copy.fault):
                session.become(copy)
                return
            copy.connection.close()

    def after(self, number: int, function: str, served: Served) -> None:
        """Tell which calls have not come, and end."""
        for call, modes in self._order.plan.items():
            for mode in modes if call not in self._met else ():
                verdict = Verdict(error="the call never came")
                self._connection.send(Result(self._number, call, mode, verdict))
        self._end()

    def broke(self, trace: str) -> None:
        """Tell."""
        self._connection.send(trace)
        os._exit(1)

    def _end(self) -> None:
        self._connection.send(None)
        os._exit(0)

    def _is_case(self, fault: Fault) -> bool:
        """Fork this world; return whether this process is the case. The other one waits for its result."""
        began = time.monotonic()
        if began > self._order.ends:
            self._end()
        ours, theirs = Pipe()
        pid = os.fork()
        if pid == 0:
            ours.close()
            order = replace(self._order, known=self._known)
            case = Case(self._world, self._moments, theirs, self._number, fault, order)
            self._world.runtime.control = case
            return True
        theirs.close()
        digests, result = self._result(ours, pid, fault)
        ours.close()
        os.waitpid(pid, 0)
        for one in digests:
            self._known.setdefault(one, result.verdict)
        self._connection.send(replace(result, seconds=time.monotonic() - began))
        return False

    def _result(self, connection: Connection, pid: int, fault: Fault) -> tuple[list[str], Result]:
        error = "the case hung"
        if connection.poll(HUNG):
            if found := _received(connection):
                return found[0], found[1]
            error = "the case ended without a word"
        os.kill(pid, signal.SIGKILL)
        return [], Result(self._number, fault.call, fault.mode, Verdict(error=error))


class Case(Control):
    """A disturbed world on its way to its verdict."""

    def __init__(
        self, world: World, moments: Moments, connection: Connection, number: int, fault: Fault, order: Order
    ) -> None:
        self._world = world
        self._moments = moments
        self._connection = connection
        self._number = number
        self._fault = fault
        self._order = order
        self._state = CloudState(world.stack)
        self._digests: list[str] = []
        self._rounds = 0

    def before(self, number: int, function: str, event: Any) -> None:
        """See whether an invocation has met a world like this before."""
        self._compare(f"{self._rounds} {met_by(self._state, self._world, function, event)}")

    def after(self, number: int, function: str, served: Served) -> None:
        """See whether the invocation has left a world like this before."""
        if number != self._number:
            return
        if not served.met:
            self._finish(Verdict(error="the call never came"))
        self._compare(left_behind(self._state, self._world, served))

    def _compare(self, digest: str) -> None:
        self._digests.append(digest)
        if not self._order.to_end and (known := self._order.known.get(digest)):
            self._finish(known, shared=True)

    def quiet(self, step: int) -> None:
        """Let polls fire until all is as it was in the undisturbed world, or the hour is over."""
        expected = self._order.outcomes[step]
        found = outcome(self._state, self._moments)
        for _ in range(ROUNDS):
            if found.hashes == expected.hashes:
                break
            self._rounds += 1
            self._world.next_schedule()
            found = outcome(self._state, self._moments)
        verdict = replace(compared(expected.hashes, found.hashes), rounds=self._rounds, step=step)
        is_last = step == len(self._order.outcomes) - 1
        if is_last and not verdict.is_good:
            verdict = replace(verdict, why=explained(verdict, expected.texts, found.texts))
        if is_last or (verdict.is_good and not self._order.to_end):
            self._finish(verdict)

    def broke(self, trace: str) -> None:
        """Tell."""
        self._finish(Verdict(error=trace))

    def _finish(self, verdict: Verdict, *, shared: bool = False) -> None:
        result = Result(self._number, self._fault.call, self._fault.mode, verdict, shared=shared)
        self._connection.send((self._digests, result))
        os._exit(0)


def _received(connection: Connection) -> Any:
    """Return what comes next, ``None`` where the other side has ended."""
    try:
        return connection.recv()
    except EOFError:
        return None
