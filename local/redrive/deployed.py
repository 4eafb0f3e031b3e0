"""The queues of a deployed stack, and what does again what is in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import boto3

from local.rebuild.deployed import invoker, rebuild_stack
from local.redrive.letters import Letter, QueueName
from local.redrive.passing import DeadLetterQueue
from local.redrive.repeating import PublishAgain, RunAgain
from local.redrive.sending import send
from local.stack_outputs import stack_outputs

_OUTPUTS = (
    "ArticleDeadLetterQueueUrl",
    "ArticleQueueUrl",
    "ArticleTableName",
    "FetchDeadLetterQueueUrl",
    "FetchFunctionName",
    "PublishFailureQueueUrl",
    "PublishFunctionName",
    "ScheduleFailureQueueUrl",
)
_WAIT = 1  # second; a receive that waits asks all of SQS's servers
_INVOKED = 900  # seconds that letters are hidden while functions are invoked for them


def dead_letter_queues(stack: str, sqs: Any, now: str) -> dict[QueueName, DeadLetterQueue]:
    """Return a stack's queues by name; raise :class:`~local.stack_outputs.NoSuchStack` where it has none."""
    outputs = stack_outputs(stack, *_OUTPUTS)
    publish, fetch = invoker(outputs["PublishFunctionName"]), invoker(outputs["FetchFunctionName"])
    again = PublishAgain(
        boto3.client("dynamodbstreams"), outputs["ArticleTableName"], publish, partial(rebuild_stack, stack)
    )
    run = RunAgain({"poll": fetch, "refresh": publish})
    to_articles = partial(_send, sqs, outputs["ArticleQueueUrl"], now)
    return {
        "article": DeadLetterQueue("article", outputs["ArticleDeadLetterQueueUrl"], to_articles, wait=_WAIT),
        "fetch": DeadLetterQueue("fetch", outputs["FetchDeadLetterQueueUrl"], _never, wait=_WAIT),
        "publish": DeadLetterQueue("publish", outputs["PublishFailureQueueUrl"], again, _INVOKED, _WAIT),
        "schedule": DeadLetterQueue("schedule", outputs["ScheduleFailureQueueUrl"], run, _INVOKED, _WAIT),
    }


def _send(sqs: Any, url: str, now: str, letters: Sequence[Letter]) -> Mapping[str, str]:
    return send(sqs, url, letters, now)


def _never(letters: Sequence[Letter]) -> Mapping[str, str]:
    raise AssertionError(f"{len(letters)} shards were to be sent; none ever is")
