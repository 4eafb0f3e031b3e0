"""``python -m local.invoke FUNCTION EVENT``: one handler, one event, and everything that it wrote.

The stack is the template's, fresh in moto; the demo publishers are served, so that the sample events'
addresses work. A function that is fed from a table's stream finds the articles of a whole demo there.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TextIO

from local import editions
from local.driver import Driver
from local.editions import DemoEdition, SourcesUnavailable
from local.function_logs import FunctionLogs, stderr_in
from local.inspection import Snapshot
from local.lambda_runtime import FunctionError, LambdaRuntime
from local.local_run import StartedStack, put_sources, started
from local.progress import Progress, own_stderr
from local.run import PROJECT
from local.run_clock import RunClock
from local.stack_contents import StackContents
from local.tally import Tally
from local.template import TemplateError
from local.terminal import say, say_error, say_json

# The sample events are from a demo that began then.
SAMPLE_START = datetime(2026, 1, 5, 1, tzinfo=UTC)
FAILED = 1  # exit status: the handler raised, or something has to be put right first
UNKNOWN = 2  # exit status: what was asked for does not exist


class InvokeError(Exception):
    """What was asked for does not exist; the message says what does."""


def main(arguments: Sequence[str], project: Path = PROJECT, *, demo_port_shift: int = 0) -> int:
    """Invoke as the arguments say, print what came of it, and return the exit status.

    The sample events name the demo's usual ports; an event for shifted ones has to name those.
    """
    parser = argparse.ArgumentParser(prog="python -m local.invoke", description="Run a handler on an event.")
    parser.add_argument("function", metavar="FUNCTION", help="its name in template.yaml, as FetchFunction")
    parser.add_argument(
        "event", metavar="EVENT", type=Path, help="a JSON file, as events/fetch-schedule.json"
    )
    options = parser.parse_args(arguments)
    try:
        event = _event(options.event, project / "events")
        with editions.demo(SAMPLE_START, demo_port_shift) as edition, started(project, "") as begun:
            _check_function(options.function, begun.wiring.functions)
            report = _invoked(options.function, event, begun, edition)
    except InvokeError as error:
        say_error(str(error))
        return UNKNOWN
    except (SourcesUnavailable, TemplateError, FunctionError) as error:
        say_error(str(error))
        return FAILED
    say_json(report, indent=2)
    return 0


def _event(path: Path, samples: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        known = ", ".join(sorted(f"{samples.name}/{sample.name}" for sample in samples.glob("*-*.json")))
        raise InvokeError(f"{path}: {error.strerror}; sample events: {known or 'none'}") from None
    except ValueError as error:
        raise InvokeError(f"{path}: not JSON: {error}") from None


def _check_function(name: str, functions: Mapping[str, object]) -> None:
    if name not in functions:
        allowed = ", ".join(sorted(functions))
        raise InvokeError(f"{name} is no function of template.yaml; allowed: {allowed}")


def _invoked(function: str, event: Any, begun: StartedStack, edition: DemoEdition) -> dict[str, Any]:
    clock = RunClock(edition.demo_end)
    edition.at(edition.demo_end)
    put_sources(StackContents(begun.stack), edition.sources_yaml().encode(), edition.own_files())
    with own_stderr() as errors, _other_errors(errors), redirect_stdout(_logs_to(errors)) as logs:
        runtime = LambdaRuntime(
            begun.wiring.functions, clock, edition.loopback_allowed, logs, lambda *_: None
        )
        if function in {mapping.function for mapping in begun.wiring.streams}:
            _fill_tables(function, begun, runtime, clock)
        before = Snapshot(begun.stack)
        answer = runtime.invoke(function, event)
    return {"answer": answer, **before.changes()}


def _logs_to(errors: TextIO) -> FunctionLogs:
    return FunctionLogs(lambda _: errors, lambda *_: None)


@contextmanager
def _other_errors(errors: TextIO) -> Iterator[None]:
    """Show at the end what came to standard error by other ways, such as a parser's death."""
    with TemporaryFile("w+", encoding="utf-8", errors="backslashreplace") as file:
        try:
            with stderr_in(file):
                yield
        finally:
            file.seek(0)
            if text := file.read().rstrip():
                say(text, errors)


def _fill_tables(function: str, begun: StartedStack, runtime: LambdaRuntime, clock: RunClock) -> None:
    """Let the other functions store what the demo publishers have."""
    upstream = replace(begun.wiring, streams=())
    driver = Driver(upstream, begun.stack, runtime, clock, Tally(), Progress(sys.stderr))
    for schedule in upstream.schedules:
        if schedule.function != function:
            driver.fire(schedule)
    driver.drain()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
