"""What looks on while a world plays the story: one that does nothing, for the others to build on."""

from __future__ import annotations

from typing import Any

from tests.faults.calls import Call
from tests.faults.cloud import Served, Session


class Control:
    """Told of everything that happens in a world; it may fork the world's process in any of its methods."""

    def before(self, number: int, function: str, event: Any) -> None:
        """Hear that an invocation, counted from 0, is about to begin."""

    def called(self, session: Session, call: Call) -> None:
        """Hear that a call has come; it is not yet applied."""

    def after(self, number: int, function: str, served: Served) -> None:
        """Hear that an invocation has ended."""

    def quiet(self, step: int) -> None:
        """Hear that nothing is left to do in a step of the story."""

    def broke(self, trace: str) -> None:
        """Hear why the world cannot go on."""
        raise RuntimeError(trace)
