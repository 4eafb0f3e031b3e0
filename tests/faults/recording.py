"""The undisturbed story, played once and written down, with copies of its world parked on the way."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from tests.faults.calls import Call
from tests.faults.cloud import Served
from tests.faults.cloud_state import CloudState
from tests.faults.control import Control
from tests.faults.outcome import Moments, Outcome, outcome
from tests.faults.world import World


@dataclass(frozen=True, slots=True)
class Invocation:
    """An invocation of the undisturbed story; ``left`` is the digest of the world after it.

    ``parked`` are the lines to the copies of the world that wait before it.
    """

    number: int
    function: str
    step: int
    calls: tuple[Call, ...]
    left: str
    parked: tuple[Connection, ...]


@dataclass(slots=True)
class Story:
    """The undisturbed story: its invocations, and what each step came to."""

    invocations: list[Invocation] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def functions(self) -> Mapping[int, str]:
        """Return the function of each invocation."""
        return {one.number: one.function for one in self.invocations}

    def calls(self) -> Mapping[int, tuple[Call, ...]]:
        """Return the calls of each invocation."""
        return {one.number: one.calls for one in self.invocations}


class Recorder(Control):
    """Writes the story down and parks ``copies`` worlds before each invocation.

    A parked process calls ``park`` with its world, its line and the number and function of the invocation;
    when that returns, the process goes on from there.
    """

    def __init__(
        self,
        world: World,
        moments: Moments,
        copies: int,
        park: Callable[[World, Connection, int, str], None],
    ) -> None:
        self.story = Story()
        self._world = world
        self._moments = moments
        self._copies = copies
        self._park = park
        self._state = CloudState(world.stack)
        self._parked: list[Connection] = []

    def before(self, number: int, function: str) -> None:
        """Park."""
        self._parked = []
        for _ in range(self._copies):
            ours, theirs = Pipe()
            if os.fork() == 0:
                ours.close()
                self._park(self._world, theirs, number, function)
                return
            theirs.close()
            self._parked.append(ours)

    def after(self, number: int, function: str, served: Served) -> None:
        """Write down."""
        if served.failure is not None:
            raise RuntimeError(f"the undisturbed story fails: {function}: {served.failure}")
        left = left_behind(self._state, self._world, served)
        step = len(self.story.outcomes)
        self.story.invocations.append(
            Invocation(number, function, step, tuple(served.calls), left, tuple(self._parked))
        )

    def quiet(self, step: int) -> None:
        """Write down."""
        self.story.outcomes.append(outcome(self._state, self._moments))


def left_behind(state: CloudState, world: World, served: Served) -> str:
    """Return a digest of all that decides how a world goes on after an invocation."""
    answer = served.answer if served.failure is None else None
    return state.digest(world.clock.now(), served.failure is None, answer, served.hidden)
