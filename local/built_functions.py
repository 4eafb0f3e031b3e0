"""The functions of a build, each in an execution environment of its own, called as the local run's are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from local.emulator import Emulator
from local.execution_environment import BuiltFunction
from local.lambda_runtime import FunctionError
from local.runtime_emulator import Invocation, RuntimeEmulator

LAYER = "NewswireLayer"


@dataclass(frozen=True, slots=True)
class Build:
    """What ``sam build`` left in ``folder``: one folder for each function and layer, by logical id."""

    folder: Path

    def function(self, name: str, emulator: Emulator) -> BuiltFunction:
        """Return a function as it is deployed, on the emulator's AWS.

        Raise :class:`KeyError` where the template has none of that logical id.
        """
        wired = emulator.wiring.functions[name]
        task, layer = self.folder / name, self.folder / LAYER
        return BuiltFunction(wired.handler, task, layer, wired.timeout, emulator.environment(name))

    def functions(self, emulator: Emulator) -> dict[str, BuiltFunction]:
        """Return all functions of the template as above, by logical id."""
        return {name: self.function(name, emulator) for name in emulator.wiring.functions}


class BuiltFunctions:
    """A :class:`~local.lambda_runtime.Runtime` of what was built. A context manager.

    A function's environment starts with its first invocation and is in ``running`` from then on.
    ``invocations`` holds all of them by function.
    """

    def __init__(self, functions: Mapping[str, BuiltFunction]) -> None:
        self._functions = functions
        self._stack = ExitStack()
        self.running: dict[str, RuntimeEmulator] = {}
        self.invocations: defaultdict[str, list[Invocation]] = defaultdict(list)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def invoke(self, name: str, event: Any) -> Any:
        """Invoke the function; raise :class:`FunctionError` where it fails."""
        if name not in self.running:
            started = RuntimeEmulator(self._functions[name])
            self.running[name] = self._stack.enter_context(started)
        done = self.running[name].invoke(event)
        self.invocations[name].append(done)
        if done.error is not None:
            raise FunctionError(name, done.error.kind, done.error.message)
        return done.answer
