"""``python -m local.rebuild``, and ``make rebuild``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.lambda_runtime import FunctionError
from local.mirror import MirrorError
from local.progress import Progress, own_stderr
from local.rebuild.deployed import rebuild_stack
from local.rebuild.folder import rebuild_folder
from local.rebuild.replay import RebuildFailed
from local.run import PROJECT, out_folder
from local.saved_state import StateError
from local.stack_outputs import NoSuchStack
from local.template import TemplateError
from local.terminal import say
from local.workspace import NoRun

FAILED = 1  # exit status: not everything could be published
NOTHING = 2  # exit status: there is nothing to rebuild


def main(arguments: Sequence[str], project: Path = PROJECT) -> int:
    """Rebuild what the arguments name, print what was told to publish, and return the exit status."""
    options = _options(arguments)
    with own_stderr() as errors:
        progress = Progress(errors)
        try:
            if options.stack:
                rebuilt = rebuild_stack(options.stack)
            else:
                out = options.out or out_folder(options.sources, project)
                rebuilt = rebuild_folder(out, project, progress)
        except (NoRun, NoSuchStack) as error:
            progress.note(str(error))
            return NOTHING
        except (
            RebuildFailed,
            FunctionError,
            StateError,
            MirrorError,
            TemplateError,
            BotoCoreError,
            ClientError,
        ) as error:
            progress.note(str(error))
            return FAILED
    say(f"{rebuilt.articles} articles and {rebuilt.tombstones} that are gone: the site is what they say")
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m local.rebuild", description="Make the whole site anew from the stored articles."
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="the OUT of make run")
    parser.add_argument("--sources", type=Path, metavar="FILE", help="the SOURCES of make run without OUT")
    parser.add_argument("--stack", metavar="NAME", help="a deployed stack in place of a folder")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
