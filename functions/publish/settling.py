"""Optimistic writing: outputs are read, then the table, and then written only as they were read.

The order is what makes it safe to run twice at once. Items that were read before an output could be
older than what it shows; read after it, they cannot, and a writer that was overtaken fails its
condition and starts that output again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

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
    """Outputs of one kind."""

    def read(self, subjects: Sequence[Subject]) -> Sequence[State]:
        """Return the outputs as they are now."""

    def wanted(self, states: Sequence[State]) -> set[str]:
        """Return the articles that have to be asked for to decide these outputs."""

    def write(self, states: Sequence[State], truth: Mapping[str, Record]) -> Sequence[Subject]:
        """Bring the outputs up to date; return those that were overtaken."""


def settle(
    run: Run, writer: Writer[Subject, State], states: Sequence[State], truth: Mapping[str, Record]
) -> Sequence[Subject]:
    """Write, again and again where overtaken, from states and the truth that was read after them.

    Return what could not be settled; raise :class:`OutOfTime` where time runs out.
    """
    again = writer.write(states, truth)
    for _ in range(ATTEMPTS - 1):
        if not again:
            break
        check_time(run)
        states = writer.read(again)
        again = writer.write(states, run.articles.get_many(sorted(writer.wanted(states))))
    for subject in again:
        run.report.failed(str(subject), WriteConflict(f"overtaken {ATTEMPTS} times"))
    return again


def check_time(run: Run) -> None:
    """Raise :class:`OutOfTime` where there is no time for another step."""
    if run.time_left() < MARGIN:
        raise OutOfTime(f"less than {MARGIN:g} s left")
