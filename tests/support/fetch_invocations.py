"""Invocations of the fetch stage, as ``functions.fetch.wiring`` assembles it, on doubles in memory."""

from __future__ import annotations

import heapq
import io
import json
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, cast
from unittest import mock

from functions.fetch.due_feeds import CatalogueFeeds
from functions.fetch.invocation import Invocation
from functions.fetch.totals import Totals
from functions.fetch.wiring import Fetch, Resources, assemble
from newswire.bucket import Bucket
from newswire.observability import Logger
from newswire.queue import Outgoing, Queue, Refusal
from newswire.tables import ConditionFailed, Table
from tests.support.memory_table import MemoryTable, NoArticles
from tests.support.simulated_feeds import catalogue_of
from tests.support.simulated_web import Channel, FakeWorker, SimulatedClient, SimulatedWeb

TIMEOUT = timedelta(minutes=5)
_assembling = threading.Lock()


class Killed(BaseException):
    """The invocation ends here and now, as when the machine below it goes away."""


@dataclass(slots=True)
class Interference:
    """Something that comes in the way of an invocation at one of its calls, once."""

    at_call: int
    happen: Callable[[], None]
    calls: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def called(self) -> None:
        """Count a call, and happen if it is the one."""
        with self.lock:
            self.calls += 1
            now = self.calls == self.at_call
        if now:
            self.happen()

    def come(self) -> None:
        """Happen now if there were fewer calls."""
        if self.calls < self.at_call:
            self.happen()


@dataclass(slots=True)
class Run:
    """One invocation: when and for what, what it counted and called, how long its shard had waited."""

    moment: int
    kind: str
    totals: Totals = field(default_factory=Totals)
    calls: Counter[str] = field(default_factory=Counter)
    keys_read: int = 0
    waited: float = 0.0
    ended: float = 0.0
    killed: bool = False


Saved = Callable[[Mapping[str, Any]], None]


class _Queue(Queue):
    """A queue that hands every message on."""

    def __init__(self, take: Callable[[Outgoing], None]) -> None:
        self._take = take

    def send(self, messages: Sequence[Outgoing]) -> list[Refusal]:
        """Accept all."""
        for message in messages:
            self._take(message)
        return []


class _Bucket(Bucket):
    """A bucket that counts who asks it."""

    def __init__(self) -> None:
        self.calls = 0

    def get(self, key: str) -> None:
        """Have nothing."""
        self.calls += bool(key)


class _Table(Table):
    """FeedTable for one invocation: ``before`` is told of each call; leases end when the invocation does."""

    def __init__(self, table: MemoryTable, before: Callable[[str], None], saved: Saved) -> None:
        self._table = table
        self._before = before
        self._saved = saved
        self.released: list[tuple[str, str, Mapping[str, Any]]] = []

    def get_many(self, pks: Iterable[str]) -> dict[str, dict[str, Any]]:
        self._before("get")
        return self._table.get_many(pks)

    def put(self, item: Mapping[str, Any], *, expected_version: int | None) -> None:
        self._before("save")
        self._table.put(item, expected_version=expected_version)
        self._saved(item)

    def put_where(self, item: Mapping[str, Any], condition: str, values: Mapping[str, Any]) -> None:
        self._before("put")
        self._table.put_where(item, condition, values)
        self._saved(item)

    def delete(self, pk: str) -> None:
        self._before("delete")
        self._table.delete(pk)

    def delete_where(self, pk: str, condition: str, values: Mapping[str, Any]) -> None:
        self._before("delete")
        if pk.startswith("shard#"):
            self.released.append((pk, condition, values))
        else:
            self._table.delete_where(pk, condition, values)

    def query(self, *, page: int, **request: Any) -> Iterator[dict[str, Any]]:
        self._before("query")
        return self._table.query(page=page, **request)


class _Life:
    """What interferes with one invocation: another one at one of its calls, or its end at a save."""

    def __init__(self, other: Interference | None, dies_at: int | None) -> None:
        self._other = other
        self._dies_at = dies_at
        self._saves = 0
        self._lock = threading.Lock()
        self.dead = False

    def called(self, operation: str = "") -> None:
        """Let happen what comes at this call; raise :class:`Killed` at the last one and at all after it."""
        with self._lock:
            self._saves += operation == "save"
            self.dead = self.dead or (operation == "save" and self._saves == self._dies_at)
        if self.dead:
            raise Killed
        if self._other is not None:
            self._other.called()


class Invocations:
    """The stack and the web, and what came of all invocations.

    ``sent`` counts messages by feed, link and title; ``due`` has what each feed's state said when it was
    written, ``backoffs`` the same of domains: the moment, and until when not to ask. After ``most_requests``
    an invocation's time is over.
    """

    def __init__(self, channels: Sequence[Channel], lag: timedelta, send: Callable[[str], None]) -> None:
        self.web = SimulatedWeb.of(channels)
        self.table = MemoryTable(lag=lag)
        self.bucket = _Bucket()
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
        self._releases: list[tuple[float, int, tuple[str, str, Mapping[str, Any]]]] = []
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
        run, life = Run(moment, kind), _Life(other, dies_at)
        self.runs.append(run)
        client = SimulatedClient(self.web, moment, life.called)
        table = _Table(self.table, life.called, lambda item: self._note(moment, item))
        before, keys_before = self.table.calls.copy(), self.table.keys_read

        def time_left() -> timedelta:
            over = self.most_requests is not None and client.asked >= self.most_requests
            return timedelta(0) if over else TIMEOUT

        invocation = Invocation(f"run-{len(self.runs)}", lambda: now, time_left, self.logger)
        fetch = self._assembled(table, client, life, invocation)
        try:
            work(fetch)
        except Killed:
            run.killed = True
        run.totals = fetch.totals
        run.calls, run.keys_read = self.table.calls - before, self.table.keys_read - keys_before
        run.ended = moment + 1 + client.elapsed
        for release in table.released:
            heapq.heappush(self._releases, (run.ended, next(self._order), release))
        return run

    def _assembled(self, table: Table, client: SimulatedClient, life: _Life, invocation: Invocation) -> Fetch:
        def entry(message: Outgoing) -> None:
            life.called()
            said = json.loads(message.body)
            self.sent[said["feed"], said["url"], said["hint"]["title"]] += 1

        resources = Resources(
            feed_table=table,
            article_table=self.articles,
            bucket=self.bucket,
            article_queue=_Queue(entry),
            fetch_queue=_Queue(lambda message: self._send(message.body)),
            dead_letters=_Queue(self.buried.append),
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
        """Remove the leases of invocations that have ended."""
        while self._releases and self._releases[0][0] <= moment:
            _, _, release = heapq.heappop(self._releases)
            try:
                self.table.delete_where(*release)
            except ConditionFailed:
                continue  # it ended before, and somebody else holds it
