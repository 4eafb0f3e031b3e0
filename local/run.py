"""``python -m local.run``: the whole portal on this machine, from feeds to pages."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from functions.extract.wiring import PARSER as PAGE_PARSER
from functions.fetch.wiring import PARSER as FEED_PARSER
from local import editions, pace
from local.direct.clients import always
from local.editions import Edition, FileEdition, SourcesRefused, SourcesUnavailable
from local.function_logs import stderr_in
from local.local_run import LocalRun, StartedStack, started
from local.mirror import MirrorError
from local.moto_cloudformation import read_without_unused_services
from local.portal import Portal
from local.portal_server import PortalServer, PortInUse, listening
from local.progress import Progress, own_stderr
from local.saved_state import State, StateError
from local.template import TemplateError
from local.terminal import say_json
from local.workspace import SITE, Workspace
from newswire import kept_workers

PROJECT = Path(__file__).resolve().parents[1]
DEFAULT_PORT = 8000
NEW_OBJECTS = 50_000  # between two looks for garbage
FAILED = 1  # exit status: something has to be put right first
REFUSED = 2  # exit status: the sources cannot be used
INTERRUPTED = 130  # exit status: ended before it was done, as shells have it


def main(arguments: Sequence[str], project: Path = PROJECT, demo_port_shift: int = 0) -> int:
    """Run as the arguments say; return the exit status. ``demo_port_shift`` moves the demo's ports."""
    options = _options(arguments)
    with own_stderr() as errors:
        progress = Progress(errors)
        try:
            summary = _run(options, project, progress, demo_port_shift)
        except SourcesRefused as error:
            progress.note(str(error))
            return REFUSED
        except (StateError, MirrorError, PortInUse, SourcesUnavailable, TemplateError) as error:
            progress.note(str(error))
            return FAILED
        except KeyboardInterrupt:
            progress.note("Ended. The same command continues from the last completed round.")
            return INTERRUPTED if options.once else 0
    say_json(summary)
    return 0


def out_folder(sources: Path | None, project: Path = PROJECT) -> Path:
    """Return the folder of a run that names none: one for each file of sources, one for the demo."""
    return project / ".newswire" / (sources.stem if sources else "demo")


def _run(
    options: argparse.Namespace, project: Path, progress: Progress, demo_port_shift: int
) -> dict[str, Any]:
    out = options.out or out_folder(options.sources, project)
    workspace = Workspace(out, progress)
    if options.sources is not None:
        FileEdition(options.sources).own_files()  # refused before anything is begun or written
    with ExitStack() as stack:
        server = None if options.once else stack.enter_context(listening(options.port))
        stack.enter_context(workspace.claimed())
        saved = workspace.load(demo=options.sources is None)
        edition = stack.enter_context(_edition(options.sources, saved, demo_port_shift))
        _end_on_signals(progress)
        logs = workspace.function_logs(stack)
        stack.enter_context(redirect_stdout(logs))
        stack.enter_context(stderr_in(stack.enter_context(workspace.open_log("stderr"))))
        for parser in (FEED_PARSER, PAGE_PARSER):
            kept_workers.start(parser)  # they load while this process makes the stack
        begun = stack.enter_context(started(project, server.url if server else "", direct=always))
        state = saved or State(datetime.now(UTC), edition.demo_start, begun.portal_url)
        run = LocalRun(begun, edition, state, workspace, logs, progress)
        if server is None:
            pace.play_to_the_end(run, progress)
        else:
            _serve(server, begun, progress)
            pace.keep_going(run, progress)
        return run.summary()


def _edition(
    sources: Path | None, saved: State | None, demo_port_shift: int
) -> AbstractContextManager[Edition]:
    if sources is not None:
        return nullcontext(FileEdition(sources))
    start = saved.demo_start if saved and saved.demo_start else datetime.now(UTC)
    return editions.demo(start, demo_port_shift)


def _serve(server: PortalServer, begun: StartedStack, progress: Progress) -> None:
    server.serve(Portal(begun.stack.clients.s3, begun.stack.buckets[SITE], begun.distribution))
    progress.note(f"The portal: {server.url} (its first pages come in a moment). Ctrl-C ends.")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m local.run", description="Run the portal on this machine."
    )
    parser.add_argument("--sources", type=Path, metavar="FILE", help="without it, the demo publishers")
    parser.add_argument("--out", type=Path, metavar="DIR", help="of site, articles, state and logs")
    parser.add_argument("--once", action="store_true", help="end when there is nothing left to do")
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT, metavar="N", help="of the portal")
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; a number from 1 to 65535 is allowed")
    return int(text)


def _end_on_signals(progress: Progress) -> None:
    """Let Ctrl-C and SIGTERM end the run: what is saved is always whole, so that any moment will do."""

    def end(*_: object) -> None:
        def end_now(*_: object) -> None:
            os._exit(INTERRUPTED)  # requests under way are not waited for a second time

        signal.signal(signal.SIGINT, end_now)
        progress.note("Ending. Ctrl-C again ends at once.")
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)


def _look_for_garbage_seldom() -> None:
    """Take what is loaded by now for what stays, and let more objects come together before one look.

    A run makes millions of objects, few of them in circles: to look for those frees next to nothing.
    """
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)


def _end(status: int) -> NoReturn:
    """End the process as it is: to take a run's objects apart one by one took a twentieth of its time."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    read_without_unused_services()
    _look_for_garbage_seldom()
    _end(main(sys.argv[1:]))
