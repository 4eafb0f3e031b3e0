"""Invocations of the fetch stage, as ``functions.fetch.wiring`` assembles it, on doubles in memory."""

from __future__ import annotations

import heapq
import io
import json
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, cast
from unittest import mock

from functions.fetch.due_feeds import CatalogueFeeds
from functions.fetch.invocation import Invocation
from functions.fetch.totals import Totals
from functions.fetch.wiring import TIME_TO_FINISH, Fetch, Resources, assemble
from newswire.clock import instant
from newswire.observability import Logger
from newswire.queue import Outgoing
from newswire.tables import ConditionFailed, Table
from tests.support.fetch_doubles import Interference, InvocationTable, Killed, Life, ListedQueue, NoBucket
from tests.support.memory_table import MemoryTable, NoArticles
from tests.support.simulated_client import SimulatedClient
from tests.support.simulated_feeds import catalogue_of
from tests.support.simulated_web import Channel, FakeWorker, SimulatedWeb

TIMEOUT = timedelta(minutes=5)
_assembling = threading.Lock()


@dataclass(slots=True)
class Run:
    """One invocation: when and for what, what it counted and called, how long its shard had waited."""

    moment: int
    kind: str
    totals: Totals = field(default_factory=Totals)
    calls: Counter[str] = field(default_factory=Counter)
    keys_read: int = 0
    read_early: int = 0
    waited: float = 0.0
    ended: float = 0.0
    killed: bool = False


class Invocations:
    """The stack and the web, and what came of all invocations.

    ``sent`` counts messages by feed, link and title; ``due`` has what each feed's state said when it was
    written, ``backoffs`` the same of domains: the moment, and until when not to ask. After ``most_requests``
    an invocation has time to finish what it has begun.
    """

    def __init__(self, channels: Sequence[Channel], lag: timedelta, send: Callable[[str], None]) -> None:
        self.web = SimulatedWeb.of(channels)
        self.table = MemoryTable(lag=lag)
        self.bucket = NoBucket()
        self.articles = NoArticles("articles")
        self.logger = Logger(service=f"day-{id(self)}", stream=io.StringIO(), level="ERROR")
        self.runs: list[Run] = []
        self.sent: Counter[tuple[str, str, str]] = Counter()
        self.buried: list[Outgoing] = []
        self.due: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        self.backoffs: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        self.most_requests: int | None = None
        self._send = send
        self._catalogue = catalogue_of(channels)
        self._feeds = CatalogueFeeds.of(self._catalogue)
        self._worker = FakeWorker(self.web.channels)
        self._releases: list[tuple[float, int, tuple[Mapping[str, Any], str, Mapping[str, Any]]]] = []
        self._order = count()

    def invoke(
        self,
        moment: int,
        kind: str,
        work: Callable[[Fetch], Any],
        other: Interference | None = None,
        dies_at: int | None = None,
    ) -> Run:
        """Do ``work`` with the stage as it is at this moment."""
        self._give_back(moment)
        self.table.now = now = datetime.fromtimestamp(moment, UTC)
        run, life = Run(moment, kind), Life(other, dies_at)
        self.runs.append(run)
        client = SimulatedClient(self.web, moment, life.called)
        table = InvocationTable(self.table, life.called, lambda item: self._note(moment, item))
        before, keys_before = self.table.calls.copy(), self.table.keys_read
        early_before = self.table.read_early

        def time_left() -> timedelta:
            over = self.most_requests is not None and client.asked >= self.most_requests
            return TIME_TO_FINISH if over else TIMEOUT

        invocation = Invocation(f"run-{len(self.runs)}", lambda: now, time_left, self.logger)
        fetch = self._assembled(table, client, life, invocation)
        try:
            work(fetch)
        except Killed:
            run.killed = True
        run.totals = fetch.totals
        run.calls, run.keys_read = self.table.calls - before, self.table.keys_read - keys_before
        run.read_early = self.table.read_early - early_before
        run.ended = moment + 1 + client.elapsed
        for release in table.released:
            heapq.heappush(self._releases, (run.ended, next(self._order), release))
        return run

    def _assembled(self, table: Table, client: SimulatedClient, life: Life, invocation: Invocation) -> Fetch:
        def entry(message: Outgoing) -> None:
            life.called()
            said = json.loads(message.body)
            self.sent[said["feed"], said["url"], said["hint"]["title"]] += 1

        resources = Resources(
            feed_table=table,
            article_table=self.articles,
            bucket=self.bucket,
            article_queue=ListedQueue(entry),
            fetch_queue=ListedQueue(lambda message: self._send(message.body)),
            dead_letters=ListedQueue(self.buried.append),
        )
        # The same catalogue gives the same feeds; to index it anew 2,400 times takes minutes.
        with _assembling, mock.patch.object(CatalogueFeeds, "of", return_value=self._feeds):
            return assemble(resources, invocation, self._catalogue, client, cast("Any", self._worker))

    def _note(self, moment: int, item: Mapping[str, Any]) -> None:
        kind, _, name = item["pk"].partition("#")
        if kind == "feed":
            self.due[name].append((moment, item["next_due"]))
        elif kind == "domain":
            self.backoffs[name].append((moment, item["ends"]))

    def _give_back(self, moment: int) -> None:
        """Give back the leases of invocations that have ended, as of then."""
        while self._releases and self._releases[0][0] <= moment:
            ended, _, (item, condition, values) = heapq.heappop(self._releases)
            free = {**item, "left": instant(datetime.fromtimestamp(ended, UTC))}
            try:
                self.table.put_where(free, condition, values)
            except ConditionFailed:
                continue  # it ended before, and somebody else holds it
