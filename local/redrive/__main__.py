"""``python -m local.redrive``, and ``make redrive``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.lambda_runtime import FunctionError
from local.mirror import MirrorError
from local.progress import Progress, own_stderr
from local.rebuild.replay import RebuildFailed
from local.redrive.deployed import dead_letter_queues
from local.redrive.folder import FolderRedrive
from local.redrive.letters import QUEUES, QueueName, Wishes
from local.redrive.passing import Pass
from local.redrive.tally import Tally
from local.run import PROJECT, out_folder
from local.saved_state import StateError
from local.stack_outputs import NoSuchStack
from local.template import TemplateError
from local.terminal import say, say_json
from local.workspace import NoRun
from newswire import aws
from newswire.clock import instant

LEFT = 1  # exit status: something is left, or AWS did not answer
WRONG = 2  # exit status: wrong arguments, or nothing to redrive there


def main(arguments: Sequence[str], project: Path = PROJECT) -> int:
    """Redrive what the arguments name; print what stays and, last, the counts; return the exit status."""
    options = _options(arguments)
    tally = Tally(say, dry=options.dry)
    with own_stderr() as errors:
        progress = Progress(errors)
        try:
            _redrive(options, project, progress, tally)
        except (NoRun, NoSuchStack) as error:
            progress.note(str(error))
            return WRONG
        except (
            BotoCoreError,
            ClientError,
            FunctionError,
            MirrorError,
            RebuildFailed,
            StateError,
            TemplateError,
        ) as error:
            progress.note(str(error))
            say_json(tally.summary())
            return LEFT
    say_json(tally.summary())
    return 0 if tally.is_clear else LEFT


def _redrive(options: argparse.Namespace, project: Path, progress: Progress, tally: Tally) -> None:
    wishes = Wishes(options.reason, force=options.force, delete=options.delete)
    wanted: tuple[QueueName, ...] = (options.queue,) if options.queue else QUEUES
    if not options.stack:
        out = options.out or out_folder(options.sources, project)
        FolderRedrive(out, project, progress, wanted, wishes, tally, options.max).run()
        return
    now, sqs = instant(datetime.now(UTC)), aws.sqs_client()
    queues = dead_letter_queues(options.stack, sqs, now)
    room = options.max
    for name in wanted:
        dealt = Pass(sqs, queues[name], wishes, tally, now, room, tally.dry).run()
        room = None if room is None else room - dealt


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m local.redrive", description="Try again what the pipeline gave up."
    )
    parser.add_argument("--queue", choices=QUEUES, help="one queue in place of all")
    parser.add_argument("--stack", metavar="NAME", help="a deployed stack in place of a folder")
    parser.add_argument("--out", type=Path, metavar="DIR", help="the OUT of make run")
    parser.add_argument("--sources", type=Path, metavar="FILE", help="the SOURCES of make run without OUT")
    parser.add_argument("--reason", default="", metavar="WORDS", help="only letters of such a reason")
    parser.add_argument("--max", type=_number, metavar="N", help="how many letters to deal with at most")
    parser.add_argument("--dry", action="store_true", help="only say what would be done")
    helpless = parser.add_mutually_exclusive_group()
    helpless.add_argument("--force", action="store_true", help="send what nobody could read, too")
    helpless.add_argument("--delete", action="store_true", help="delete what no redrive can help")
    return parser.parse_args(arguments)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no number; a number from 1 up is allowed")
    return int(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
