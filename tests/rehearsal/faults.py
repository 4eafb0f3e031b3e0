"""What ends a rehearsal."""

from __future__ import annotations

from collections.abc import Iterable


class StepFailed(Exception):
    """A step found something wrong; the message has a line for each fault."""


def no_faults(faults: Iterable[str]) -> None:
    """Raise :class:`StepFailed` where there is one."""
    if found := list(faults):
        raise StepFailed("\n".join(found))
