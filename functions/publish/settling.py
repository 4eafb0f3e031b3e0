"""Optimistic writing: outputs are read, then the table, and then written only as they were read.

The order is what makes it safe to run twice at once. Items that were read before an output could be
older than what it shows; read after it, they cannot, and a writer that was overtaken fails its
condition and starts that output again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from functions.publish.run import Run
from newswire.article_table import Record
from newswire.bucket import WriteConflict

# Every lost attempt is another run's success, so a pause between two would gain nothing.
ATTEMPTS = 25
MARGIN = 10.0

Subject = TypeVar("Subject")
State = TypeVar("State")


class OutOfTime(Exception):
    """The invocation ends before the step could; its records come back."""


class Writer(Protocol[Subject, State]):
    """Outputs of one kind.

    ``failed`` are the ids of the articles for which an output could not be written, whoever was first.
    """

    failed: set[str]

    def subjects(self) -> Sequence[Subject]:
        """Return the outputs that this run is about."""

    def read(self, subjects: Sequence[Subject]) -> Sequence[State]:
        """Return the outputs as they are now."""

    def wanted(self, states: Sequence[State]) -> set[str]:
        """Return the articles that have to be asked for to decide these outputs."""

    def write(self, states: Sequence[State], truth: Mapping[str, Record]) -> Sequence[Subject]:
        """Bring the outputs up to date; return those that were overtaken."""

    def concerned(self, subject: Subject) -> set[str]:
        """Return the changed articles that an output is about."""


class Step(Protocol):
    """One part of a run: it reads before the table is asked, and writes after."""

    def read(self) -> set[str]:
        """Read outputs; return the articles that have to be asked for."""

    def write(self, truth: Mapping[str, Record]) -> set[str]:
        """Write outputs; return the articles for which one failed."""


class Begun:
    """A step that has read already: others are decided by what it found."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._asked = step.read()

    def read(self) -> set[str]:
        """Return what the step asked for."""
        return self._asked

    def write(self, truth: Mapping[str, Record]) -> set[str]:
        """Have the step write."""
        return self._step.write(truth)


class Settle(Generic[Subject, State]):
    """The step that brings a writer's outputs up to date, again and again where overtaken."""

    def __init__(self, run: Run, writer: Writer[Subject, State]) -> None:
        self._run = run
        self._writer = writer
        self._states: Sequence[State] = ()

    def read(self) -> set[str]:
        """Read the outputs as they are now."""
        self._states = self._writer.read(self._writer.subjects())
        return self._writer.wanted(self._states)

    def write(self, truth: Mapping[str, Record]) -> set[str]:
        """Write by what was read, and by the truth that was read after it.

        Raise :class:`OutOfTime` where time runs out.
        """
        run, writer = self._run, self._writer
        again = writer.write(self._states, truth)
        for _ in range(ATTEMPTS - 1):
            if not again:
                break
            check_time(run)
            states = writer.read(again)
            again = writer.write(states, run.articles.get_many(sorted(writer.wanted(states))))
        for subject in again:
            run.report.failed(str(subject), WriteConflict(f"overtaken {ATTEMPTS} times"))
            writer.failed |= writer.concerned(subject)
        return writer.failed


def check_time(run: Run) -> None:
    """Raise :class:`OutOfTime` where there is no time for another step."""
    if run.time_left() < MARGIN:
        raise OutOfTime(f"less than {MARGIN:g} s left")
