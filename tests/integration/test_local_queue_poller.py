"""A queue's messages given to a function on this machine, though its clock and the queue's differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest

from local.lambda_runtime import LambdaRuntime
from local.queue_poller import QueuePoller
from local.run_clock import RunClock
from local.stack import Stack as LocalStack
from local.wiring import QueueMapping
from tests.support.aws_stack import REGION, Stack


@dataclass(slots=True)
class Function:
    """Fails what it is given, hiding it, until ``fails`` is used up."""

    sqs: Any
    url: str
    fails: int
    hidden: int
    given: list[str] = field(default_factory=list)

    def invoke(self, _: str, event: dict[str, Any]) -> dict[str, Any]:
        """Answer a batch."""
        failed = []
        for record in event["Records"]:
            self.given.append(record["messageId"])
            if self.fails:
                self.fails -= 1
                self.sqs.change_message_visibility(
                    QueueUrl=self.url, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=self.hidden
                )
                failed.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": failed}


@pytest.fixture
def function(stack: Stack) -> Function:
    session = boto3.Session(region_name=REGION)
    return Function(session.client("sqs"), stack.queue_url, fails=1, hidden=60)


def poller(stack: Stack, function: Function, clock: RunClock) -> QueuePoller:
    mapping = QueueMapping("ExtractFunction", "ArticleQueue", stack.queue_url, "arn:q", 10, True, None)
    clients = SimpleNamespace(sqs=stack.sqs)
    seen = SimpleNamespace(clients=clients, handler_events=function.sqs.meta.events)
    runtime = cast("LambdaRuntime", function)
    return QueuePoller(mapping, cast("LocalStack", seen), runtime, clock, lambda _: None)


def test_a_message_that_the_queue_gives_out_again_before_its_release_is_done_once(
    stack: Stack, function: Function
) -> None:
    """The queue counts from the call, the run from the answer: the queue is the earlier of the two."""
    clock = RunClock()
    polled = poller(stack, function, clock)
    stack.sqs.send_message(
        QueueUrl=stack.queue_url, MessageBody="{}", MessageGroupId="a", MessageDeduplicationId="1"
    )
    assert polled.poll() == 1
    (receipt,) = [one.receipt_handle for one in polled._postponed.values()]
    stack.sqs.change_message_visibility(QueueUrl=stack.queue_url, ReceiptHandle=receipt, VisibilityTimeout=0)
    assert polled.poll() == 1
    assert polled.next_release() is None
    clock.offset += timedelta(minutes=2)
    assert polled.poll() == 0
    assert len(function.given) == 2
