"""DeleteMessage out of moto's queues."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

from local.template import REGION


def delete_message(params: Mapping[str, Any]) -> dict[str, Any] | None:
    """Delete a message that the queue has; of any other moto knows what to say."""
    queue = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues.get(params["QueueUrl"].rpartition("/")[2])
    handle: str = params["ReceiptHandle"]
    if queue is None or not any(message.had_receipt_handle(handle) for message in queue._messages):  # noqa: SLF001 - moto has no other way
        return None
    queue.delete_message(handle)
    return {}


ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any] | None]] = {
    "DeleteMessage": delete_message,
}
