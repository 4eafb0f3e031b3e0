"""The command line: ``validate``, ``import``, ``export``, ``test`` and ``put`` of a ``sources.yaml``."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from functions.publish import opml
from local.progress import plural
from local.sources import deployed, importing, sources_text, trial_subject
from local.sources.findings import findings
from local.sources.sources_text import Refused, SourcesText
from local.terminal import say, say_error
from newswire.address_guard import AddressGuard
from newswire.clock import Clock
from newswire.settings import Environment

FAILED = 1  # exit status: something answered otherwise than wanted; the output says what to do
REFUSED = 2  # exit status: what was given cannot be used
DEFAULT_FILE = Path("sources.yaml")
_EXAMPLES = """\
examples:
  make sources ARGS="validate"                          is sources.yaml valid, and is it meant so?
  make sources ARGS="test antara"                       ask one source now, and read its first article
  make sources ARGS="test https://kabar.example/rss"    the same for an address that is not in the file
  make sources ARGS="import feeds.opml --into sources.yaml"
  make sources ARGS="export" > feeds.opml
  make sources ARGS="put --stack newswire"              replace the file of the deployed stack

exit status: 0 done, 1 something failed, 2 an argument or file cannot be used.
"""


def main(arguments: Sequence[str], sleep: Callable[[float], None] = time.sleep) -> int:
    """Do what the arguments say; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options, sleep))
    except Refused as error:
        _tell([str(error)])
        return REFUSED
    except deployed.NotPut as error:
        _tell([str(error)])
        return FAILED
    except KeyboardInterrupt:
        return 130  # as shells have it


def _validate(options: argparse.Namespace, _: object) -> int:
    file = _checked(options.file)
    say(f"{file.path}: valid, {_counts(file)}")
    return 0


def _checked(path: Path) -> SourcesText:
    """Return a file of which everything is valid, after telling what is likely not meant so."""
    file = sources_text.read(path)
    file.own_files()
    _tell(f"{file.path}: {finding}" for finding in findings(file.catalogue))
    return file


def _counts(file: SourcesText) -> str:
    sources = file.catalogue.sources
    disabled = sum(not source.enabled for source in sources)
    feeds = sum(len(source.feeds) for source in sources)
    categories = plural(len(file.catalogue.categories), "category", "categories")
    pages = f", {plural(len(file.catalogue.own.pages), 'page')}" if file.catalogue.own.pages else ""
    off = f" ({disabled} of them not enabled)" if disabled else ""
    return f"{plural(len(sources), 'source')}{off}, {plural(feeds, 'feed')}, {categories}{pages}"


def _import(options: argparse.Namespace, _: object) -> int:
    file = sources_text.read(options.into) if options.into else None
    document = importing.read_opml(options.opml)
    imported = importing.into(file, document) if file else importing.as_new_file(document)
    _tell(f"{options.opml}: {note}" for note in imported.notes)
    if file is None:
        _print_exactly(imported.text.encode("utf-8"))
    elif not imported.added.is_empty:
        sources_text.write(file.path, imported.text)
    added = imported.added
    feeds = sum(len(one.feeds) for one in added.sources) + sum(map(len, added.feeds.values()))
    joined = f", {plural(len(added.feeds), 'source')} with further feeds" if added.feeds else ""
    where = f"{file.path}: " if file else ""
    _tell([f"{where}{plural(feeds, 'feed')} added: {plural(len(added.sources), 'new source')}{joined}"])
    return 0


def _export(options: argparse.Namespace, _: object) -> int:
    file = sources_text.read(options.file)
    _print_exactly(opml.document(file.catalogue, Clock().now()))
    return 0


def _test(options: argparse.Namespace, sleep: Callable[[float], None]) -> int:
    from local.sources.asking import Asking  # the stages and their parsers take a second to import
    from local.sources.trial import Trial

    subject = trial_subject.find(sources_text.read(options.sources), options.wanted)
    environment = Environment(os.environ)
    guard = AddressGuard(environment.pairs("LOOPBACK_ALLOWED"), environment.ports("PORTS_ALLOWED"))
    try:
        asking = Asking(subject.catalogue, guard, Clock().now, sys.stderr, sleep)
    except OSError as error:
        raise Refused(f"SSL_CERT_FILE is {environment.optional('SSL_CERT_FILE')!r}: {error}") from None
    with asking:
        trial = Trial(subject, asking, say, sleep)
        return 0 if trial.run() else FAILED


def _put(options: argparse.Namespace, _: object) -> int:
    file = _checked(options.file)
    done = deployed.put(file, options.bucket or deployed.bucket_of(options.stack))
    for change in done.changes:
        say(str(change))
    say(f"{done.address}: {'put' if done.changes else 'has this file already'}, {_counts(file)}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local.sources",
        description="Work on sources.yaml.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    validate = commands.add_parser("validate", help="check a file, and say what is likely not meant so")
    imported = commands.add_parser("import", help="make sources of an OPML file's feeds")
    export = commands.add_parser("export", help="print the enabled sources as OPML 2.0")
    test = commands.add_parser("test", help="ask a source or address now and read its first article")
    put = commands.add_parser("put", help="put a file into the bucket of a deployed stack")
    for command, run in ((validate, _validate), (export, _export), (put, _put)):
        command.add_argument("file", nargs="?", type=Path, default=DEFAULT_FILE, metavar="FILE")
        command.set_defaults(run=run)
    imported.add_argument("opml", type=Path, metavar="OPML")
    imported.add_argument("--into", type=Path, metavar="FILE", help="add to this file; without it, print one")
    imported.set_defaults(run=_import)
    test.add_argument("wanted", metavar="ID|URL", help="of a source in the file, or any feed or page")
    test.add_argument("--sources", type=Path, default=DEFAULT_FILE, metavar="FILE")
    test.set_defaults(run=_test)
    _add_where(put)
    return parser


def _add_where(put: argparse.ArgumentParser) -> None:
    where = put.add_mutually_exclusive_group(required=True)
    where.add_argument("--stack", metavar="NAME", help="the stack's name, as in samconfig.toml")
    where.add_argument("--bucket", metavar="NAME", help="its ArticleBucketName, where it is known")


def _print_exactly(body: bytes) -> None:
    """Print a file's bytes: it is UTF-8 whatever the terminal is."""
    sys.stdout.buffer.write(body)
    sys.stdout.flush()


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        say_error(line)
