"""A redrive on queues in moto, whose letters, clients and ends a test makes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from local.redrive.letters import Wishes
from local.redrive.passing import DeadLetterQueue, Pass
from local.redrive.sending import send
from local.redrive.tally import Tally
from newswire.messages import Message
from tests.support.aws_stack import QueuedMessage, Stack
from tests.support.extract_world import entry

STARTED = "2026-01-05T01:00:00.000Z"
POISON = "bukan JSON"
UNREAD = "message is not JSON"


class Killed(BaseException):
    """The process is no more."""


@dataclass(slots=True)
class Tampered:
    """A client that ends, or refuses, where a test says."""

    sqs: Any
    before: Mapping[str, Any] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.sqs, name)

        def tampered(**arguments: Any) -> Any:
            if name in self.before and (answer := self.before[name](call, arguments)) is not None:
                return answer
            answer = call(**arguments)
            if name == "receive_message":
                self.receipts += [one["ReceiptHandle"] for one in answer.get("Messages", [])]
            return answer

        return tampered


def killed(_call: Any, _arguments: Mapping[str, Any]) -> None:
    """End before the call."""
    raise Killed


def killed_after(call: Any, arguments: Mapping[str, Any]) -> None:
    """End after the call."""
    call(**arguments)
    raise Killed


def quiet(_line: str) -> None:
    """Print nothing."""


def message(number: int, domain: str = "kabar") -> Message:
    """Return the message of a publisher's article."""
    return entry(f"https://{domain}.example/berita/{number}", title=f"Berita {number}")


def bury(stack: Stack, body: str, group: str = "kabar.example", reason: str = "") -> None:
    """Put a letter where the operator looks."""
    said = {"reason": {"DataType": "String", "StringValue": reason}} if reason else {}
    stack.sqs.send_message(
        QueueUrl=stack.dead_letter_queue_url,
        MessageBody=body,
        MessageGroupId=group,
        MessageDeduplicationId=uuid.uuid4().hex,
        MessageAttributes=said,  # type: ignore[arg-type]  # one attribute
    )


def letters_of(stack: Stack) -> list[QueuedMessage]:
    """Return and forget what lies where the operator looks."""
    return stack.drain(stack.dead_letter_queue_url)


def redrive(
    stack: Stack, wishes: Wishes | None = None, *, sqs: Any = None, started: str = STARTED, **more: Any
) -> tuple[Tally, list[str]]:
    """Redrive the articles once, as the command does."""
    said: list[str] = []
    tally = Tally(said.append, dry=more.get("dry", False))
    client = sqs or stack.sqs
    queue = DeadLetterQueue(
        "article",
        stack.dead_letter_queue_url,
        lambda letters: send(client, stack.queue_url, letters, started),
    )
    Pass(client, queue, wishes or Wishes(), tally, started, **more).run()
    return tally, said


def counted(tally: Tally) -> dict[str, int]:
    """Return what is not zero of a tally."""
    return {name: number for name, number in tally.summary().items() if name != "by_reason" and number}


def let_time_out(stack: Stack, received: Tampered) -> None:
    """Let the visibility time-out of everything be over that a process has received so far."""
    for receipt in received.receipts:
        with suppress(stack.sqs.exceptions.ReceiptHandleIsInvalid):  # deleted since
            stack.sqs.change_message_visibility(
                QueueUrl=stack.dead_letter_queue_url, ReceiptHandle=receipt, VisibilityTimeout=0
            )
