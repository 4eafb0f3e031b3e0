"""``python -m tests.faults``: every call fails in every way; the table; 1 where anything is lost or doubled.

A case that is not good is named on standard error and under the table, so that it can be run alone:
``--only "publish PutObject …/feed.json" --mode killed``.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from tests.faults.cases import Parked
from tests.faults.dispatch import Terms, dismiss, run_cases
from tests.faults.modes import Mode
from tests.faults.outcome import Moments
from tests.faults.publishers import serving
from tests.faults.recording import Recorder, Story
from tests.faults.selection import Planned, all_cases, drawn, few_cases
from tests.faults.story import story
from tests.faults.table import STAGES, table, told_of
from tests.faults.verdict import Result
from tests.faults.world import PROJECT, World, world

PAUSE = 30.0  # seconds between two lines about how far a run has come


def main(arguments: Sequence[str]) -> int:
    """Run the harness and print the table; return 0 where nothing is wrong."""
    options = _options(arguments)
    began = time.monotonic()
    steps = story()[: options.steps]
    with serving([step.web for step in steps]) as ports, world(ports, steps[0], options.log) as one:
        moments = Moments([step.at for step in steps])

        def park(parked: World, connection: Connection, number: int, function: str) -> None:
            parked.runtime.control = Parked(parked, moments, connection, number)
            parked.runtime.control.wait(function)

        gc.disable()  # no process lives long enough to need it, and what it looked at would be shared no more
        recorder = Recorder(one, steps, moments, options.jobs, park)
        one.runtime.control = recorder
        one.play(steps)
        try:
            text, code = _report(recorder.story, options, began)
        finally:
            dismiss(recorder.story)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{text}; {used.ru_utime + used.ru_stime:.0f} s of CPU")
    return code


def _report(told: Story, options: argparse.Namespace, began: float) -> tuple[str, int]:
    functions, calls = told.functions(), told.calls()
    every = all_cases(calls)
    chosen = _chosen(every, told, options)
    played = time.monotonic() - began
    _say(
        f"story: {sum(map(len, calls.values()))} calls in {played:.0f} s; {len(chosen)} of {len(every)} cases"
    )
    teller = Teller(functions, len(chosen))
    terms = Terms(options.seed, options.to_end, options.minutes * 60)
    results = run_cases(told, chosen, options.jobs, teller.hear, terms)
    seconds = time.monotonic() - began
    shared = sum(one.shared for one in results)
    bad = [one for one in results if not one.verdict.is_good]
    lines = [
        table(functions, calls, results),
        # The last of a log that was cut short tells the most
        *(told_of(one, functions) for one in bad),
        (
            f"{len(results)} of {len(every)} cases, {len(bad)} of them not good, in {seconds:.0f} s; "
            f"{shared} left the world as another had; seed {options.seed}"
        ),
    ]
    return "\n".join(lines), 1 if bad or not results else 0


def _chosen(every: Sequence[Planned], told: Story, options: argparse.Namespace) -> list[Planned]:
    functions = told.functions()
    if options.few:
        return few_cases(functions, told.calls())
    if options.mode == Mode.SWALLOWED.value:
        sending = [one for one in every if one.call.operation == "SendMessageBatch"]
        every = [replace(one, mode=Mode.SWALLOWED) for one in sending if one.mode is Mode.KILLED]
    wanted = [
        one
        for one in every
        if options.only in f"{one.invocation} {STAGES[functions[one.invocation]]} {one.call}"
        and (options.mode is None or one.mode.value == options.mode)
    ]
    return wanted if options.cases is None else drawn(wanted, options.cases, options.seed)


class Teller:
    """Says on standard error which cases are not good, and now and then how far the run has come."""

    def __init__(self, functions: Mapping[int, str], cases: int) -> None:
        self._functions = functions
        self._cases = cases
        self._done = 0
        self._said = time.monotonic()

    def hear(self, result: Result) -> None:
        """Take a result."""
        self._done += 1
        if not result.verdict.is_good:
            _say(told_of(result, self._functions))
        if time.monotonic() - self._said > PAUSE:
            self._said = time.monotonic()
            _say(f"{self._done} of {self._cases} cases")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults ARGS=", description=__doc__)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="cases at a time")
    parser.add_argument("--cases", type=int, help="so many cases, drawn by the seed; default: all")
    parser.add_argument("--seed", default=_commit(), help="default: the commit")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="after them no case is begun")
    parser.add_argument("--only", default="", help="cases whose 'invocation stage operation target' has this")
    parser.add_argument("--mode", choices=[mode.value for mode in Mode], help="one way to fail")
    parser.add_argument("--few", action="store_true", help="the few cases of make test")
    parser.add_argument("--steps", type=int, help="only the first steps of the story")
    parser.add_argument("--to-end", action="store_true", help="play every case to the story's end")
    parser.add_argument("--log", type=Path, default=Path(os.devnull), help="file for what the functions log")
    return parser.parse_args(arguments)


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "no commit"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
