"""Taking messages out of a queue with everything that SQS knows about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_MOST = 10  # what one ReceiveMessage may ask for


def receive(
    sqs: Any, url: str, count: int = _MOST, *, hidden: int | None = None, wait: int = 0
) -> list[dict[str, Any]]:
    """Return up to ``count`` visible messages, which are hidden from now on.

    They are hidden for ``hidden`` seconds, ``None``: for as long as the queue says. Where there is none,
    one is waited for ``wait`` seconds: then SQS asks all of its servers.
    """
    answer = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=min(count, _MOST),
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["All"],
        WaitTimeSeconds=wait,
        **({} if hidden is None else {"VisibilityTimeout": hidden}),
    )
    messages: list[dict[str, Any]] = answer.get("Messages", [])
    return messages


def take_all(sqs: Any, url: str) -> Iterator[dict[str, Any]]:
    """Yield every visible message and delete it."""
    while messages := receive(sqs, url):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            yield message
