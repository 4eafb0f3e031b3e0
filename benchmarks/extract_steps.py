"""Which part of the extract stage takes how much CPU: every call from one module into another is timed.

A module's share is what it takes itself; what it waits for in others counts as theirs. Names that a module
imports from `functions.extract`, `newswire` or trafilatura are wrapped where they were imported, so that a
function that is new or renamed needs no mention here; what a library in C does is its caller's. A wrapper
costs one to two microseconds a call: what is called a thousand times a page looks a little dearer than it is.
"""

from __future__ import annotations

import functools
import gc
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from inspect import isgeneratorfunction
from types import FunctionType, ModuleType
from typing import Any
from unittest import mock

from benchmarks.extract_stage import ExtractStage
from benchmarks.newsweb import LabelledPage
from functions.extract import page_worker
from functions.extract.archive import Archive
from newswire.worker import Worker

_CALLERS = ("functions.extract.", "newswire.")
_LIBRARY = "trafilatura."
_CALLED = (*_CALLERS, _LIBRARY)
_WARM_UP = 20  # pages


@dataclass(slots=True)
class Step:
    """What one module took: seconds of CPU of its own, and how often it was called."""

    seconds: float = 0.0
    calls: int = 0


class Steps:
    """Adds up, per module, the CPU between entering and leaving it, without what it called in turn."""

    def __init__(self) -> None:
        self.taken: dict[str, Step] = defaultdict(Step)
        self._inner = [0.0]

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, timed as a part of the step `name`."""

        @functools.wraps(function)
        def run(*arguments: Any, **named: Any) -> Any:
            step = self.taken[name]
            step.calls += 1
            self._inner.append(0.0)
            started = time.process_time()
            try:
                return function(*arguments, **named)
            finally:
                took = time.process_time() - started
                step.seconds += took - self._inner.pop()
                self._inner[-1] += took

        return run

    @contextmanager
    def watching(self, *, library: bool = False) -> Iterator[None]:
        """Time every call between modules while the block runs; with `library` between trafilatura's, too."""
        callers = (*_CALLERS, _LIBRARY) if library else _CALLERS
        with ExitStack() as stack:
            stack.enter_context(mock.patch.object(Archive, "store", self.timed("archive", Archive.store)))
            for module in list(sys.modules.values()):
                if getattr(module, "__name__", "").startswith(callers):
                    for name, function in _imported(module).items():
                        timed = self.timed(_step_of(function, library=library), function)
                        stack.enter_context(mock.patch.object(module, name, timed))
            yield


class InProcess(Worker):
    """Does in this process what the worker does in its child, JSON both ways included."""

    def __init__(self, steps: Steps) -> None:
        super().__init__("functions.extract.page_worker:run")
        self._run = steps.timed("page_worker", page_worker.run)
        self._json = steps.timed("JSON both ways", _there_and_back)

    def start(self) -> None:
        """Start nothing."""

    def call(
        self, body: bytes, params: Mapping[str, Any], wall_seconds: float | None = None
    ) -> dict[str, Any]:
        """Return what the function returned."""
        del wall_seconds
        answer: dict[str, Any] = self._json(self._run(body, self._json(dict(params))))
        return answer


def _there_and_back(value: object) -> Any:
    return json.loads(json.dumps(value).encode())


def _imported(module: ModuleType) -> dict[str, FunctionType]:
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, FunctionType)
        and not isgeneratorfunction(value)
        and value.__module__ != module.__name__
        and value.__module__.startswith(_CALLED)
    }


def _step_of(function: FunctionType, *, library: bool) -> str:
    module = function.__module__
    if module.startswith(_LIBRARY):
        return module if library else "trafilatura"
    return module.rpartition(".")[2]


def print_steps(pages: Sequence[LabelledPage], *, library: bool = False) -> None:
    """Bring the pages through the stage in this process and print every module's share, the dearest first."""
    steps = Steps()
    with ExtractStage(InProcess(steps)) as stage, steps.watching(library=library):
        store = steps.timed("processing", stage.store)
        for page in pages[:_WARM_UP]:
            store(page, page.body())
        steps.taken.clear()
        gc.collect()
        gc.freeze()
        for page in pages:
            store(page, page.body())
    whole = sum(step.seconds for step in steps.taken.values())
    print(f"{len(pages)} pages, CPU by module, {whole / len(pages) * 1000:.2f} ms a page")
    for name, step in sorted(steps.taken.items(), key=lambda one: -one[1].seconds):
        milliseconds, calls = step.seconds / len(pages) * 1000, step.calls / len(pages)
        print(f"{name:28}{milliseconds:9.3f} ms{step.seconds / whole:8.1%}{calls:9.1f} calls")
