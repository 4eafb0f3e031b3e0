"""The child's side of :mod:`newswire.worker`: ``python -m newswire.worker_process FUNCTION CPU MEMORY``."""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_HEADER = struct.Struct("!I")
# Python looks for garbage so often that it is a good part of the time. Here every so many new objects, and
# after each document, so that none holds another one's tree (docs/decisions/0125).
_NEW_OBJECTS = 20_000
# libxml2 never forgets a name of an element. A process that has met millions cannot take new ones, and then
# reads everybody's documents worse: it is replaced when it holds this part of its memory after an answer.
WORN_SHARE = 2
_RUSAGE_UNIT = 1024  # bytes of ru_maxrss's, see getrusage(2); elsewhere, where they are bytes, it is too many


def main(arguments: list[str]) -> None:
    """Answer calls until the parent closes the pipe."""
    name, cpu_seconds, memory = arguments[0], int(arguments[1]), int(arguments[2])
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # A library that prints must not break the frames.
    os.dup2(2, 1)
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_CORE, 0)
    gc.disable()  # what is imported stays: to look through it for garbage makes the start longer
    function = _function(name)
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
    gc.enable()
    while (params := _frame(requests)) is not None:
        body = _frame(requests)
        if body is None:
            return
        # Counts CPU time and kills by SIGPROF, in the midst of C code too. Unlike RLIMIT_CPU it is exact
        # to the millisecond and starts anew for every document of a warm child.
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        found = _answer(function, body, json.loads(params))
        answer = json.dumps(found | {"worn": _is_worn(memory)}).encode()
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(_HEADER.pack(len(answer)) + answer)
        answers.flush()
        gc.collect(1)


def _answer(
    function: Callable[[bytes, dict[str, Any]], dict[str, Any]], body: bytes, params: dict[str, Any]
) -> dict[str, Any]:
    try:
        return {"result": function(body, params)}
    except Exception as error:  # noqa: BLE001 - parsers raise anything on hostile input; all of it is counted
        return {"error": type(error).__name__, "detail": str(error)[:300]}


def _is_worn(memory: int) -> bool:
    """Return whether more than its part of the memory is held; the most that ever was costs less to ask."""
    share = memory // WORN_SHARE
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RUSAGE_UNIT
    return peak > share and _resident_bytes() > share


def _resident_bytes() -> int:
    """Return how much memory is held now; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[1]) * resource.getpagesize()
    except OSError:
        return 0


def _function(name: str) -> Callable[[bytes, dict[str, Any]], dict[str, Any]]:
    module, _, attribute = name.partition(":")
    found: Callable[[bytes, dict[str, Any]], dict[str, Any]] = getattr(
        importlib.import_module(module), attribute
    )
    return found


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (soft, hard))


def _frame(pipe: Any) -> bytes | None:
    header = pipe.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return None
    body: bytes = pipe.read(_HEADER.unpack(header)[0])
    return body


if __name__ == "__main__":
    main(sys.argv[1:])
