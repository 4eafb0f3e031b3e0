"""Queues: messages go in batches, and every single refusal is seen.

SendMessageBatch answers 200 even when some of its entries failed, and refuses a whole batch above
1 MiB. A message of a FIFO queue has a group (one publisher) and a deduplication id, one of a standard
queue has neither.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from newswire.text import one_line

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH_ENTRIES = 10
BATCH_BYTES = 1024 * 1024 - 4096
SEND_ATTEMPTS = 4
GROUP_LIMIT = 128
REASON_LIMIT = 1000
# API reference, "SendMessageBatch" and "Common Error Types"; KMS' has a prefix in one of SQS' two protocols.
_THROTTLED = frozenset({"KmsThrottled", "RequestThrottled", "Throttling", "ThrottlingException"})
MAX_VISIBILITY = 12 * 3600 - 60  # seconds; SQS counts twelve hours from the first receive


class QueueUnavailable(Exception):
    """SQS took not all entries for reasons of its own; nothing about them may be remembered as sent."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send; for a FIFO queue with its group and the id under which repeats are dropped."""

    body: str
    group: str | None = None
    deduplication_id: str | None = None
    reason: str | None = None

    @property
    def stated_reason(self) -> str:
        """Return the reason as an attribute may hold it: it may quote what a stranger wrote."""
        return one_line(self.reason or "", REASON_LIMIT)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message that SQS will never take as it is."""

    message: Outgoing
    reason: str


def group_id(domain: str) -> str:
    """Return the FIFO group of a registrable domain, hashed where SQS would refuse it."""
    if 0 < len(domain) <= GROUP_LIMIT and domain.isascii() and domain.isprintable():
        return domain
    return hashlib.sha256(domain.encode()).hexdigest()


class Queue:
    """One queue."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, messages: Sequence[Outgoing]) -> list[Refusal]:
        """Send all messages in order; return those that SQS refuses for the sender's fault.

        Raise :class:`QueueUnavailable` where an entry still fails after four attempts, and where SQS
        cannot be reached or fails a whole call, which the client has tried again already.
        """
        refusals: list[Refusal] = []
        for batch in batches(messages):
            pending = list(batch)
            for _ in range(SEND_ATTEMPTS):
                pending, refused = self._attempt(pending)
                refusals.extend(refused)
                if not pending:
                    break
            else:
                raise QueueUnavailable(f"{len(pending)} of {len(batch)} messages were not accepted")
        return refusals

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Hide a received message for so many seconds, within what SQS allows."""
        self._client.change_message_visibility(
            QueueUrl=self._url,
            ReceiptHandle=receipt_handle,
            VisibilityTimeout=max(0, min(seconds, MAX_VISIBILITY)),
        )

    def waiting(self) -> int:
        """Return about how many messages wait to be received; raise botocore's errors."""
        answer = self._client.get_queue_attributes(
            QueueUrl=self._url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    def _attempt(self, messages: Sequence[Outgoing]) -> tuple[list[Outgoing], list[Refusal]]:
        entries = [_entry(index, message) for index, message in enumerate(messages)]
        try:
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)  # type: ignore[arg-type]  # built dict
        except BotoCoreError as error:
            raise QueueUnavailable(f"{type(error).__name__}: {error}") from error
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] < 500 and not _is_throttled(error):
                raise  # of a queue that is not there, or not ours: no waiting helps
            raise QueueUnavailable(f"{type(error).__name__}: {error}") from error
        again: list[Outgoing] = []
        refused: list[Refusal] = []
        for failure in answer.get("Failed", []):
            message = messages[int(failure["Id"])]
            if failure["SenderFault"]:
                refused.append(
                    Refusal(message, f"{failure['Code']}: {failure.get('Message', '')}".rstrip(": "))
                )
            else:
                again.append(message)
        return again, refused


def _is_throttled(error: ClientError) -> bool:
    """Return whether SQS, or KMS for it, has too much to do: it says so with status 400."""
    return error.response["Error"]["Code"].rpartition(".")[2] in _THROTTLED


def batches(messages: Sequence[Outgoing]) -> Iterator[list[Outgoing]]:
    """Yield the messages in order, at most ten and 1 MiB at a time."""
    batch: list[Outgoing] = []
    size = 0
    for message in messages:
        weight = len(message.body.encode()) + len(message.stated_reason.encode()) + 64
        if batch and (len(batch) == BATCH_ENTRIES or size + weight > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += weight
    if batch:
        yield batch


def _entry(index: int, message: Outgoing) -> dict[str, Any]:
    entry: dict[str, Any] = {"Id": str(index), "MessageBody": message.body}
    if message.group is not None:
        entry["MessageGroupId"] = message.group
    if message.deduplication_id is not None:
        entry["MessageDeduplicationId"] = message.deduplication_id
    if message.reason is not None:
        stated = {"DataType": "String", "StringValue": message.stated_reason}
        entry["MessageAttributes"] = {"reason": stated}
    return entry
