"""The events that the local pollers build, and how they read a function's answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes import DynamoDBStreamEvent, SQSEvent

from local.lambda_events import failed_identifiers, sqs_event, stream_record
from tests.support.aws_stack import Stack

ARN = "arn:aws:sqs:us-east-1:123456789012:articles.fifo"
MESSAGE: dict[str, Any] = {
    "MessageId": "m1",
    "ReceiptHandle": "r1",
    "Body": "{}",
    "MD5OfBody": "99914b932bd37a50b983c5e7c90ae93b",
    "Attributes": {"ApproximateReceiveCount": "2", "MessageGroupId": "kabar.example", "SentTimestamp": "1"},
    "MessageAttributes": {
        "reason": {"DataType": "String", "StringValue": "bare"},
        "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    },
}
RECORD: dict[str, Any] = {
    "eventID": "e1",
    "eventName": "INSERT",
    "eventVersion": "1.0",
    "dynamodb": {
        "ApproximateCreationDateTime": datetime(2026, 1, 5, tzinfo=UTC),
        "Keys": {"pk": {"S": "article#a"}},
        "NewImage": {"pk": {"S": "article#a"}, "tags": {"L": [{"S": "x"}]}, "seen": {"B": b"\x00\xff"}},
        "SequenceNumber": "11",
        "SizeBytes": 9,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    },
}


def test_an_sqs_message_arrives_with_all_that_sqs_knows_of_it() -> None:
    (record,) = SQSEvent(sqs_event([MESSAGE], ARN)).records
    assert record.message_id == "m1"
    assert record.receipt_handle == "r1"
    assert record.attributes.approximate_receive_count == "2"
    assert record.attributes.message_group_id == "kabar.example"
    reason, raw = record.message_attributes["reason"], record.message_attributes["raw"]
    assert reason is not None
    assert reason.string_value == "bare"
    assert raw is not None
    assert raw.binary_value == "AP8="
    assert record.event_source_arn == ARN


def test_what_only_a_fifo_queue_knows_is_not_in_the_event_of_a_standard_queue(stack: Stack) -> None:
    stack.put_shard("{}")
    (event,) = stack.drain_shard_events()
    (record,) = event["Records"]
    assert set(record["attributes"]) >= {"ApproximateReceiveCount", "SentTimestamp", "SenderId"}
    assert not {"MessageGroupId", "MessageDeduplicationId", "SequenceNumber"} & set(record["attributes"])
    assert record["eventSourceARN"].endswith(":fetch")
    assert stack.drain_shards() == []


def test_a_stream_record_is_json_with_binaries_in_base64_and_an_epoch_time() -> None:
    event = {"Records": [stream_record(RECORD, "arn:stream")]}
    change = event["Records"][0]["dynamodb"]
    assert change["ApproximateCreationDateTime"] == 1767571200.0
    assert change["NewImage"]["seen"] == {"B": "AP8="}
    assert "OldImage" not in change
    (record,) = DynamoDBStreamEvent(event).records
    assert record.event_name is not None
    assert record.event_name.name == "INSERT"
    assert record.dynamodb is not None
    assert record.dynamodb.new_image["tags"] == ["x"]


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, set()),
        ({}, set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": None}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "a"}]}, {"a"}),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": "unknown"}]}, {"a", "b"}),
        ({"batchItemFailures": [{"messageId": "a"}]}, {"a", "b"}),
        ({"batchItemFailures": "a"}, {"a", "b"}),
        (["a"], {"a", "b"}),
    ],
)
def test_an_answer_is_read_as_lambda_reads_it(answer: Any, failed: set[str]) -> None:
    assert failed_identifiers(answer, ["a", "b"], reports_failures=True) == failed


def test_an_answer_means_nothing_where_the_mapping_does_not_ask_for_it() -> None:
    answer = {"batchItemFailures": [{"itemIdentifier": "a"}]}
    assert failed_identifiers(answer, ["a"], reports_failures=False) == set()
