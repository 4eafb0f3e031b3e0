"""What Lambda's pollers give a function and how they read its answer.

Source: "Using Lambda with Amazon SQS" and "Using Lambda with Amazon DynamoDB" in the AWS Lambda
developer guide, their example events and their sections on partial batch responses.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from local.template import REGION


def sqs_event(messages: Iterable[Mapping[str, Any]], queue_arn: str) -> dict[str, Any]:
    """Return the event for messages as ReceiveMessage gave them, all attributes asked for."""
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": dict(message.get("Attributes", {})),
                "messageAttributes": {
                    name: _message_attribute(value)
                    for name, value in message.get("MessageAttributes", {}).items()
                },
                "md5OfBody": message["MD5OfBody"],
                "eventSource": "aws:sqs",
                "eventSourceARN": queue_arn,
                "awsRegion": REGION,
            }
            for message in messages
        ]
    }


def _message_attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    attribute: dict[str, Any] = {
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": value["DataType"],
    }
    if "StringValue" in value:
        attribute["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        attribute["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return attribute


def stream_record(record: Mapping[str, Any], stream_arn: str) -> dict[str, Any]:
    """Return one record of GetRecords as it stands in the event."""
    change = record["dynamodb"]
    created = change["ApproximateCreationDateTime"]
    present = [name for name in ("Keys", "NewImage", "OldImage") if change.get(name) is not None]
    images = {name: _json_item(change[name]) for name in present}
    return {
        "eventID": record["eventID"],
        "eventName": record["eventName"],
        "eventVersion": record["eventVersion"],
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "dynamodb": {
            "ApproximateCreationDateTime": created.timestamp() if isinstance(created, datetime) else created,
            **images,
            "SequenceNumber": change["SequenceNumber"],
            "SizeBytes": change["SizeBytes"],
            "StreamViewType": change["StreamViewType"],
        },
        "eventSourceARN": stream_arn,
    }


def _json_item(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: _json_item(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_json_item(one) for one in value]
    return value


def failed_identifiers(answer: Any, sent: Sequence[str], *, reports_failures: bool) -> set[str]:
    """Return which of the ``sent`` identifiers the function reports as failed.

    An answer without failures means that all went well; one that Lambda cannot read (an unknown or
    empty identifier, a wrong shape) means that everything failed.
    """
    if not reports_failures or answer is None or answer == {}:
        return set()
    failures = answer.get("batchItemFailures", []) if isinstance(answer, dict) else None
    if failures is None:
        return set() if isinstance(answer, dict) else set(sent)
    try:
        failed = {failure["itemIdentifier"] for failure in failures}
    except (TypeError, KeyError):
        return set(sent)
    return failed if failed.issubset(sent) else set(sent)
