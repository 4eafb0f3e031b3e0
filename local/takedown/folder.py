"""What ``make run`` has left in its folder OUT: put into a stack, changed there, published, and saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from local.lambda_runtime import LambdaRuntime
from local.local_run import ARTICLES, started
from local.progress import Progress
from local.run_clock import RunClock
from local.stack import Stack
from local.stack_contents import StackContents
from local.takedown.stores import Stores, raw_items, scanned
from local.workspace import ARCHIVE, SITE, Workspace
from newswire import catalogue
from newswire.article_table import ArticleTable
from newswire.bucket import Bucket
from newswire.tables import Table

CHUNK = 500  # records an invocation, as the stream's batches
Invoke = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class NotPublished(Exception):
    """The site could not be brought up to date; the message says where to look. Nothing was saved."""


@contextmanager
def opened(out: Path, project: Path, progress: Progress) -> Iterator[tuple[Stores, Callable[[], None]]]:
    """Yield the stores of a run, and what publishes their changes; all is saved at the end of the block.

    Raise ``NoRun`` where there was no run, ``StateError`` where one is at work.
    """
    workspace = Workspace(out, progress)
    with ExitStack() as stack:
        saved = stack.enter_context(workspace.claimed_run())
        logs = workspace.function_logs(stack)
        begun = stack.enter_context(started(project, saved.portal_url))
        contents = StackContents(begun.stack)
        contents.restore_objects(saved, workspace.body, but=set())
        contents.restore_items(saved.tables)
        clock = RunClock(None if saved.demo_start is None else saved.clock)
        runtime = LambdaRuntime(begun.wiring.functions, clock, (), logs, lambda *_: None)
        (function,) = {one.function for one in begun.wiring.streams if one.table == ARTICLES}
        before = raw_items(begun.stack.clients.dynamodb, begun.stack.tables[ARTICLES])

        def publish() -> None:
            with redirect_stdout(logs):
                _publish(before, begun.stack, partial(runtime.invoke, function))

        yield stores_in(begun.stack, saved.portal_url, clock), publish
        contents.take_changes(workspace.keep)
        workspace.save(replace(saved, tables=contents.items(), objects=contents.objects))


def stores_in(stack: Stack, portal_url: str, clock: RunClock) -> Stores:
    """Return the stores of a stack in moto, for a portal at that address."""
    clients, table = stack.clients, stack.tables[ARTICLES]
    archive = Bucket(clients.s3, stack.buckets[ARCHIVE])
    unreadable: dict[str, str] = {}
    return Stores(
        articles=ArticleTable(Table(clients.dynamodb, table)),
        archive=archive,
        site=Bucket(clients.s3, stack.buckets[SITE]),
        catalogue=catalogue.load(archive, portal_url),
        portal_url=portal_url,
        records=partial(scanned, clients.dynamodb, table, unreadable),
        now=clock.now,
        unreadable=unreadable,
    )


def _publish(before: Mapping[str, Mapping[str, Any]], stack: Stack, invoke: Invoke) -> None:
    """Tell publish of every article that has changed, as the table's stream would, and refresh."""
    after = raw_items(stack.clients.dynamodb, stack.tables[ARTICLES])
    changed = [
        pk
        for pk in sorted(before.keys() | after.keys())
        if pk.startswith("article#") and before.get(pk) != after.get(pk)
    ]
    records = [_record(number, before.get(pk), after.get(pk)) for number, pk in enumerate(changed)]
    for start in range(0, len(records), CHUNK):
        answer = invoke({"Records": records[start : start + CHUNK]})
        if answer["batchItemFailures"]:
            raise NotPublished("some of the site could not be written; log/PublishFunction.log says why")
    invoke({"trigger": "schedule", "task": "refresh"})


def _record(number: int, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> dict[str, Any]:
    images = {"OldImage": old, "NewImage": new}
    said = {name: image for name, image in images.items() if image is not None}
    return {"eventName": "MODIFY", "dynamodb": {"SequenceNumber": f"{number:06}", **said}}
