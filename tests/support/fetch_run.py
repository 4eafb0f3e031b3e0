"""Runs of the fetch stage on a stack in moto, with a loopback web server for the publishers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from functions.fetch.feed_state import FeedState
from functions.fetch.invocation import Invocation
from functions.fetch.totals import Totals
from functions.fetch.wiring import Fetch, Resources, assemble
from newswire.address_guard import AddressGuard
from newswire.bucket import Bucket
from newswire.feed_keys import feed_key
from newswire.http_client import HttpClient, user_agent
from newswire.observability import Logger
from newswire.queue import Queue
from newswire.shards import Shard
from newswire.sources import Source
from newswire.tables import Table
from newswire.worker import Worker
from tests.support.aws_stack import ARTICLE_BUCKET, ARTICLE_TABLE, FEED_TABLE, QueuedMessage, Stack
from tests.support.catalogues import catalogue, source
from tests.support.fake_sqs import FakeSqs
from tests.support.fetch_feeds import NOW
from tests.support.web_server import WebServer

HOSTS = tuple(f"{name}.localhost" for name in ("satu", "dua", "tiga", "empat", "lima"))


class InterruptedTable(Table):
    """A table in whose way something comes just before a feed's state is written."""

    def __init__(self, client: Any, name: str, before_save: Callable[[FeedState], None]) -> None:
        super().__init__(client, name)
        self._before_save = before_save

    def put(self, item: Mapping[str, Any], *, expected_version: int | None) -> None:
        """Let it happen, then write."""
        self._before_save(FeedState.from_item(item))
        super().put(item, expected_version=expected_version)


@dataclass(slots=True)
class FetchRuns:
    """A stack, a web and a parser; `poll` is one run of the fetch stage with one source of one feed."""

    stack: Stack
    web: WebServer
    worker: Worker
    sqs: FakeSqs | None = None
    loopback: frozenset[str] = frozenset()
    logs: io.StringIO = field(default_factory=io.StringIO)

    def poll(
        self,
        *sources: Source,
        after: timedelta = timedelta(0),
        before_save: Callable[[FeedState], None] | None = None,
        may_start: Callable[[], bool] = lambda: True,
    ) -> Totals:
        """Run once, ``after`` so much time since `NOW`; without ``sources`` the one of `source`."""
        fetch, client = self.assembled(sources, after, before_save, may_start)
        try:
            fetch.runs.scheduled()
        finally:
            client.close()
        return fetch.totals

    def poll_shard(self, shard: Shard, *sources: Source, after: timedelta = timedelta(0)) -> Totals:
        """Run once for a shard."""
        fetch, client = self.assembled(sources, after)
        try:
            fetch.runs.shard(shard)
        finally:
            client.close()
        return fetch.totals

    def assembled(
        self,
        sources: Sequence[Source],
        after: timedelta,
        before_save: Callable[[FeedState], None] | None = None,
        may_start: Callable[[], bool] = lambda: True,
    ) -> tuple[Fetch, HttpClient]:
        """Return the stage at `NOW` and ``after``, and the client to close."""
        agent = user_agent("https://portal.example")
        client = HttpClient(AddressGuard(self.loopback or self.web.loopback(*HOSTS)), agent)
        sqs = cast("Any", self.sqs or self.stack.sqs)
        resources = Resources(
            feed_table=InterruptedTable(self.stack.dynamodb, FEED_TABLE, before_save or (lambda _: None)),
            article_table=Table(self.stack.dynamodb, ARTICLE_TABLE),
            bucket=Bucket(self.stack.s3, ARTICLE_BUCKET),
            article_queue=Queue(sqs, self.stack.queue_url),
            fetch_queue=Queue(cast("Any", self.stack.sqs), self.stack.fetch_queue_url),
            dead_letters=Queue(cast("Any", self.stack.sqs), self.stack.fetch_dead_letter_queue_url),
        )
        invocation = Invocation(
            identity=str(uuid4()),
            clock=lambda: NOW + after,
            time_left=lambda: timedelta(minutes=5) if may_start() else timedelta(0),
            logger=Logger(service=f"fetch-{uuid4()}", stream=self.logs, level="INFO"),
        )
        catalogued = catalogue(*(sources or (self.source(),)))
        return assemble(resources, invocation, catalogued, client, self.worker), client

    def source(self, *paths: str, host: str = "localhost", **changes: Any) -> Source:
        """Return a source whose feeds are these paths of the web server (``/rss`` where none is given)."""
        feeds = tuple(self.web.url(path, host) for path in paths or ("/rss",))
        return source(**{"feeds": feeds, **changes})

    def state(self, path: str = "/rss", host: str = "localhost", source_id: str = "kabar") -> dict[str, Any]:
        """Return the item of a feed as it is stored."""
        return self.stack.items()["feed#" + feed_key(source_id, self.web.url(path, host))]

    def pause(self, path: str = "/rss", host: str = "localhost", source_id: str = "kabar") -> timedelta:
        """Return how long a feed is left alone after its last poll."""
        state = self.state(path, host, source_id)
        return datetime.fromisoformat(state["next_due"]) - datetime.fromisoformat(state["polled"])

    def end_leases(self) -> None:
        """Remove all leases, as if their holders' time were over."""
        for pk in [pk for pk in self.stack.items() if pk.startswith("shard#")]:
            Table(self.stack.dynamodb, FEED_TABLE).delete(pk)

    def messages(self) -> list[QueuedMessage]:
        """Receive everything that waits in the queue."""
        return self.stack.drain()

    def urls(self) -> list[str]:
        """Receive everything and return the last part of each message's link."""
        return [last_part(message) for message in self.messages()]

    def log(self, message: str = "") -> list[dict[str, Any]]:
        """Return the log's records, or those with that message."""
        records: Sequence[dict[str, Any]] = [json.loads(line) for line in self.logs.getvalue().splitlines()]
        return [record for record in records if message in ("", record["message"])]


def is_jittered(pause: timedelta, wish: timedelta) -> bool:
    """Return whether a pause is the one that was wished for, or up to a tenth longer."""
    return wish <= pause <= wish * 1.1


def last_part(message: QueuedMessage) -> str:
    """Return the last part of a message's link."""
    return str(message.body["url"]).rpartition("/")[2]


def at(moment: datetime) -> str:
    """Return a moment as it is stored."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
