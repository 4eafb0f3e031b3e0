"""What became of a disturbed world, compared with the undisturbed one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.faults.calls import Call
from tests.faults.modes import Mode
from tests.faults.outcome import DEAD_LETTERS

_ARTICLE = "item article#"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``lost``, ``doubled``, ``differing`` and ``dead`` name what is not as it should be at the end.

    ``rounds`` is how many further schedules it took until all was as it should be, ``step`` in which step of
    the story that was; ``error`` is set where the run itself broke. ``why`` says, for a person, how the first
    few of them differ.
    """

    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()
    rounds: int = 0
    step: int = -1
    error: str | None = None
    why: str = ""

    @property
    def is_good(self) -> bool:
        """Return whether nothing is wrong."""
        return not (self.lost or self.doubled or self.differing or self.dead or self.error)


@dataclass(frozen=True, slots=True)
class Result:
    """One case: the call of an invocation that failed in a way, and what came of it.

    ``shared`` tells that the world was left as another case had left it, whose verdict this is.
    """

    invocation: int
    call: Call
    mode: Mode
    verdict: Verdict
    shared: bool = False
    seconds: float = 0.0


def compared(expected: Mapping[str, str], found: Mapping[str, str]) -> Verdict:
    """Return how an outcome, as hashes by name, differs from the expected one."""
    missing = sorted(expected.keys() - found.keys())
    more = sorted(found.keys() - expected.keys())
    changed = sorted(name for name in expected.keys() & found.keys() if expected[name] != found[name])
    dead = [name for name in more if name.startswith(DEAD_LETTERS)]
    return Verdict(
        lost=tuple(name for name in missing if name.startswith(_ARTICLE)),
        doubled=tuple(name for name in more if name.startswith(_ARTICLE)),
        differing=tuple(
            name
            for name in (*changed, *missing, *more)
            if name in changed or not name.startswith((_ARTICLE, DEAD_LETTERS))
        ),
        dead=tuple(dead),
    )


def explained(verdict: Verdict, expected: Mapping[str, str], found: Mapping[str, str]) -> str:
    """Return, for a person, what of the first few contents differs."""
    lines = []
    for name in (*verdict.lost, *verdict.doubled, *verdict.differing)[:6]:
        wanted, had = (_pieces(texts.get(name, "(nothing)")) for texts in (expected, found))
        lines.append(f"{name}: wanted {_only(wanted, had)}, found {_only(had, wanted)}")
    return "\n".join(lines)


def _pieces(text: str) -> list[str]:
    return re.split(r"[\n,]", text)


def _only(some: Sequence[str], others: Sequence[str]) -> str:
    rest = set(others)
    return " | ".join([piece for piece in some if piece not in rest][:5])
