"""The fetch stage put together, for one invocation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from functions.fetch.document_reading import DocumentReader
from functions.fetch.due_feeds import CatalogueFeeds
from functions.fetch.enqueueing import Enqueuer
from functions.fetch.feed_memory import FeedMemory
from functions.fetch.feed_requests import FeedRequests
from functions.fetch.invocation import Invocation
from functions.fetch.large_documents import LargeDocuments
from functions.fetch.leases import Leases
from functions.fetch.poller import Poller
from functions.fetch.rechecks import enqueue_rechecks
from functions.fetch.runs import Runs
from functions.fetch.settings import Settings
from functions.fetch.settling import Settler
from functions.fetch.totals import Totals
from newswire import aws, catalogue, kept_workers
from newswire.address_guard import AddressGuard
from newswire.article_table import ArticleTable
from newswire.backoff import Backoffs
from newswire.bucket import Bucket
from newswire.clock import Clock
from newswire.http_client import HttpClient, user_agent
from newswire.observability import Logger
from newswire.queue import Queue
from newswire.sources import Catalogue
from newswire.tables import Table
from newswire.worker import Worker

PARSER = "functions.fetch.feed_documents:run"
# A poll that has started needs its host's turn, its deadline, and the time to enqueue what it found.
TIME_TO_FINISH = timedelta(seconds=90)
# What a scheduled run keeps of its five minutes for the feeds that are due, however many looks are
TIME_FOR_FEEDS = timedelta(seconds=240)


@dataclass(frozen=True, slots=True)
class Resources:
    """The stack's resources that fetch works with."""

    feed_table: Table
    article_table: Table
    bucket: Bucket
    article_queue: Queue
    fetch_queue: Queue
    dead_letters: Queue


@dataclass(frozen=True, slots=True)
class Fetch:
    """What the handler calls, and what it counts."""

    runs: Runs
    dead_letters: Queue
    totals: Totals


def assemble(
    resources: Resources, invocation: Invocation, sources: Catalogue, client: HttpClient, worker: Worker
) -> Fetch:
    """Put the stage together."""
    logger, totals = invocation.logger, Totals()
    articles = ArticleTable(resources.article_table, lambda one, why: _tell(one, why, totals, logger))
    stops = articles.stops()
    backoffs = Backoffs(resources.feed_table)
    memory = FeedMemory(resources.feed_table, resources.bucket, backoffs)
    enqueuer = Enqueuer(resources.article_queue, resources.bucket)
    poller = Poller(
        memory=memory,
        requests=FeedRequests(
            client,
            backoffs,
            invocation.clock,
            lambda: invocation.time_left() > TIME_TO_FINISH,
            lambda url: stops.of_url(url, sources) is not None,
            LargeDocuments(invocation.time_left),
        ),
        settler=Settler(
            memory, enqueuer, DocumentReader(worker, logger), logger, totals, sources.portal.timezone
        ),
        backoffs=backoffs,
        logger=logger,
        totals=totals,
        time_left=invocation.time_left,
    )
    runs = Runs(
        feeds=CatalogueFeeds.of(sources, stops),
        memory=memory,
        poller=poller,
        leases=Leases(resources.feed_table, invocation.identity, invocation.clock, logger),
        queue=resources.fetch_queue,
        enqueue_rechecks=lambda now: enqueue_rechecks(
            # One line for all: an article is looked at six times, and each look is a line of extract's.
            articles,
            enqueuer,
            now,
            lambda ids: logger.info("re-checks enqueued", article_ids=ids),
            lambda: invocation.time_left() > TIME_FOR_FEEDS,
        ),
        invocation=invocation,
        totals=totals,
    )
    return Fetch(runs, resources.dead_letters, totals)


@contextmanager
def deployed(settings: Settings, invocation: Invocation) -> Iterator[Fetch]:
    """Put the stage together from what ``template.yaml`` names; at the end its connections are closed."""
    dynamodb, sqs = aws.dynamodb_client(), aws.sqs_client()
    bucket = Bucket(aws.s3_client(), settings.article_bucket)
    resources = Resources(
        feed_table=Table(dynamodb, settings.feed_table),
        article_table=Table(dynamodb, settings.article_table),
        bucket=bucket,
        article_queue=Queue(sqs, settings.article_queue_url),
        fetch_queue=Queue(sqs, settings.fetch_queue_url),
        dead_letters=Queue(sqs, settings.fetch_dead_letter_queue_url),
    )
    sources = catalogue.load(bucket, settings.portal_url)
    guard = AddressGuard(settings.loopback_allowed, settings.ports_allowed)
    with (
        closing(HttpClient(guard, user_agent(sources.portal.url))) as client,
        kept_workers.lent(PARSER) as worker,
    ):
        yield assemble(resources, invocation, sources, client, worker)


def _tell(article_id: str, reason: Exception, totals: Totals, logger: Logger) -> None:
    """Say that an article that is due cannot be read; the others are looked at all the same."""
    totals.failures["article unreadable"] += 1
    logger.error("article cannot be read", article_id=article_id, reason=f"{type(reason).__name__}: {reason}")


def invocation_of(
    identity: str, millis_left: Callable[[], int], settings: Settings, logger: Logger
) -> Invocation:
    """Return the invocation that Lambda's context tells of."""
    clock = Clock(settings.clock_offset).now
    return Invocation(identity, clock, lambda: timedelta(milliseconds=millis_left()), logger)
