"""Threads for what mostly waits for storage.

There are two kinds, so that none ever waits for one of its own: storage calls go through a pool, which stays
from one invocation to the next; parts of a run that make them side by side have threads that end with them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from typing import TypeVar

Value = TypeVar("Value")
Result = TypeVar("Result")

MOST_PARTS = 8

_here = threading.local()


@cache
def _pool(workers: int) -> ThreadPoolExecutor:
    def belong() -> None:
        _here.pooled = True

    return ThreadPoolExecutor(workers, "storage", belong)


def concurrently(workers: int, step: Callable[[Value], Result], values: Iterable[Value]) -> list[Result]:
    """Return the results of a step in the order of its values; the first error is raised when all have ended.

    A step that does the same in its turn goes on by itself.
    """
    if getattr(_here, "pooled", False):
        return [step(value) for value in values]
    pool = _pool(workers)
    return _results([pool.submit(step, value) for value in values])


def side_by_side(step: Callable[[Value], Result], values: Sequence[Value]) -> list[Result]:
    """Do the same with a step that may itself have something done :func:`concurrently`."""
    if len(values) < 2:
        return [step(value) for value in values]
    with ThreadPoolExecutor(min(len(values), MOST_PARTS), "part") as threads:
        return _results([threads.submit(step, value) for value in values])


def _results(futures: Sequence[Future[Result]]) -> list[Result]:
    wait(futures)
    return [future.result() for future in futures]
