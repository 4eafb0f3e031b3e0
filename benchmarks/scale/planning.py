"""What the schedule's fetch run takes to find thousands of feeds due and to send them on as shards."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from io import StringIO
from typing import Any

from benchmarks.billing.amounts import Amounts
from benchmarks.billing.model import wall_seconds
from benchmarks.scale.limits import FETCH_MEMORY, TIMEOUT
from benchmarks.scale.memory_aws import MemoryAws
from benchmarks.scale.portal import Took, catalogue_of, remember_feeds
from functions.fetch.invocation import Invocation
from functions.fetch.wiring import PARSER, Resources, assemble
from newswire.address_guard import AddressGuard
from newswire.bucket import Bucket
from newswire.http_client import HttpClient, user_agent
from newswire.observability import Logger
from newswire.queue import Queue
from newswire.tables import Table
from newswire.worker import Worker
from tests.support.publish_articles import NOW


def measure(feeds: int, latency: Mapping[str, float]) -> tuple[Took, int]:
    """Return what the run took, and the bytes of its longest message."""
    aws, sources = MemoryAws(), catalogue_of(feeds)
    dynamodb, sqs = aws.client("dynamodb"), aws.client("sqs")
    queue = Queue(sqs, "https://sqs.us-east-1.amazonaws.com/1/queue")
    resources = Resources(
        feed_table=Table(dynamodb, "FeedTable"),
        article_table=Table(dynamodb, "ArticleTable"),
        bucket=Bucket(aws.client("s3"), "articles"),
        article_queue=queue,
        fetch_queue=queue,
        dead_letters=queue,
    )
    remember_feeds(resources.feed_table, sources, NOW)
    logger = Logger(service="scale", stream=StringIO(), level="WARNING")
    invocation = Invocation("scale", lambda: NOW, lambda: timedelta(seconds=TIMEOUT), logger)
    aws.forget()
    aws.latency = latency
    with (
        closing(HttpClient(AddressGuard(), user_agent("https://kabar.example"))) as client,
        Worker(PARSER) as worker,
    ):
        began, cpu = time.perf_counter(), time.process_time()
        fetch = assemble(resources, invocation, sources, client, worker)
        fetch.runs.scheduled()
        used = time.process_time() - cpu - aws.cpu
        seconds = wall_seconds(time.perf_counter() - began - aws.cpu, used, FETCH_MEMORY)
    told: dict[str, Any] = {"shards": fetch.totals.shards, **fetch.totals.failures}
    longest = max((len(message.encode()) for message in aws.messages), default=0)
    return Took(seconds, used, aws.calls.copy(), Amounts(aws.units), told), longest
