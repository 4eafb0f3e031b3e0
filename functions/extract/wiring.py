"""The extract stage put together, for one invocation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from functions.extract.archive import Archive
from functions.extract.deliveries import Deliveries
from functions.extract.finding import StoryFinder
from functions.extract.image_copying import ImageCopying
from functions.extract.page_gate import PageGate
from functions.extract.page_requests import PageRequests
from functions.extract.processing import Processing
from functions.extract.settings import Settings
from newswire import aws, catalogue, kept_workers
from newswire.address_guard import AddressGuard
from newswire.article_table import ArticleTable
from newswire.bucket import Bucket
from newswire.clock import Clock
from newswire.host_turns import kept_turns
from newswire.http_client import HttpClient, user_agent
from newswire.observability import Logger
from newswire.queue import Queue
from newswire.tables import Table

PARSER = "functions.extract.page_worker:run"


@contextmanager
def deployed(settings: Settings, logger: Logger) -> Iterator[Deliveries]:
    """Put the stage together from what ``template.yaml`` names; at the end its connections are closed."""
    dynamodb, sqs = aws.dynamodb_client(), aws.sqs_client()
    bucket = Bucket(aws.s3_client(), settings.article_bucket)
    now = Clock(settings.clock_offset).now
    sources = catalogue.load(bucket, settings.portal_url)
    guard = AddressGuard(settings.loopback_allowed, settings.ports_allowed)
    archive = Archive(bucket, ArticleTable(Table(dynamodb, settings.article_table)), now)
    with (
        closing(HttpClient(guard, user_agent(sources.portal.url), turns=kept_turns())) as client,
        kept_workers.lent(PARSER) as worker,
    ):
        feed_table = Table(dynamodb, settings.feed_table)
        pages = PageRequests(
            client,
            worker,
            feed_table,
            now,
            is_stopped=lambda url: archive.stops.of_url(url, sources) is not None,
        )
        gate = PageGate(feed_table, logger, now)
        finder = StoryFinder(archive, pages, worker, gate, sources, now)
        images = ImageCopying(archive, pages, worker, sources, logger)
        yield Deliveries(
            processing=Processing(archive, finder, images, sources, now),
            gate=gate,
            images=images,
            queue=Queue(sqs, settings.article_queue_url),
            dead_letters=Queue(sqs, settings.dead_letter_queue_url),
            logger=logger,
            now=now,
        )
