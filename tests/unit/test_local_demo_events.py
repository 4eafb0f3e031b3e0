"""The sample events say what Lambda and our own fetch would say about the demo's model article."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local.demo.newsroom import editions
from local.demo.story_files import load_publishers
from local.demo.story_html import body_html
from newswire.clock import instant
from newswire.domains import registrable_domain
from newswire.messages import Message, MessageError
from newswire.queue import group_id
from newswire.shards import Shard, ShardFeed
from newswire.urls import article_id, host_of

EVENTS = Path(__file__).parents[2] / "events"
START = datetime(2026, 1, 5, 1, tzinfo=UTC)  # the poll that the sample message speaks of
MODEL = "perpustakaan-terapung-kembali-singgah-di-tujuh-pulau"


def _event(name: str) -> Any:
    return json.loads((EVENTS / name).read_text(encoding="utf-8"))


def _model_message() -> Message:
    return Message.from_json(_event("extract-sqs.json")["Records"][0]["body"])


def test_the_fetch_event_is_the_schedules_input() -> None:
    assert _event("fetch-schedule.json") == {"trigger": "schedule", "task": "poll"}


@pytest.mark.parametrize("name", ["extract-sqs.json", "extract-sqs-poison.json", "fetch-sqs-shard.json"])
def test_records_have_the_keys_that_lambda_sends_for_a_queue(name: str) -> None:
    for record in _event(name)["Records"]:
        assert set(record) == {
            *("messageId", "receiptHandle", "body", "attributes", "messageAttributes", "md5OfBody"),
            *("eventSource", "eventSourceARN", "awsRegion"),
        }
        assert record["md5OfBody"] == hashlib.md5(record["body"].encode(), usedforsecurity=False).hexdigest()
        assert record["eventSource"] == "aws:sqs"
        assert {"ApproximateReceiveCount", "SentTimestamp", "SenderId"} <= set(record["attributes"])


@pytest.mark.parametrize(
    ("name", "fifo"),
    [("extract-sqs.json", True), ("extract-sqs-poison.json", True), ("fetch-sqs-shard.json", False)],
)
def test_groups_and_order_are_a_fifo_queues(name: str, fifo: bool) -> None:
    for record in _event(name)["Records"]:
        assert record["eventSourceARN"].endswith(".fifo") is fifo
        known = {"MessageGroupId", "MessageDeduplicationId", "SequenceNumber"} & set(record["attributes"])
        assert len(known) == (3 if fifo else 0)


def test_the_sample_shard_is_one_of_two_publishers_of_the_demo() -> None:
    """The others are not in it, so that it can be seen that a shard polls its own feeds only."""
    (record,) = _event("fetch-sqs-shard.json")["Records"]
    shard = Shard.from_json(record["body"])
    publishers = load_publishers()
    assert shard == Shard(
        number=0,
        of=1,
        planned=instant(START),
        feeds=tuple(ShardFeed(one.id, f"{one.origin}{one.feed_path}") for one in publishers[:2]),
    )
    assert shard.to_json() == record["body"]
    assert len(publishers) > 2


def test_the_sample_message_is_what_the_demos_feed_says_of_the_model_article() -> None:
    publisher = load_publishers()[0]
    model = next(edition for edition in editions(publisher, START, START) if edition.story.slug == MODEL)
    message = _model_message()
    assert message.source == publisher.id
    assert message.feed == f"{publisher.id} {publisher.origin}{publisher.feed_path}"
    assert message.polled == instant(START)
    assert message.url == model.url
    assert message.hint is not None
    assert message.hint.title == model.story.title
    assert message.hint.summary == model.summary
    assert message.hint.content == body_html(model.blocks)
    assert message.hint.image == model.image_url
    assert datetime.fromisoformat(message.hint.published or "") == model.published


def test_ids_and_hashes_of_the_sample_message_follow_the_documented_rules() -> None:
    message = _model_message()
    attributes = _event("extract-sqs.json")["Records"][0]["attributes"]
    assert message.article_id == article_id(message.url)
    assert message.hint is not None
    assert message.hint_hash == message.hint.hash()
    assert attributes["MessageDeduplicationId"] == message.deduplication_id()
    assert attributes["MessageGroupId"] == group_id(registrable_domain(host_of(message.url)))


def test_the_poisoned_batch_has_three_bad_messages_before_a_good_one() -> None:
    *bad, good = (record["body"] for record in _event("extract-sqs-poison.json")["Records"])
    problems = []
    for body in bad:
        with pytest.raises(MessageError) as caught:
            Message.from_json(body)
        problems.append(str(caught.value))
    assert problems == [
        "message is not JSON",
        "message schema is 'newswire/message/0'; 'newswire/message/1' is allowed",
        "message key 'source' is missing",
    ]
    assert Message.from_json(good) == _model_message()
