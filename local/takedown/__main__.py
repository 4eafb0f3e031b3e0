"""``python -m local.takedown``, and ``make takedown`` and ``make restore``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.lambda_runtime import FunctionError
from local.mirror import MirrorError
from local.progress import Progress, own_stderr
from local.run import PROJECT, out_folder
from local.saved_state import StateError
from local.stack_outputs import NoSuchStack
from local.takedown import command
from local.takedown.after import after_restore, after_takedown
from local.takedown.command import Declined, Talk, Wanted
from local.takedown.deployed import distribution_of, stores_of
from local.takedown.folder import NotPublished, opened
from local.takedown.stores import Stores
from local.takedown.subject import NotAllowed, note_of
from local.takedown.taking import Overtaken
from local.template import TemplateError
from local.terminal import say, say_error
from local.workspace import NoRun

UNFINISHED = 1  # exit status: run the same command again
NOT_ALLOWED = 2  # exit status: nothing was done
_FAILURES = (
    FunctionError,
    MirrorError,
    NotPublished,
    Overtaken,
    StateError,
    TemplateError,
    BotoCoreError,
    ClientError,
    OSError,
)


def main(
    arguments: Sequence[str], project: Path = PROJECT, sleep: Callable[[float], None] = time.sleep
) -> int:
    """Take down, or restore, what the arguments name; return the exit status."""
    options = _options(arguments)
    try:
        wanted = _wanted(options)
        if options.stack:
            return _in_stack(options, wanted, sleep)
        return _in_folder(options, wanted, project)
    except (NotAllowed, Declined, NoRun, NoSuchStack) as error:
        say_error(str(error))
        return NOT_ALLOWED
    except _FAILURES as error:
        say_error(f"{error}; run the same command again: what is done is not done twice")
        return UNFINISHED


def _in_stack(options: argparse.Namespace, wanted: Wanted, sleep: Callable[[float], None]) -> int:
    stores, talk = stores_of(options.stack), _talk(options)
    if options.restore:
        after_restore(command.restore(stores, wanted, talk))
        return _status(stores, talk, done=True)
    stones = command.take_down(stores, wanted, talk)
    distribution = distribution_of(options.stack)
    done = after_takedown(stores, stones, wanted, talk, distribution, options.wait, sleep)
    return _status(stores, talk, done=done)


def _in_folder(options: argparse.Namespace, wanted: Wanted, project: Path) -> int:
    out, talk = options.out or out_folder(options.sources, project), _talk(options)
    with own_stderr() as errors, opened(out, project, Progress(errors)) as (stores, publish):
        if options.restore:
            after_restore(command.restore(stores, wanted, talk))
            publish()
            return _status(stores, talk, done=True)
        stones = command.take_down(stores, wanted, talk)
        publish()
        done = after_takedown(stores, stones, wanted, talk, None, 0, time.sleep)
    return _status(stores, talk, done=done)


def _status(stores: Stores, talk: Talk, *, done: bool) -> int:
    for one, reason in stores.unreadable.items():
        talk.say(f"article {one} was left out: its item cannot be read ({reason[:200]})")
    return 0 if done and not stores.unreadable else UNFINISHED


def _talk(options: argparse.Namespace) -> Talk:
    def agrees(question: str) -> bool:
        if options.yes or not sys.stdin.isatty():
            return True
        say(question)
        return sys.stdin.readline().strip().casefold() in ("y", "yes", "ya")

    return Talk(say, agrees)


def _wanted(options: argparse.Namespace) -> Wanted:
    named = {"URL": options.url, "SOURCE": options.source, "HOST": options.host}
    given = [name for name, value in named.items() if value]
    if len(given) != 1:
        said = "none of them is there" if not given else f"there are {' and '.join(given)}"
        raise NotAllowed(f"exactly one of URL, SOURCE and HOST is allowed; {said}")
    note = "" if options.restore else note_of(options.reason or "")
    return Wanted(options.url, options.source, options.host, note, options.purge)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m local.takedown",
        description="Take down an article, or all of a publisher that says stop; or restore it.",
    )
    parser.add_argument(
        "--url", metavar="URL", help="of the article, at its publisher's or on the portal; or its id"
    )
    parser.add_argument("--source", metavar="ID", help="a source of sources.yaml that says stop")
    parser.add_argument("--host", metavar="HOST", help="a host that says stop, with all hosts below it")
    parser.add_argument("--reason", metavar="TEXT", help="who asked for it, and why; shown to nobody")
    parser.add_argument(
        "--purge", action="store_true", help="delete all versions of what is stored, for good"
    )
    parser.add_argument("--restore", action="store_true", help="undo it")
    parser.add_argument("--yes", action="store_true", help="do not ask before a source or a host goes")
    parser.add_argument("--wait", type=float, default=600, metavar="S", help="for the site, at most; 600")
    parser.add_argument("--out", type=Path, metavar="DIR", help="the OUT of make run")
    parser.add_argument("--sources", type=Path, metavar="FILE", help="the SOURCES of make run without OUT")
    parser.add_argument("--stack", metavar="NAME", help="a deployed stack in place of a folder")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
