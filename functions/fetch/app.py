"""Handler and wiring of the fetch function: the schedule's event in, the run's totals out."""

from __future__ import annotations

import os
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.fetch.document_reading import DocumentReader
from functions.fetch.enqueueing import Enqueuer
from functions.fetch.feed_memory import FeedMemory
from functions.fetch.poller import Poller, Totals
from functions.fetch.settings import Settings
from newswire import aws, catalogue
from newswire.address_guard import AddressGuard
from newswire.article_table import ArticleTable
from newswire.bucket import Bucket
from newswire.clock import Clock
from newswire.http_client import HttpClient, user_agent
from newswire.observability import count, make_logger, make_metrics
from newswire.queue import Queue
from newswire.tables import Table
from newswire.worker import Worker

logger = make_logger("fetch")
metrics = make_metrics("fetch")
PARSER = "functions.fetch.feed_documents:run"
# A poll that has started needs its deadline and the time to enqueue what it found.
TIME_TO_FINISH_MS = 60_000


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Poll every due feed; answer with the run's totals."""
    settings = Settings.from_env(os.environ)
    totals = _poll(settings, context)
    answer = totals.to_answer()
    logger.info("run finished", **answer)
    for name, value in (("FeedsPolled", totals.feeds_polled), ("EntriesSent", totals.sent)):
        count(metrics, name, value)
    count(metrics, "FeedFailures", totals.failures.total())
    return answer


def _poll(settings: Settings, context: LambdaContext) -> Totals:
    bucket = Bucket(aws.s3_client(), settings.article_bucket)
    dynamodb = aws.dynamodb_client()
    sources = catalogue.load(bucket, settings.portal_url)
    client = HttpClient(AddressGuard(settings.loopback_allowed), user_agent(sources.portal.url))
    with Worker(PARSER) as worker:
        poller = Poller(
            memory=FeedMemory(Table(dynamodb, settings.feed_table), bucket),
            enqueuer=Enqueuer(Queue(aws.sqs_client(), settings.article_queue_url), bucket),
            articles=ArticleTable(Table(dynamodb, settings.article_table)),
            client=client,
            reader=DocumentReader(worker, logger),
            logger=logger,
        )
        now = Clock(settings.clock_offset).now()
        return poller.run(sources, now, lambda: context.get_remaining_time_in_millis() > TIME_TO_FINISH_MS)
