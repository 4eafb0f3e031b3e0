"""Our side of the comparison of polls: ``python -m benchmarks.poll_stage PORT FEEDS AT_ONCE``.

The fetch stage as a whole, as the function runs it for a shard. AWS is left out at botocore's boundary: what
is told to DynamoDB and SQS goes as far as the arguments of their clients' calls.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path
from unittest import mock

from benchmarks.aws_stand_ins import DynamoStandIn, QueueStandIn
from benchmarks.feed_hosts import newest
from benchmarks.poll_side import Task, answer_polls, resolve_to_loopback
from functions.fetch import feed_requests
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
from newswire.tables import Table
from newswire.worker import Worker
from tests.support.catalogues import catalogue, source


class PolledStage:
    """Polls all feeds as one shard, a day later each time."""

    def __init__(self, task: Task, worker: Worker, logger: Logger) -> None:
        self._worker = worker
        self._guard = AddressGuard(frozenset(url.split("/")[2] for url in task.urls))
        named = [(f"kabar-{number}", url) for number, url in enumerate(task.urls)]
        gap = timedelta(seconds=1)
        self._catalogue = catalogue(
            *(source(id=name, feeds=(url,), homepage=url, request_gap=gap) for name, url in named)
        )
        self._feeds = tuple(ShardFeed(name, url) for name, url in named)
        self._logger = logger
        self._rounds = 0

    def forget(self) -> None:
        """Begin with empty tables, as of a time at which no entry is too old to be imported."""
        self._queue = QueueStandIn()
        self._resources = _resources(self._queue)
        self._now = newest(self._rounds) + timedelta(hours=1)
        self._rounds += 1

    def poll(self) -> dict[str, int]:
        """Poll all feeds once and return what was answered, and what was sent."""
        self._now += timedelta(days=1)
        sent = self._queue.sent
        totals = self._polled()
        if totals.feeds_polled != len(self._feeds) or totals.failures:
            raise RuntimeError(f"the polls ended as {totals}")
        whole = totals.feeds_polled - totals.not_modified
        answers = {"200": whole, "304": totals.not_modified, "sent": self._queue.sent - sent}
        return {what: number for what, number in answers.items() if number}

    def _polled(self) -> Totals:
        invocation = Invocation("benchmark", self._clock, lambda: timedelta(minutes=5), self._logger)
        client = HttpClient(self._guard, user_agent("https://portal.example"))
        fetch = assemble(self._resources, invocation, self._catalogue, client, self._worker)
        fetch.runs.shard(Shard(0, 1, instant(self._now), self._feeds))
        client.close()
        return fetch.totals

    def _clock(self) -> datetime:
        return self._now


def _resources(article_queue: QueueStandIn) -> Resources:
    other = mock.create_autospec(Queue, instance=True)
    return Resources(
        feed_table=Table(DynamoStandIn().client, "feeds"),
        article_table=Table(DynamoStandIn().client, "articles"),
        bucket=mock.create_autospec(Bucket, instance=True),
        article_queue=Queue(article_queue.client, "articles"),
        fetch_queue=other,
        dead_letters=other,
    )


def main(arguments: list[str]) -> None:
    """Be a side; the parser's process is there before the first poll."""
    task = Task.of(arguments)
    resolve_to_loopback()
    # What the function says goes to a file; this process' own output is its answers.
    with (
        Path("/dev/null").open("w", encoding="utf-8") as nowhere,
        mock.patch.object(feed_requests, "HOSTS_AT_ONCE", task.at_once),
        Worker(PARSER) as worker,
    ):
        stage = PolledStage(task, worker, Logger(service="benchmark", stream=nowhere))
        worker.call(b"", {"task": "sanitise", "entries": []})
        answer_polls(stage)


if __name__ == "__main__":
    main(sys.argv[1:])
