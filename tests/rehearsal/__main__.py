"""``python -m tests.rehearsal``, ``make rehearse``: a deploy from template to page, without an account."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from local.template import TemplateError
from local.terminal import say, say_error
from tests.rehearsal.cloud import rented
from tests.rehearsal.faults import StepFailed
from tests.rehearsal.steps import STEPS, Rehearsal
from tests.rehearsal.tools import Unavailable, check_available

PROJECT = Path(__file__).resolve().parents[2]
FAILED = 1  # exit status: a step found something wrong
UNAVAILABLE = 2  # exit status: a program that it needs is not there


def main(arguments: Sequence[str]) -> int:
    """Rehearse a deploy, tell of each step, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.rehearsal", description="Rehearse a deploy.")
    parser.add_argument(
        "--folder", type=Path, default=PROJECT / ".artifacts" / "rehearsal", help="of what it builds"
    )
    options = parser.parse_args(arguments)
    try:
        check_available(PROJECT)
    except Unavailable as error:
        say_error(f"no rehearsal: {error}")
        return UNAVAILABLE
    options.folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with rented() as cloud:
        failed = _rehearsed(Rehearsal(PROJECT, options.folder.resolve(), cloud))
    if failed:
        return FAILED
    say(f"rehearsed in {time.monotonic() - began:.0f} s")
    return 0


def _rehearsed(rehearsal: Rehearsal) -> bool:
    """Tell whether a step failed."""
    for name, step in STEPS.items():
        began = time.monotonic()
        try:
            result = step(rehearsal)
        except (StepFailed, TemplateError) as error:
            say_error(f"the rehearsal failed at step {name}:\n{error}")
            return True
        say(f"{name:<13} {result} ({time.monotonic() - began:.1f} s)")
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
