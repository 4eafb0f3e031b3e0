"""Handler and wiring of the publish function: a stream batch or the schedule's event in."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

import newswire
from functions.publish.archive import Archive
from functions.publish.feed_reports import FeedReports
from functions.publish.look import Look
from functions.publish.operators_files import OperatorsFiles
from functions.publish.pinging import ping
from functions.publish.reporting import ALWAYS, Report
from functions.publish.run import Run
from functions.publish.settings import Settings
from functions.publish.site import Site
from functions.publish.static_files import edition, static_files
from functions.publish.tasks import answer
from newswire import aws
from newswire.article_table import ArticleTable
from newswire.bucket import Bucket
from newswire.clock import Clock
from newswire.observability import count, make_logger, make_metrics
from newswire.tables import Table

logger = make_logger("publish")
metrics = make_metrics("publish")


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Publish what a batch of ArticleTable's stream changed, or refresh the portal on schedule."""
    settings = Settings.from_env(os.environ)
    run = _run(settings, context)
    try:
        return answer(run, event)
    finally:
        run.report.tell_articles()
        ping(run, settings, aws.dynamodb_client, Clock().now())
        logger.info("run finished", **run.report.totals())
        count(metrics, run.report.totals(), ALWAYS)


def _run(settings: Settings, context: LambdaContext) -> Run:
    s3 = aws.s3_client()
    archive = Bucket(s3, settings.article_bucket)
    report, files = Report(logger), static_files()
    articles = ArticleTable(Table(aws.dynamodb_client(), settings.article_table), report.unreadable)
    read_files = partial(OperatorsFiles.read, archive, articles, settings.portal_url)
    put = read_files(report)
    return Run(
        now=Clock(settings.clock_offset).now(),
        look=Look.of(put.catalogue, files, put.own),
        files=(*files.values(), *put.own.static),
        edition=edition(put.catalogue, Path(__file__).parent, Path(newswire.__file__).parent, own=put.own),
        articles=articles,
        feeds=FeedReports(lambda: Table(aws.dynamodb_client(patient=False), settings.feed_table)),
        archive=Archive(archive),
        site=Site(Bucket(s3, settings.site_bucket), report, has_hub=put.catalogue.portal.websub is not None),
        report=report,
        time_left=lambda: context.get_remaining_time_in_millis() / 1000,
        is_current=lambda: read_files(Report(logger)) == put,
    )
