"""Taking messages out of a queue with everything that SQS knows about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_MOST = 10  # what one ReceiveMessage may ask for


def receive(sqs: Any, url: str, count: int = _MOST) -> list[dict[str, Any]]:
    """Return up to ``count`` visible messages, which are hidden from now on."""
    answer = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=min(count, _MOST),
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["All"],
    )
    messages: list[dict[str, Any]] = answer.get("Messages", [])
    return messages


def take_all(sqs: Any, url: str) -> Iterator[dict[str, Any]]:
    """Yield every visible message and delete it."""
    while messages := receive(sqs, url):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            yield message
