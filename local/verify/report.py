"""What was checked, how often, and what is broken."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """Something broken: the file and what is wrong with it."""

    file: str
    what: str


@dataclass(slots=True)
class Check:
    """One promise, of how many things it was checked, and the faults found."""

    name: str
    promise: str
    checked: int = 0
    faults: list[Fault] = field(default_factory=list)

    def note(self, file: str, what: str | None) -> None:
        """Count one thing; ``what`` says what is wrong with it, if anything."""
        self.checked += 1
        if what is not None:
            self.faults.append(Fault(file, what))

    def line(self) -> str:
        """Return the summary of one line."""
        return f"{self.name:<11}{self.checked:>7} checked, {len(self.faults)} broken: {self.promise}"
