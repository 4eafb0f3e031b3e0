"""What a redrive did: counted by queue and reason, and told letter by letter where a letter stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.redrive.letters import Decision, Letter, Step
from local.terminal import shown_line

BEGINNING = 80  # characters of a body that are shown
COUNTED = ("received", "sent", "repeated", "deleted", "left")


@dataclass(slots=True)
class Tally:
    """Counts; ``say`` prints a line."""

    say: Callable[[str], None]
    dry: bool = False
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    def received(self, letter: Letter, decision: Decision) -> None:
        """Count a letter that was looked at."""
        self._add(letter, decision, "received")

    def done(self, letter: Letter, decision: Decision) -> None:
        """Count a letter that was sent to its queue, or what it speaks of as done again."""
        self._add(letter, decision, "sent" if decision.step is Step.SEND else "repeated")

    def deleted(self, letter: Letter, decision: Decision) -> None:
        """Count a letter that is there no more."""
        self._add(letter, decision, "deleted")

    def left(self, letter: Letter, decision: Decision, why: str | None = None) -> None:
        """Count and tell a letter that stays, and ``why`` where that was not decided."""
        self._add(letter, decision, "left")
        would = f"would be {decision.step.value}" if self.dry and decision.step is not Step.LEAVE else "left"
        told = f"{decision.reason}; {why}" if why else decision.reason
        body = letter.body[: BEGINNING * 2]
        begins = shown_line(body)[:BEGINNING]
        self.say(f"{letter.queue}: {would}: {shown_line(told)}: {begins}")

    def summary(self) -> dict[str, Any]:
        """Return the counts of everything, and by queue and reason."""
        every = self.counts.values()
        return {
            **{name: sum(counts[name] for counts in every) for name in COUNTED},
            "by_reason": dict(sorted(self.counts.items())),
        }

    @property
    def is_clear(self) -> bool:
        """Return whether nothing stays of what was looked at."""
        return not any(counts["left"] for counts in self.counts.values())

    def _add(self, letter: Letter, decision: Decision, name: str) -> None:
        key = f"{letter.queue}: {decision.reason}"
        self.counts.setdefault(key, dict.fromkeys(COUNTED, 0))[name] += 1
