"""Threads for what mostly waits for storage; all of them end with the call that began them.

There are two kinds, so that none ever waits for one of its own: those of storage calls, and those of the
parts of a run that make such calls side by side. Parts share the former.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

Value = TypeVar("Value")
Result = TypeVar("Result")

MOST_PARTS = 8

_here = threading.local()


def concurrently(workers: int, step: Callable[[Value], Result], values: Iterable[Value]) -> list[Result]:
    """Return the results of a step in the order of its values; the first error is raised when all have ended.

    A step that does the same in its turn goes on by itself.
    """
    if getattr(_here, "stores", False):
        return [step(value) for value in values]
    shared: ThreadPoolExecutor | None = getattr(_here, "shared", None)
    if shared is not None:
        return _results(shared, step, values)
    with _storage(workers) as pool:
        return _results(pool, step, values)


def side_by_side(workers: int, step: Callable[[Value], Result], values: Sequence[Value]) -> list[Result]:
    """Do the same with a step that may itself have something done :func:`concurrently`."""
    if len(values) < 2:
        return [step(value) for value in values]

    def share() -> None:
        _here.shared = pool

    with (
        _storage(workers) as pool,
        ThreadPoolExecutor(min(len(values), MOST_PARTS), "part", share) as parts,
    ):
        return _results(parts, step, values)


def _storage(workers: int) -> ThreadPoolExecutor:
    def store() -> None:
        _here.stores = True

    return ThreadPoolExecutor(workers, "storage", store)


def _results(
    pool: ThreadPoolExecutor, step: Callable[[Value], Result], values: Iterable[Value]
) -> list[Result]:
    futures: list[Future[Result]] = [pool.submit(step, value) for value in values]
    wait(futures)
    return [future.result() for future in futures]
