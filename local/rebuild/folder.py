"""Rebuilding what ``make run`` has left in its folder OUT, in a stack whose site bucket is empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

from local.function_logs import FunctionLogs
from local.lambda_runtime import LambdaRuntime
from local.local_run import ARTICLES, StartedStack, started
from local.progress import Progress
from local.rebuild.replay import Rebuilt, rebuild
from local.run_clock import RunClock
from local.saved_state import State
from local.stack_contents import StackContents
from local.workspace import SITE, Workspace


def rebuild_folder(out: Path, project: Path, progress: Progress) -> Rebuilt:
    """Replace the site in ``out`` by one made anew of its articles; nothing is written where that fails.

    Raise ``NoRun`` where there was no run, ``StateError`` where one is at work.
    """
    workspace = Workspace(out, progress)
    with ExitStack() as stack:
        saved = stack.enter_context(workspace.claimed_run())
        logs = workspace.function_logs(stack)
        stack.enter_context(redirect_stdout(logs))
        begun = stack.enter_context(started(project, saved.portal_url))
        return _rebuilt(saved, begun, workspace, logs)


def _rebuilt(saved: State, begun: StartedStack, workspace: Workspace, logs: FunctionLogs) -> Rebuilt:
    contents = StackContents(begun.stack)
    contents.restore_objects(saved, workspace.body, but={SITE})
    contents.restore_items(saved.tables)
    clock = RunClock(None if saved.demo_start is None else saved.clock)
    runtime = LambdaRuntime(begun.wiring.functions, clock, (), logs, lambda *_: None)
    (function,) = {one.function for one in begun.wiring.streams if one.table == ARTICLES}

    def invoke(event: Mapping[str, Any]) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = runtime.invoke(function, event)
        return answer

    rebuilt = rebuild(_items(begun), invoke)
    contents.take_changes(workspace.keep)
    workspace.save(replace(saved, tables=contents.items(), objects=contents.objects))
    return rebuilt


def _items(begun: StartedStack) -> Iterator[Mapping[str, Any]]:
    table = begun.stack.tables[ARTICLES]
    pages = begun.stack.clients.dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return (item for page in pages for item in page["Items"])
