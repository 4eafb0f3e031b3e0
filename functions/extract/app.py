"""Handler and wiring of the extract function: a batch of queue messages in, its failures out."""

from __future__ import annotations

import os
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.extract.archive import Archive
from functions.extract.deliveries import COUNTED, Deliveries
from functions.extract.finding import StoryFinder
from functions.extract.page_requests import PageRequests
from functions.extract.processing import Processing
from functions.extract.settings import Settings
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

logger = make_logger("extract")
metrics = make_metrics("extract")
PARSER = "functions.extract.page_worker:run"


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Work off an SQS batch; answer with the messages that are to come back."""
    if "Records" not in event:
        raise ValueError(f"event has the keys {sorted(event)}; an SQS batch with Records is allowed")
    settings = Settings.from_env(os.environ)
    with Worker(PARSER) as worker:
        deliveries = _deliveries(settings, worker)
        # Order is not relied on (``version`` is the system's only order), so one publisher's failure
        # does not fail the messages behind it, as the FIFO processor would.
        processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        # ``process_partial_response`` would take an empty batch for an event of another kind.
        with processor(event["Records"], deliveries.handle, context):
            processor.process()
    for name in COUNTED:
        count(metrics, name, deliveries.counts[name])
    return processor.response()


def _deliveries(settings: Settings, worker: Worker) -> Deliveries:
    bucket = Bucket(aws.s3_client(), settings.article_bucket)
    dynamodb, sqs = aws.dynamodb_client(), aws.sqs_client()
    sources = catalogue.load(bucket, settings.portal_url)
    client = HttpClient(
        AddressGuard(settings.loopback_allowed, settings.ports_allowed), user_agent(sources.portal.url)
    )
    clock = Clock(settings.clock_offset)
    pages = PageRequests(client, worker, Table(dynamodb, settings.feed_table), clock.now)
    archive = Archive(bucket, ArticleTable(Table(dynamodb, settings.article_table)))
    finder = StoryFinder(archive, pages, worker, sources, clock.now)
    return Deliveries(
        processing=Processing(archive, finder, sources, clock.now),
        queue=Queue(sqs, settings.article_queue_url),
        dead_letters=Queue(sqs, settings.dead_letter_queue_url),
        logger=logger,
        now=clock.now,
    )
