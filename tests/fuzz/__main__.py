"""``python -m tests.fuzz``: tries every target for a bounded time; 1 where something is found.

What is found is written into a folder, with the command that repeats it. A finding that was mended belongs
into ``tests/fuzz/corpus``, where ``make test`` tries it again.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.fuzz import seeds
from tests.fuzz.cases import Case
from tests.fuzz.fuzzing import Boundary, Report, fuzz
from tests.fuzz.targets import TARGETS

_NEVER = 10**9


def main(arguments: Sequence[str]) -> int:
    """Run the fuzzers, or one case again; return 1 where something is found."""
    options = _options(arguments)
    if options.repeat:
        return _repeated(options.repeat, options.target)
    seed = options.seed or os.urandom(4).hex()
    names = options.target or list(TARGETS)
    print(f"seed {seed}: {' '.join(names)}")
    found = 0
    for name in names:
        end = time.monotonic() + options.minutes * 60 / len(names)
        goes_on = partial(_goes_on, end, options.cases)
        report = fuzz(TARGETS[name], seed, goes_on, seeds.attacks_of(name))
        _tell(name, report, options.save)
        found += len(report.findings)
    return 1 if found else 0


def _goes_on(end: float, most: int, tried: int) -> bool:
    return time.monotonic() < end and tried < most


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz", description="Try strangers' bytes on every boundary.")
    parser.add_argument("--minutes", type=float, default=4.0, help="for all targets together")
    parser.add_argument("--cases", type=int, default=_NEVER, help="at most, of each target")
    parser.add_argument("--target", action="append", choices=list(TARGETS), help="only this one; repeatable")
    parser.add_argument("--seed", help="of an earlier run: the same cases in the same order")
    parser.add_argument("--save", type=Path, default=Path(".newswire/fuzz"), help="folder of the findings")
    parser.add_argument("--repeat", type=Path, metavar="FILE", help="try one saved case again; with --target")
    options = parser.parse_args(arguments)
    if options.repeat and len(options.target or []) != 1:
        parser.error("--repeat needs one --target")
    return options


def _repeated(path: Path, target: Sequence[str]) -> int:
    boundary = Boundary(TARGETS[target[0]])
    try:
        problem = boundary.problem(Case.from_file(path.read_bytes()))
    finally:
        boundary.close()
    print(problem or "nothing is wrong with it")
    return 1 if problem else 0


def _tell(name: str, report: Report, folder: Path) -> None:
    refused = sum(count for reason, count in report.outcomes.items() if reason.startswith("parser "))
    seconds, slowest = report.slowest
    slow = _saved(slowest, folder / name / "slow")
    print(
        f"{name:12} {report.cases:8,} cases, {len(report.outcomes):5} outcomes, {refused:7,} refused,"
        f" {len(report.findings)} findings; slowest {seconds:.2f} s, in {slow}"
    )
    for reason, case in sorted(report.survived.items()):
        path = _saved(case, folder / name / "survived")
        print(f"  survived {report.outcomes[reason]:6,} × {reason}, first in {path}")
    for finding in report.findings.values():
        path = _saved(finding.case, folder / name)
        print(f"  FOUND {finding.problem[:300]}")
        print(f'    again: make fuzz ARGS="--target {name} --repeat {path}"')
    sys.stdout.flush()


def _saved(case: Case, folder: Path) -> Path:
    content = case.to_file()
    path = folder / hashlib.sha256(content).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
