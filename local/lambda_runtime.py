"""Calls the real handlers in this process, as Lambda's runtime would."""

from __future__ import annotations

import importlib
import json
import os
import time
import traceback
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from local.function_logs import FunctionLogs
from local.run_clock import RunClock
from local.run_reports import heard
from local.stack import ACCOUNT, STACK_NAME
from local.template import REGION
from local.wiring import Function

Handler = Callable[[Any, "Context"], Any]


class FunctionError(Exception):
    """An invocation failed; the message is ``<kind>: <text>``, as Lambda reports it.

    ``kind`` is the class of what the handler raised, or Lambda's own ``errorType``.
    """

    def __init__(self, function: str, kind: str, text: str) -> None:
        super().__init__(f"{kind}: {text}")
        self.function = function
        self.kind = kind


class Runtime(Protocol):
    """Where functions run."""

    def invoke(self, name: str, event: Any) -> Any:
        """Call the function with the event and return its answer, both as they are after JSON.

        Raise :class:`FunctionError` where there is no answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """The context object of one invocation ("Lambda context object in Python" in AWS's developer guide)."""

    function_name: str
    memory_limit_in_mb: int
    deadline: float  # on the monotonic clock
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_version: str = "$LATEST"
    identity: None = None
    client_context: None = None

    @property
    def invoked_function_arn(self) -> str:
        """Return the function's ARN."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        """Return the log group's name."""
        return f"/newswire/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        """Return the log stream's name."""
        return f"local/[{self.function_version}]{self.aws_request_id}"

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the function's time-out, never negative."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


class LambdaRuntime:
    """Functions by logical id, called one at a time: the environment belongs to the one that runs.

    ``on_report`` is told the function and the totals that it logs when it has finished.
    """

    def __init__(
        self,
        functions: Mapping[str, Function],
        clock: RunClock,
        loopback_allowed: tuple[str, ...],
        logs: FunctionLogs,
        on_report: Callable[[str, Mapping[str, Any]], None],
    ) -> None:
        self._functions = functions
        self._clock = clock
        self._loopback_allowed = loopback_allowed
        self._logs = logs
        self._on_report = on_report
        self._handlers: dict[str, Handler] = {}

    def invoke(self, name: str, event: Any) -> Any:
        """Call the function with the event and return its answer, both as they are after JSON.

        Raise :class:`FunctionError` where the handler raises or its answer is no JSON.
        """
        function = self._functions[name]
        with self._logs.of(name), _environment(variables(function, self._clock, self._loopback_allowed)):
            try:
                handler = self._handler(function)
                with heard(partial(self._on_report, name)):
                    answer = handler(json.loads(json.dumps(event)), self._context(function))
                return json.loads(json.dumps(answer))
            except (Exception, SystemExit) as error:
                self._logs.write(f"{traceback.format_exc()}\n")
                raise FunctionError(name, type(error).__name__, str(error)) from error

    def _handler(self, function: Function) -> Handler:
        # Imported under the function's own environment, as in a cold start.
        if function.name not in self._handlers:
            module, _, attribute = function.handler.rpartition(".")
            handler: Handler = getattr(importlib.import_module(module), attribute)
            self._handlers[function.name] = handler
        return self._handlers[function.name]

    def _context(self, function: Function) -> Context:
        return Context(_physical(function), function.memory, time.monotonic() + function.timeout)


def variables(function: Function, clock: RunClock, loopback_allowed: tuple[str, ...]) -> dict[str, str]:
    """Return the whole environment of a function: the template's, Lambda's and what a local run adds.

    ``loopback_allowed`` are the ``host:port`` on loopback that it may ask.
    """
    return {
        **function.environment,
        # Lambda sets these itself
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_LAMBDA_FUNCTION_NAME": _physical(function),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        # moto does not know the endpoints that carry an account id
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        # The local run's own additions
        **({"LOOPBACK_ALLOWED": ",".join(loopback_allowed)} if loopback_allowed else {}),
        "CLOCK_OFFSET": str(clock.offset.total_seconds()),
        "LOCAL_RUN": "1",
    }


def _physical(function: Function) -> str:
    return f"{STACK_NAME}-{function.name}"


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
