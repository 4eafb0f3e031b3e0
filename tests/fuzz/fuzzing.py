"""One target, one seed, one case after the other: what was made of them, and what must not have been."""

from __future__ import annotations

import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random
from types import FrameType

from newswire.worker import Worker, WorkerFailed
from tests.fuzz.boundaries import Broken
from tests.fuzz.cases import Case, minimised
from tests.fuzz.mutation import Mutator
from tests.fuzz.targets import Target

JUDGING_SECONDS = 10.0  # of CPU, for what the parent does with one answer
_LATE = 5.0  # seconds over the worker's own deadline: what ending a child may take
_MOST_KEPT = 2000
_LONGEST_KEPT = 20_000  # bytes; what is made of longer ones takes its time and says nothing new
_VARYING = re.compile(r"[0-9]+|'[^']*'|\"[^\"]*\"")


@dataclass(frozen=True, slots=True)
class Finding:
    """A case whose outcome breaks what its target promises."""

    case: Case
    problem: str

    @property
    def kind(self) -> str:
        """Return what equal problems share."""
        return _VARYING.sub("", self.problem)[:80]


@dataclass(slots=True)
class Report:
    """What a run has seen: how often each outcome came, and one finding of each kind."""

    cases: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    survived: dict[str, Case] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    slowest: tuple[float, Case] = (0.0, Case(b""))


class Boundary:
    """A target with its worker; `outcome` is what one case leads to."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._worker = Worker(target.function, target.limits)
        self._probe, self._answer = next(iter(target.seeds().values())), ""
        self._answer = self._judged(self._probe)

    def close(self) -> None:
        """End the worker."""
        self._worker.close()

    def outcome(self, case: Case) -> tuple[str, bool]:
        """Return a document's shape or the reason that there is none, and whether the worker died of it.

        Raise `Broken` for what a boundary must not do.
        """
        began = time.monotonic()
        try:
            shape = self._judged(case)
        except WorkerFailed as failure:
            self._judge_failure(failure)
            return failure.reason, not failure.reason.startswith("parser failed: ")
        finally:
            spent = time.monotonic() - began
        if spent > self.target.limits.wall_seconds + JUDGING_SECONDS + _LATE:
            raise Broken(f"the boundary answered after {spent:.0f} s")
        return shape, False

    def problem(self, case: Case) -> str | None:
        """Return what is wrong with a case's outcome, ``None`` where nothing is."""
        try:
            self.outcome(case)
        except Broken as broken:
            return str(broken)
        return None

    def _judged(self, case: Case) -> str:
        answer = self._worker.call(case.body, self.target.params(case))
        with _timed(JUDGING_SECONDS):
            return self.target.judge(case, answer)

    def _judge_failure(self, failure: WorkerFailed) -> None:
        reason = failure.reason
        has_died = not reason.startswith("parser failed: ")
        if not reason.startswith(self.target.may_fail or ("\0",)) and not (has_died and self.target.survives):
            raise Broken(str(failure)) from failure
        try:
            again = self._judged(self._probe)
        except WorkerFailed as second:
            raise Broken(f"after {reason} the next good input is refused: {second}") from second
        if again != self._answer:
            raise Broken(f"after {reason} the next good input is read as something else")


def fuzz(
    target: Target, seed: str, goes_on: Callable[[int], bool], more: Mapping[str, Case] | None = None
) -> Report:
    """Try the target's seeds, ``more`` ones and cases made of them, while ``goes_on`` says so of the number.

    The cases follow from ``seed``. A case with an outcome of a new shape becomes a seed itself.
    """
    random = Random(f"{seed} {target.name}")  # noqa: S311 - the same cases again are the point
    mutator = Mutator(random, target.words, target.headers)
    boundary, report = Boundary(target), Report()
    pool = [*target.seeds().values(), *(more or {}).values()]
    try:
        for case in _cases(pool, random, mutator):
            if not goes_on(report.cases):
                break
            _try(boundary, case, report, pool)
    finally:
        boundary.close()
    return report


def _cases(pool: list[Case], random: Random, mutator: Mutator) -> Iterator[Case]:
    yield from list(pool)
    while True:
        yield mutator.made(random.choice(pool), random.choice(pool))


def _try(boundary: Boundary, case: Case, report: Report, pool: list[Case]) -> None:
    report.cases += 1
    began = time.monotonic()
    try:
        outcome, has_died = boundary.outcome(case)
    except Broken as broken:
        finding = Finding(case, str(broken))
        if finding.kind not in report.findings:
            report.findings[finding.kind] = smaller(boundary, finding)
        return
    spent = time.monotonic() - began
    if spent > report.slowest[0]:
        report.slowest = spent, case
    if has_died:
        report.survived.setdefault(outcome, case)
    elif outcome not in report.outcomes and len(case.body) < _LONGEST_KEPT and len(pool) < _MOST_KEPT:
        pool.append(case)
    report.outcomes[outcome] += 1


def smaller(boundary: Boundary, finding: Finding) -> Finding:
    """Return the same finding on less input."""

    def same(case: Case) -> bool:
        problem = boundary.problem(case)
        return problem is not None and Finding(case, problem).kind == finding.kind

    case = minimised(finding.case, same)
    return replace(finding, case=case, problem=boundary.problem(case) or finding.problem)


@contextmanager
def _timed(seconds: float) -> Iterator[None]:
    """Raise `Broken` where what follows takes more CPU time than that."""

    def late(_signal: int, _frame: FrameType | None) -> None:
        raise Broken(f"what the parent does with the answer takes more than {seconds:.0f} s of CPU")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
