"""The fetch stage as a whole, polling a shard of feeds that have not changed; its table is in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from unittest import mock

from functions.fetch.invocation import Invocation
from functions.fetch.totals import Totals
from functions.fetch.wiring import PARSER, Resources, assemble
from newswire.address_guard import AddressGuard
from newswire.bucket import Bucket
from newswire.clock import instant
from newswire.http_client import HttpClient, user_agent
from newswire.observability import Logger
from newswire.queue import Queue
from newswire.shards import Shard, ShardFeed
from newswire.worker import Worker
from tests.support.catalogues import catalogue, source
from tests.support.memory_table import MemoryTable


class WholeStage:
    """Polls the same feeds again and again, a day later each time: lease, states, requests, writes."""

    def __init__(self, urls: Sequence[str], worker: Worker) -> None:
        self._now = datetime(2026, 1, 5, tzinfo=UTC)
        self._worker = worker
        self._guard = AddressGuard(frozenset(url.split("/")[2] for url in urls))
        named = [(f"kabar-{number}", url) for number, url in enumerate(urls)]
        self._catalogue = catalogue(*(source(id=name, feeds=(url,)) for name, url in named))
        self._feeds = tuple(ShardFeed(name, url) for name, url in named)
        queue = mock.create_autospec(Queue, instance=True)
        queue.send.return_value = []
        self._resources = Resources(
            feed_table=MemoryTable(),
            article_table=MemoryTable(),
            bucket=mock.create_autospec(Bucket, instance=True),
            article_queue=queue,
            fetch_queue=queue,
            dead_letters=queue,
        )

    def poll(self) -> Totals:
        """Poll all feeds once and return the totals."""
        self._now += timedelta(days=1, minutes=1)
        logger = Logger(service="benchmark", stream=StringIO(), level="WARNING")
        invocation = Invocation("benchmark", lambda: self._now, lambda: timedelta(minutes=5), logger)
        client = HttpClient(self._guard, user_agent("https://portal.example"))
        fetch = assemble(self._resources, invocation, self._catalogue, client, self._worker)
        fetch.runs.shard(Shard(0, 1, instant(self._now), self._feeds))
        client.close()
        return replace(fetch.totals)


@contextmanager
def whole_stage(urls: Sequence[str]) -> Iterator[WholeStage]:
    """Give the stage after its first look at the feeds."""
    with Worker(PARSER) as worker:
        stage = WholeStage(urls, worker)
        if (first := stage.poll()).feeds_polled != len(urls) or first.failures:
            raise RuntimeError(f"the first polls ended as {first}")
        yield stage
