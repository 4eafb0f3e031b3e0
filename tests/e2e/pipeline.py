"""The whole pipeline in this process, on feeds of a test's own: real template, real handlers."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from local.direct.clients import always
from local.function_logs import FunctionLogs
from local.local_run import LocalRun, StartedStack, started
from local.progress import Progress
from local.saved_state import State
from local.workspace import Workspace
from newswire.article_item import ArticleItem
from newswire.article_table import ArticleTable
from newswire.tables import Table

PROJECT = Path(__file__).resolve().parents[2]


class OwnEdition:
    """Sources of a test on its loopback web server, under a clock that the run moves."""

    demo_end: None = None

    def __init__(self, sources_yaml: str, loopback: Sequence[str], start: datetime) -> None:
        self._sources_yaml = sources_yaml
        self.loopback_allowed = tuple(loopback)
        self.demo_start: datetime | None = start

    def own_files(self) -> dict[str, bytes]:
        return {}

    def sources_yaml(self) -> str:
        """Return the sources."""
        return self._sources_yaml

    def at(self, moment: datetime) -> None:
        """Nothing: the web server is told by the test."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A started run and where its files go."""

    out: Path
    run: LocalRun
    begun: StartedStack

    def round(self) -> None:
        """Fire every schedule and work until nothing is left; what is postponed comes when it is due."""
        self.run.round(self.run.schedules, self.run.clock.advance_to)

    def articles(self) -> dict[str, ArticleItem]:
        """Return the live articles by id, as the table has them."""
        clients, tables = self.begun.stack.clients, self.begun.stack.tables
        table = ArticleTable(Table(clients.dynamodb, tables["ArticleTable"]))
        ids = table.newest("by-portal", "all", 100)
        return {one: item for one, item in table.get_many(ids).items() if isinstance(item, ArticleItem)}

    def feed_states(self) -> dict[str, dict[str, Any]]:
        """Return the items of all feeds by their configured URL."""
        clients, tables = self.begun.stack.clients, self.begun.stack.tables
        table = Table(clients.dynamodb, tables["FeedTable"])
        items = clients.dynamodb.scan(TableName=tables["FeedTable"])["Items"]
        plain = [table.plain(item) for item in items]
        return {str(item["pk"]).split(" ", 1)[1]: item for item in plain if item["pk"].startswith("feed#")}


@contextlib.contextmanager
def pipeline(out: Path, edition: OwnEdition) -> Iterator[Pipeline]:
    """Start the stack of the real template for this edition."""
    progress = Progress(sys.stderr)
    workspace = Workspace(out, progress)
    with contextlib.ExitStack() as stack:
        stack.enter_context(workspace.claimed())
        begun = stack.enter_context(started(PROJECT, "https://portal.example", direct=always))
        logs = FunctionLogs(lambda name: stack.enter_context(workspace.open_log(name)), lambda *_: None)
        stack.enter_context(contextlib.redirect_stdout(logs))
        start = edition.demo_start
        if start is None:
            raise TypeError("an edition of a test has a clock of its own")
        run = LocalRun(begun, edition, State(start, start, begun.portal_url), workspace, logs, progress)
        yield Pipeline(out, run, begun)
