"""Messages in queues that feed no function: what the pipeline gave up, for a person to look at."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from local.received import take_all


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that nobody will take: the logical id of its queue, its body, why it is there.

    ``group`` is its group in a FIFO queue. ``stated`` tells that a function gave the reason; otherwise the
    message failed until its queue gave it up, and may do better another time.
    """

    queue: str
    body: str
    reason: str
    group: str | None
    stated: bool


def collect(sqs: Any, queues: Mapping[str, str]) -> list[DeadLetter]:
    """Take every message out of ``queues`` (URLs by logical id)."""
    return [_letter(name, message) for name, url in queues.items() for message in take_all(sqs, url)]


def reasons(letters: Iterable[DeadLetter]) -> list[str]:
    """Return each letter's reason, with its queue."""
    return [f"{letter.queue}: {letter.reason}" for letter in letters]


def redrive(sqs: Any, letters: Iterable[DeadLetter], source_urls: Mapping[str, str]) -> list[DeadLetter]:
    """Send what failed for no stated reason back to where it came from; return the letters that stay.

    ``source_urls`` has the URL of the queue that a dead-letter queue serves, by the latter's logical id.
    """
    staying: list[DeadLetter] = []
    for letter in letters:
        if letter.stated or letter.queue not in source_urls:
            staying.append(letter)
            continue
        group = {"MessageGroupId": letter.group} if letter.group is not None else {}
        url = source_urls[letter.queue]
        # A standard queue takes no deduplication id.
        identity = {"MessageDeduplicationId": uuid.uuid4().hex} if url.endswith(".fifo") else {}
        sqs.send_message(QueueUrl=url, MessageBody=letter.body, **group, **identity)
    return staying


def _letter(queue: str, message: Mapping[str, Any]) -> DeadLetter:
    attributes = message["Attributes"]
    stated = message.get("MessageAttributes", {}).get("reason", {}).get("StringValue") or _condition(
        message["Body"]
    )
    reason = stated or f"failed {int(attributes['ApproximateReceiveCount']) - 1} times"
    return DeadLetter(queue, message["Body"], reason, attributes.get("MessageGroupId"), stated is not None)


def _condition(body: str) -> str | None:
    """Return why Lambda gave up a stream batch, where the body is its notice of that."""
    try:
        return str(json.loads(body)["requestContext"]["condition"])
    except (ValueError, KeyError, TypeError):
        return None
