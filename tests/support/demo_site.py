"""The demo, published for a portal on this machine.

``python -m tests.support.demo_site DIR`` plays it into ``DIR``. Unlike ``make run ONCE=1``, the portal has an
address without TLS, as the demo publishers have: a portal with TLS would show none of their pictures.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

from local import editions, pace
from local.function_logs import FunctionLogs
from local.local_run import LocalRun, started
from local.progress import Progress
from local.saved_state import State
from local.workspace import Workspace

PROJECT = Path(__file__).resolve().parents[2]
PORTAL = "http://localhost:8000"  # what its links say; whoever opens it need not listen there
_PORT_SHIFTS = range(1700, 1800, 10)  # one of them is free, whatever else runs here


class DemoUnpublished(Exception):
    """The demo could not be published; the message is what it printed."""


def publish_demo(out: Path) -> None:
    """Play the demo into a folder, in a process of its own: moto and the handlers keep state in theirs."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment["PYTHONPATH"] = os.pathsep.join((str(PROJECT), str(PROJECT / "shared")))
    command = [sys.executable, "-m", "tests.support.demo_site", str(out)]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DemoUnpublished(done.stderr)


def main(out: Path) -> None:
    """Play the demo to its end; raise :class:`~local.editions.SourcesUnavailable` without free ports."""
    progress = Progress(sys.stderr)
    workspace = Workspace(out, progress)
    with ExitStack() as stack:
        stack.enter_context(workspace.claimed())
        edition = stack.enter_context(editions.demo(datetime.now(UTC), _free_shift()))
        logs = FunctionLogs(lambda name: stack.enter_context(workspace.open_log(name)), lambda *_: None)
        stack.enter_context(redirect_stdout(logs))
        begun = stack.enter_context(started(PROJECT, PORTAL))
        state = State(edition.demo_start, edition.demo_start, PORTAL)
        pace.play_to_the_end(LocalRun(begun, edition, state, workspace, logs, progress), progress)


def _free_shift() -> int:
    for shift in _PORT_SHIFTS:
        try:
            with editions.demo(datetime.now(UTC), shift):
                return shift
        except editions.SourcesUnavailable:
            continue
    raise editions.SourcesUnavailable(f"no free ports for the demo publishers with a shift of {_PORT_SHIFTS}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
