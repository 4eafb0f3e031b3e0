"""``python -m local.verify``, and ``make verify``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.run import out_folder
from local.saved_state import StateError
from local.stack_outputs import NoSuchStack
from local.terminal import say, say_error, shown_line
from local.verify.deployed import Deployed
from local.verify.folder import Folder, NothingStored
from local.verify.verification import Stored, Verification

BROKEN = 1  # exit status: a promise is not kept
NOTHING = 2  # exit status: nothing could be checked


def main(arguments: Sequence[str]) -> int:
    """Check what the arguments name; print a line per check, then what is broken; return the status."""
    options = _options(arguments)
    verification = Verification()
    try:
        verification.run(_stored(options))
    except (NothingStored, NoSuchStack, StateError, BotoCoreError, ClientError) as error:
        say_error(str(error))
        return NOTHING
    if not any(check.checked for check in verification.checks):
        say_error("There is no article yet.")
        return NOTHING
    for check in verification.checks:
        say(check.line())
    faults = [(check.name, fault) for check in verification.checks for fault in check.faults]
    for name, fault in faults:
        say_error(f"! {name}: {shown_line(fault.file)}: {shown_line(fault.what)}")
    return BROKEN if faults else 0


def _stored(options: argparse.Namespace) -> Stored:
    if options.stack:
        return Deployed(options.stack)
    return Folder(options.out or out_folder(options.sources))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m local.verify", description="Check the stored articles and the pages made of them."
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="the OUT of make run")
    parser.add_argument("--sources", type=Path, metavar="FILE", help="the SOURCES of make run without OUT")
    parser.add_argument("--stack", metavar="NAME", help="a deployed stack in place of a folder")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
