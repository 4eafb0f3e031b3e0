"""``make trace STACK=name``: a stack in moto that CloudFormation knows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from local.trace.__main__ import main
from newswire.article_item import ArticleItem
from newswire.article_table import ArticleTable
from newswire.messages import Hint, Message
from newswire.tables import Table
from tests.support.aws_stack import (
    ARTICLE_BUCKET,
    ARTICLE_TABLE,
    FEED_TABLE,
    REGION,
    SITE_BUCKET,
    Stack,
)
from tests.support.publish_world import World, make_article

SOURCES = """
portal: {name: Kabar Nusantara, url: https://kabar.example, tagline: Kabar tepercaya, language: id,
  timezone: Asia/Jakarta, contact: redaksi@kabar.example}
categories: {nasional: Nasional, ekonomi: Ekonomi}
sources:
  - {id: harian, name: Harian, homepage: https://harian.example, feeds: [https://harian.example/rss],
     category: nasional, display: full}
"""


@pytest.fixture
def item(stack: Stack) -> ArticleItem:
    """Deploy a published portal of one article, and return its item."""
    world = World()
    article = make_article(world.catalogue, 1, "harian")
    provenance = replace(article.provenance, page_sha256="a" * 64)
    stored = world.store(replace(article, provenance=provenance))
    assert world.publish(stored) == set()
    ArticleTable(Table(stack.dynamodb, ARTICLE_TABLE)).commit(stored, expected_version=None)
    for key, body in world.files():
        stack.put_object(key, body)
    for key, stored_object in world.site.objects.items():
        stack.s3.put_object(
            Bucket=SITE_BUCKET, Key=key, Body=stored_object.body, Metadata=dict(stored_object.metadata)
        )
    stack.put_object("config/sources.yaml", SOURCES.encode())
    values = {
        "ArticleBucketName": ARTICLE_BUCKET,
        "ArticleDeadLetterQueueUrl": stack.dead_letter_queue_url,
        "ArticleTableName": ARTICLE_TABLE,
        "FeedTableName": FEED_TABLE,
        "Portal": "https://portal.example",
        "SiteBucketName": SITE_BUCKET,
    }
    template: dict[str, Any] = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {name: {"Value": value} for name, value in values.items()},
    }
    boto3.client("cloudformation", REGION).create_stack(
        StackName="newswire", TemplateBody=json.dumps(template)
    )
    return stored


def traced(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["--stack", "newswire", "--json", *arguments]) == 0
    facts: dict[str, Any] = json.loads(capsys.readouterr().out)
    return facts


def test_an_article_of_a_stack_is_told_from_its_table_and_buckets(
    item: ArticleItem, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = traced(capsys, "--url", item.url)
    assert facts["article"] == item.id
    assert facts["revisions"][0]["file"] == "as it was written"
    assert {one["state"] for one in facts["outputs"]["own"]} == {"published"}
    assert "feed.json" in facts["outputs"]["channels"]["lists it"]
    stages = ("fetch", "extract", "publish")
    assert facts["logs"]["groups"] == [f"/newswire/newswire/{stage}" for stage in stages]
    assert f'@message like "{item.id}"' in facts["logs"]["query"]
    assert "lines" not in facts["logs"]


def test_nothing_of_a_stack_is_listed_or_scanned(
    item: ArticleItem, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []

    def note(model: Any, **_: Any) -> None:
        called.append(model.name)

    session = boto3.Session(region_name=REGION)
    session.events.register("before-call.*.*", note)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    traced(capsys, "--url", item.url)
    assert set(called) == {"DescribeStacks", "BatchGetItem", "GetObject"}
    assert len(called) < 100


def test_a_dead_letter_is_looked_at_and_stays(
    stack: Stack, item: ArticleItem, capsys: pytest.CaptureFixture[str]
) -> None:
    body = Message(
        "entry", "harian", "harian rss", "2026-01-05T01:00:00.000Z", item.id, item.url, Hint().hash()
    ).to_json()
    for number, text in enumerate((body, "bukan JSON")):
        stack.sqs.send_message(
            QueueUrl=stack.dead_letter_queue_url,
            MessageBody=text,
            MessageGroupId=str(number),
            MessageDeduplicationId=str(number),
        )
    (letter,) = traced(capsys, "--id", item.id, "--dlq")["dead letters"]
    assert letter["reason"] == "failed again and again"
    assert body.startswith(letter["begins"])
    assert sorted(one.raw for one in stack.drain(stack.dead_letter_queue_url)) == sorted((body, "bukan JSON"))


def test_the_logs_of_a_stack_are_asked_on_request_and_no_longer_than_a_minute(
    item: ArticleItem, capsys: pytest.CaptureFixture[str]
) -> None:
    logs = boto3.client("logs", REGION)
    now = int(datetime.now(UTC).timestamp() * 1000)
    for stage in ("fetch", "extract", "publish"):
        group = f"/newswire/newswire/{stage}"
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="one")
        line = json.dumps({"timestamp": "1", "service": stage, "message": "stored", "article_id": item.id})
        logs.put_log_events(
            logGroupName=group, logStreamName="one", logEvents=[{"timestamp": now, "message": line}]
        )
    facts = traced(capsys, "--id", item.id, "--logs")
    assert isinstance(facts["logs"]["lines"], list)


def test_a_publisher_that_said_stop_is_told_with_its_order(
    stack: Stack, item: ArticleItem, capsys: pytest.CaptureFixture[str]
) -> None:
    noted = {order: {"at": "2026-01-05", "note": "by letter"} for order in ("host#example", "source#other")}
    stops = {"pk": "stops", "type": "stops", "version": 1, "noted": noted}
    Table(stack.dynamodb, ARTICLE_TABLE).put_unconditionally(stops)
    facts = traced(capsys, "--url", item.url)
    assert facts["site"]["stops"] == {"host#example": {"at": "2026-01-05", "note": "by letter"}}
