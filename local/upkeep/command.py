"""What the commands have in common: where they work, what they print, their exit status."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.lambda_runtime import FunctionError
from local.mirror import MirrorError
from local.progress import Progress
from local.rebuild.folder import rebuild_folder
from local.rebuild.replay import RebuildFailed
from local.run import out_folder
from local.saved_state import StateError
from local.stack_outputs import NoSuchStack
from local.template import TemplateError
from local.terminal import say, shown_line
from local.upkeep.items import FAILED, Upkeep
from local.upkeep.place import Place, deployed, in_folder
from local.workspace import NoRun
from newswire.tables import Throttled

LEFT = 1  # exit status: something could not be done; begin again
NOTHING = 2  # exit status: there is nothing to work on

_FAILURES = (
    BotoCoreError,
    ClientError,
    FunctionError,
    MirrorError,
    RebuildFailed,
    StateError,
    TemplateError,
    Throttled,
)

Work = Callable[[Place, Upkeep], None]


def parser(name: str, description: str) -> argparse.ArgumentParser:
    """Return a parser of what says where to work."""
    options = argparse.ArgumentParser(prog=f"python -m local.{name}", description=description)
    options.add_argument("--out", type=Path, metavar="DIR", help="the OUT of make run")
    options.add_argument("--sources", type=Path, metavar="FILE", help="the SOURCES of make run without OUT")
    options.add_argument("--stack", metavar="NAME", help="a deployed stack in place of a folder")
    options.add_argument("--dry", action="store_true", help="tell what would be written, and write nothing")
    return options


def run(
    options: argparse.Namespace, project: Path, work: Work, order: Sequence[str], bad: Sequence[str]
) -> int:
    """Do the work, print the counts in this ``order``, return the exit status; ``bad`` ones are failures.

    A deployed stack's publish follows by the table's stream; the site of a folder is made anew.
    """
    progress = Progress(sys.stderr)
    upkeep = Upkeep(
        lambda line: progress.note(shown_line(line)), dry=options.dry, failures=frozenset({*bad, FAILED})
    )
    try:
        if options.stack:
            work(deployed(options.stack), upkeep)
        else:
            _in_folder(options, project, progress, work, upkeep)
    except (NoRun, NoSuchStack) as error:
        progress.note(str(error))
        return NOTHING
    except _FAILURES as error:
        progress.note(f"{error}; what is written stays so: begin again")
        return LEFT
    for line in upkeep.lines((*order, FAILED)):
        say(line)
    if options.dry:
        say("nothing was written")
    return LEFT if any(upkeep.counts[what] for what in upkeep.failures) else 0


def _in_folder(
    options: argparse.Namespace, project: Path, progress: Progress, work: Work, upkeep: Upkeep
) -> None:
    out = options.out or out_folder(options.sources, project)
    with in_folder(out, project, progress) as place:
        work(place, upkeep)
    if upkeep.changed and not options.dry:
        rebuild_folder(out, project, progress)
