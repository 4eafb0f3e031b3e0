"""Feeds a function from its SQS queue, as Lambda's event source mapping does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from local.lambda_events import failed_identifiers, sqs_event
from local.lambda_runtime import FunctionError, Runtime
from local.progress import plural
from local.received import receive
from local.run_clock import RunClock
from local.stack import Stack
from local.wiring import QueueMapping

# A message that a function puts off for longer is handed out again after this time: the function
# decides anew whether anybody may be asked yet, and after some receives it settles for less.
PATIENCE = timedelta(minutes=3)


class Backoffs:
    """For how long the handlers hide messages, seen in their own ChangeMessageVisibility calls."""

    def __init__(self, events: Any) -> None:
        """Watch every SQS client that is made from a boto3 session with these ``events`` from now on."""
        self._seconds: dict[str, int] = {}
        events.register("before-parameter-build.sqs.ChangeMessageVisibility", self._see)
        events.register("before-parameter-build.sqs.ChangeMessageVisibilityBatch", self._see_batch)

    def take(self, receipt_handle: str) -> timedelta:
        """Return how long the message was hidden for, zero where nobody said anything."""
        return timedelta(seconds=self._seconds.pop(receipt_handle, 0))

    def _see(self, params: Mapping[str, Any], **_: Any) -> None:
        self._seconds[params["ReceiptHandle"]] = int(params["VisibilityTimeout"])

    def _see_batch(self, params: Mapping[str, Any], **_: Any) -> None:
        for entry in params["Entries"]:
            self._see(entry)


@dataclass(frozen=True, slots=True)
class _Postponed:
    receipt_handle: str
    until: datetime


class QueuePoller:
    """One queue mapping. Messages that failed come back when their back-off is over by the run's clock.

    A failure that names no back-off comes back at once: waiting for the queue's visibility time-out
    would only put off the same answer. The queue's redrive policy ends that.
    """

    def __init__(
        self,
        mapping: QueueMapping,
        stack: Stack,
        runtime: Runtime,
        clock: RunClock,
        on_error: Callable[[FunctionError], None],
    ) -> None:
        self.mapping = mapping
        self._sqs = stack.clients.sqs
        self._runtime = runtime
        self._clock = clock
        self._on_error = on_error
        self._backoffs = Backoffs(stack.handler_events)
        self._postponed: dict[str, _Postponed] = {}

    def poll(self) -> int:
        """Give the function one batch; return how many messages it had, 0 where none is visible."""
        self._release_due()
        messages = receive(self._sqs, self.mapping.url, self.mapping.batch_size)
        if messages:
            failed = self._failed(messages)
            for message in messages:
                self._settle(message, failed=message["MessageId"] in failed)
        return len(messages)

    def size(self) -> int:
        """Return how many messages the queue holds, hidden ones included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self._sqs.get_queue_attributes(QueueUrl=self.mapping.url, AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)

    def progress(self) -> str:
        """Return what is left to do, for a person."""
        return f"{self.mapping.function}: {plural(self.size(), 'message')} to go"

    def next_release(self) -> datetime | None:
        """Return when the next postponed message comes back, ``None`` where none is waiting."""
        return min((one.until for one in self._postponed.values()), default=None)

    def _failed(self, messages: list[dict[str, Any]]) -> set[str]:
        identifiers = [message["MessageId"] for message in messages]
        try:
            answer = self._runtime.invoke(self.mapping.function, sqs_event(messages, self.mapping.arn))
        except FunctionError as error:
            self._on_error(error)
            return set(identifiers)
        return failed_identifiers(answer, identifiers, reports_failures=self.mapping.reports_failures)

    def _settle(self, message: Mapping[str, Any], *, failed: bool) -> None:
        receipt = message["ReceiptHandle"]
        # A message that the queue gave out again just before its release here is no longer waiting.
        self._postponed.pop(message["MessageId"], None)
        hidden = min(self._backoffs.take(receipt), PATIENCE)
        if not failed:
            self._sqs.delete_message(QueueUrl=self.mapping.url, ReceiptHandle=receipt)
        elif hidden:
            self._postponed[message["MessageId"]] = _Postponed(receipt, self._clock.now() + hidden)
        else:
            self._release(receipt)

    def _release_due(self) -> None:
        now = self._clock.now()
        for identifier, postponed in list(self._postponed.items()):
            if postponed.until <= now:
                del self._postponed[identifier]
                self._release(postponed.receipt_handle)

    def _release(self, receipt_handle: str) -> None:
        self._sqs.change_message_visibility(
            QueueUrl=self.mapping.url, ReceiptHandle=receipt_handle, VisibilityTimeout=0
        )
