"""``python -m local.trace``, and ``make trace``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.run import out_folder
from local.saved_state import StateError
from local.stack_outputs import NoSuchStack
from local.terminal import say, say_error, say_json, shown_line
from local.trace.articles import article_facts, find, unknown_facts
from local.trace.deployed import DeployedStore
from local.trace.feeds import feed_facts
from local.trace.folder import FolderStore
from local.trace.logs import insights_query, told_lines
from local.trace.naming import named
from local.trace.store import Facts, NothingThere, NotTraceable, Store, Unreadable
from local.trace.telling import lines_of
from newswire.article_item import ArticleItem
from newswire.sources_file import SourcesError

UNKNOWN = 1  # exit status: nothing is known of it
WRONG = 2  # exit status: wrong arguments, or nothing to ask
_BEFORE = timedelta(days=1)  # how long before an article was first seen its logs are looked through
_RECENT = timedelta(days=7)
_BEGINNING = 200  # characters of a dead letter that are told


def main(arguments: Sequence[str]) -> int:
    """Tell what is known of an article or a feed; return the exit status."""
    options = _options(arguments)
    try:
        store = _store(options)
        facts, is_known = _feed(store, options) if options.feed else _article(store, options)
    except (NothingThere, NoSuchStack, NotTraceable, SourcesError, StateError) as error:
        say_error(str(error))
        return WRONG
    except (Unreadable, BotoCoreError, ClientError) as error:
        say_error(str(error))
        return UNKNOWN
    with _last_words():
        if options.json:
            say_json(facts, indent=2)
        else:
            say("\n".join(map(_indented, lines_of(facts))))
    return 0 if is_known else UNKNOWN


@contextmanager
def _last_words() -> Iterator[None]:
    """Print nothing more, at the interpreter's end either, to a reader that has gone (``| head``)."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _store(options: argparse.Namespace) -> Store:
    if options.stack:
        return DeployedStore(options.stack)
    return FolderStore(options.out or out_folder(options.sources))


def _article(store: Store, options: argparse.Namespace) -> tuple[Facts, bool]:
    asked = named(options.url or options.id)
    found = find(store, asked)
    if found is None:
        facts, words = unknown_facts(store, asked), list(asked.ids)
    else:
        record, how = found
        facts, words = article_facts(store, asked, record, how), [record.id, *asked.ids]
        if isinstance(record, ArticleItem):
            words += record.aliases
    words = list(dict.fromkeys(words))
    if options.dlq:
        facts["dead letters"] = _letters(store, words)
    since = store.now - _RECENT
    if found and isinstance(found[0], ArticleItem):
        since = datetime.fromisoformat(found[0].first_seen) - _BEFORE
    return facts | _logs(store, options, words, since), found is not None


def _feed(store: Store, options: argparse.Namespace) -> tuple[Facts, bool]:
    facts = feed_facts(store, options.feed) or {}
    words = [one["feed"] for one in facts["feeds"]]
    return facts | _logs(store, options, words, store.now - _RECENT), "state" not in facts


def _letters(store: Store, ids: Sequence[str]) -> list[Facts]:
    return [
        {"queue": one.queue, "reason": one.reason, "begins": one.body[:_BEGINNING]}
        for one in store.letters()
        if any(article_id in one.body for article_id in ids)
    ]


def _logs(store: Store, options: argparse.Namespace, words: Sequence[str], since: datetime) -> Facts:
    facts: Facts = {
        "logs": {
            "groups": list(store.log_groups) or "log/ of the run's folder",
            "since": since.isoformat(),
            "query": insights_query(words),
        }
    }
    if options.logs or not store.log_groups:
        facts["logs"]["lines"] = told_lines(store.log_lines(words, since), words)
    return facts


def _indented(line: str) -> str:
    """Return a line on one line, whatever is in it, with the spaces that it begins with."""
    return " " * (len(line) - len(line.lstrip(" "))) + shown_line(line)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m local.trace", description="Tell everything that is known of an article or a feed."
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--url", metavar="URL", help="an article's address, there or on the portal")
    what.add_argument("--id", metavar="ID", help="an article's id")
    what.add_argument("--feed", metavar="FEED", help="a source's id, or a feed's address")
    parser.add_argument("--stack", metavar="NAME", help="a deployed stack in place of a folder")
    parser.add_argument("--out", type=Path, metavar="DIR", help="the OUT of make run")
    parser.add_argument("--sources", type=Path, metavar="FILE", help="the SOURCES of make run without OUT")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--dlq", action="store_true", help="look into the dead-letter queue, too")
    parser.add_argument("--logs", action="store_true", help="of a stack, look through its logs, too")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
