"""Hands out the cases to the parked worlds, as many at a time as are wanted, and gathers the results."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Any

from tests.faults.cases import Order
from tests.faults.recording import Story
from tests.faults.selection import Plan, Planned, plans
from tests.faults.verdict import Result, Verdict


@dataclass(frozen=True, slots=True)
class Terms:
    """How cases are judged (as in an order), and for how many seconds and in what order they are begun."""

    seed: str
    to_end: bool = False
    seconds: float = float("inf")


def run_cases(
    story: Story, cases: Sequence[Planned], jobs: int, tell: Callable[[Result], None], terms: Terms
) -> list[Result]:
    """Run the cases in ``jobs`` worlds at a time; ``tell`` hears of each result as it comes."""
    ends = time.monotonic() + terms.seconds
    waiting = list(plans(cases, jobs, terms.seed).items())
    working: list[Any] = []
    results: list[Result] = []
    while waiting or working:
        while waiting and len(working) < jobs:
            (number, share), plan = waiting.pop(0)
            line = story.invocations[number].parked[share]
            line.send(_order(story, number, plan, ends, terms))
            working.append(line)
        ready: list[Any] = wait(working)
        for line in ready:
            result = line.recv()
            if isinstance(result, Result):
                results.append(result)
                tell(result)
                continue
            working.remove(line)
            if result is not None:
                raise RuntimeError(f"a parked world broke: {result}")
    return results


def _order(story: Story, number: int, plan: Plan, ends: float, terms: Terms) -> Order:
    invocation = story.invocations[number]
    known = {invocation.left: Verdict(step=invocation.step)}
    for later in story.invocations[number + 1 :]:
        known[f"0 {later.met}"] = Verdict(step=later.step)
    return Order(plan, tuple(story.outcomes), known, story.answers, ends, terms.to_end)


def dismiss(story: Story) -> None:
    """End the worlds that are still parked or at work, and wait for all."""
    for invocation in story.invocations:
        for pid in invocation.pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
