"""``make trace STACK=name``: a stack in moto that CloudFormation knows."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from local.trace.__main__ import main
from newswire import aws
from newswire.article_item import TAKEDOWN, ArticleItem, Tombstone
from newswire.article_table import ArticleTable
from newswire.messages import Hint, Message
from newswire.stops import Stop, Stops
from newswire.tables import Table
from tests.support.aws_stack import (
    ARTICLE_BUCKET,
    ARTICLE_TABLE,
    FEED_TABLE,
    REGION,
    SITE_BUCKET,
    Stack,
)
from tests.support.publish_articles import make_article
from tests.support.publish_world import World

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
    aws.session().get_component("event_emitter").register("before-call.*.*", note)
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
    noted = {
        order: {"at": "2026-01-05", "note": "by letter"} for order in ("host#harian.example", "source#other")
    }
    stops = {"pk": "stops", "type": "stops", "version": 1, "noted": noted}
    Table(stack.dynamodb, ARTICLE_TABLE).put_unconditionally(stops)
    facts = traced(capsys, "--url", item.url)
    assert facts["site"]["stops"] == {"host#harian.example": {"at": "2026-01-05", "note": "by letter"}}


def test_a_stopped_source_that_left_the_catalogue_is_told_as_extract_goes_by_it(
    stack: Stack, item: ArticleItem, capsys: pytest.CaptureFixture[str]
) -> None:
    stop = Stop("2026-01-05T00:00:00.000Z", "by letter", hosts=("former.example",))
    Table(stack.dynamodb, ARTICLE_TABLE).put_unconditionally(Stops(1, {"source#former": stop}).to_item())
    assert main(["--stack", "newswire", "--json", "--url", "https://former.example/1"]) == 1
    facts = json.loads(capsys.readouterr().out)
    assert list(facts["site"]["stops"]) == ["source#former"]
    assert traced(capsys, "--url", item.url)["site"]["stops"] == {}


@pytest.mark.parametrize(
    ("is_purged", "restored"), [(False, "an article"), (True, "nothing: the next entry makes it anew")]
)
def test_of_a_takedown_it_tells_by_what_order_and_what_a_restore_brings_back(
    stack: Stack, item: ArticleItem, capsys: pytest.CaptureFixture[str], is_purged: bool, restored: str
) -> None:
    until = "2026-01-20T00:00:00.000Z" if is_purged else None
    stone = Tombstone(
        item.id, 2, item.url, item.slug, TAKEDOWN, "2026-01-06T00:00:00.000Z", purged_until=until
    )
    stone = replace(stone, order=f"url#{item.id}", note="by letter", former=None if is_purged else item)
    Table(stack.dynamodb, ARTICLE_TABLE).put_unconditionally(stone.to_item())
    state = traced(capsys, "--id", item.id)["state"]
    assert (state["order"], state["note"], state["restore brings back"]) == (
        f"url#{item.id}",
        "by letter",
        restored,
    )
    assert state["purged until"] == (until or "not purged")
    assert state["files are erased"] == ("done" if is_purged else "not due")


def test_an_item_that_cannot_be_read_is_told_as_far_as_it_can_be(
    stack: Stack, item: ArticleItem, capsys: pytest.CaptureFixture[str]
) -> None:
    Table(stack.dynamodb, ARTICLE_TABLE).put_unconditionally({**item.to_item(), "schema": 2})
    assert main(["--stack", "newswire", "--url", item.url]) == 1
    told = capsys.readouterr().err
    assert f"article {item.id} is known, but its item cannot be read (LaterRelease: " in told
    assert f"'state': 'live', 'url': '{item.url}'" in told


def test_a_reader_that_has_had_enough_is_no_error(item: ArticleItem, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        assert main(["--stack", "newswire", "--url", item.url]) == 0
