"""The undisturbed story, played once and written down, with copies of its world parked on the way."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from tests.faults.calls import Call
from tests.faults.cloud import Served
from tests.faults.cloud_state import CloudState
from tests.faults.control import Control
from tests.faults.modes import Answer
from tests.faults.outcome import Moments, Outcome, outcome
from tests.faults.story import Step
from tests.faults.world import World


@dataclass(frozen=True, slots=True)
class Invocation:
    """An invocation of the undisturbed story; ``met`` and ``left`` are digests of the world around it.

    ``parked`` are the lines to the copies of the world that wait before it, ``pids`` their processes.
    """

    number: int
    function: str
    step: int
    calls: tuple[Call, ...]
    met: str
    left: str
    parked: tuple[Connection, ...]
    pids: tuple[int, ...]


@dataclass(slots=True)
class Story:
    """The undisturbed story: its invocations, what each step came to, and moto's answers to reads."""

    invocations: list[Invocation] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    answers: Mapping[str, Answer] = field(default_factory=dict)

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
        steps: Sequence[Step],
        moments: Moments,
        copies: int,
        park: Callable[[World, Connection, int, str], None],
    ) -> None:
        self.story = Story()
        self._world = world
        self._steps = steps
        self._moments = moments
        self._copies = copies
        self._park = park
        self._state = CloudState(world.stack)
        self._parked: list[tuple[Connection, int]] = []
        self._met = ""

    def before(self, number: int, function: str, event: Any) -> None:
        """Park."""
        self._met = met_by(self._state, self._world, function, event)
        self._parked = []
        if not self._world.counts:
            return
        for _ in range(self._copies):
            ours, theirs = Pipe()
            pid = os.fork()
            if pid == 0:
                ours.close()
                self._park(self._world, theirs, number, function)
                return
            theirs.close()
            self._parked.append((ours, pid))

    def after(self, number: int, function: str, served: Served) -> None:
        """Write down."""
        if served.failure is not None:
            raise RuntimeError(f"the undisturbed story fails: {function}: {served.failure}")
        left = left_behind(self._state, self._world, served)
        step = len(self.story.outcomes)
        if not self._world.counts:
            return
        parked, pids = zip(*self._parked, strict=True)
        self.story.invocations.append(
            Invocation(number, function, step, tuple(served.calls), self._met, left, parked, pids)
        )

    def quiet(self, step: int) -> None:
        """Write down; raise RuntimeError where the site shows what this step hides."""
        found = outcome(self._state, self._moments)
        shown = [
            f"{name} has {title!r}"
            for title in self._steps[step].hides
            for name, text in found.texts.items()
            if name.startswith("site ") and title in text
        ]
        if shown:
            raise RuntimeError(f"the undisturbed story shows what it hides: {shown}")
        self.story.outcomes.append(found)
        self.story.answers = self._world.runtime.cloud.answers.known


def met_by(state: CloudState, world: World, function: str, event: Any) -> str:
    """Return a digest of all that decides how a world goes on with an invocation, and after it.

    Of a stream's records the numbers do: what each of them tells is in the state.
    """
    records = [one.get("dynamodb", {}).get("SequenceNumber") for one in event.get("Records", [])]
    task = None if "Records" in event else event
    return state.digest(world.clock.now(), world.position(), function, records, task)


def left_behind(state: CloudState, world: World, served: Served) -> str:
    """Return a digest of all that decides how a world goes on after an invocation."""
    answer = served.answer if served.failure is None else None
    return state.digest(world.clock.now(), served.failure is None, answer, served.hidden)
