"""Runs of the fetch stage on a stack in moto, with a loopback web server for the publishers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from functions.fetch.document_reading import DocumentReader
from functions.fetch.enqueueing import Enqueuer
from functions.fetch.feed_memory import FeedMemory
from functions.fetch.feed_state import FeedState, feed_key
from functions.fetch.poller import Poller, Totals
from newswire.address_guard import AddressGuard
from newswire.article_table import ArticleTable
from newswire.bucket import Bucket
from newswire.http_client import HttpClient, user_agent
from newswire.observability import Logger
from newswire.queue import Queue
from newswire.sources import Source
from newswire.tables import Table
from newswire.worker import Worker
from tests.support.aws_stack import ARTICLE_BUCKET, ARTICLE_TABLE, FEED_TABLE, QueuedMessage, Stack
from tests.support.catalogues import catalogue, source
from tests.support.fake_sqs import FakeSqs
from tests.support.fetch_feeds import NOW
from tests.support.web_server import WebServer

HOSTS = tuple(f"{name}.localhost" for name in ("satu", "dua", "tiga", "empat", "lima"))


class InterruptedMemory(FeedMemory):
    """A memory in whose way something comes just before a state is written."""

    def __init__(self, table: Table, bucket: Bucket, before_save: Callable[[FeedState], None]) -> None:
        super().__init__(table, bucket)
        self._before_save = before_save

    def save(self, state: FeedState) -> None:
        """Let it happen, then write."""
        self._before_save(state)
        super().save(state)


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
        agent = user_agent("https://portal.example")
        client = HttpClient(AddressGuard(self.loopback or self.web.loopback(*HOSTS)), agent)
        tables = [Table(self.stack.dynamodb, name) for name in (FEED_TABLE, ARTICLE_TABLE)]
        bucket = Bucket(self.stack.s3, ARTICLE_BUCKET)
        memory = InterruptedMemory(tables[0], bucket, before_save or (lambda _: None))
        queue = Queue(cast("Any", self.sqs or self.stack.sqs), self.stack.queue_url)
        logger = Logger(service=f"fetch-{uuid4()}", stream=self.logs, level="INFO")
        poller = Poller(
            memory,
            Enqueuer(queue, bucket),
            ArticleTable(tables[1]),
            client,
            DocumentReader(self.worker, logger),
            logger,
        )
        try:
            return poller.run(catalogue(*(sources or (self.source(),))), NOW + after, may_start)
        finally:
            client.close()

    def source(self, *paths: str, host: str = "localhost", **changes: Any) -> Source:
        """Return a source whose feeds are these paths of the web server (``/rss`` where none is given)."""
        feeds = tuple(self.web.url(path, host) for path in paths or ("/rss",))
        return source(**{"feeds": feeds, **changes})

    def state(self, path: str = "/rss", host: str = "localhost", source_id: str = "kabar") -> dict[str, Any]:
        """Return the item of a feed as it is stored."""
        return self.stack.items()["feed#" + feed_key(source_id, self.web.url(path, host))]

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


def last_part(message: QueuedMessage) -> str:
    """Return the last part of a message's link."""
    return str(message.body["url"]).rpartition("/")[2]


def at(moment: datetime) -> str:
    """Return a moment as it is stored."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
