"""The ways in which a call fails, and how each service says so.

Sources: "Error responses" of the Amazon S3 API reference, "Error handling with DynamoDB" in its developer
guide, "Common errors" and SendMessageBatch of the Amazon SQS API reference, BatchGetItem of DynamoDB's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from tests.faults.calls import Call, Request


class Mode(Enum):
    """A way to fail. All attempts of the call fail in it, except where it says once."""

    FAILS_BEFORE = "fails before"  # no connection: nothing is applied
    ANSWER_LOST = "answer lost"  # applied, each attempt of it, and nobody hears of it
    LOST_ONCE = "lost once"  # applied; the client's next attempt meets what the first has done
    KILLED = "killed"  # applied, and the process ends by SIGKILL at that moment
    THROTTLED = "throttled"  # the service's own words for too many requests
    SLOW_DOWN = "503"  # 503 SlowDown of S3; the others' own 503
    PARTIAL = "partly"  # of a batch, every second part is left undone, once
    SWALLOWED = "swallowed"  # answered as if it were applied: no service does that; it tries the harness out

    @property
    def once(self) -> bool:
        """Return whether it happens to the first attempt alone."""
        return self in (Mode.LOST_ONCE, Mode.PARTIAL)


@dataclass(frozen=True, slots=True)
class Fault:
    """One call that fails, and how."""

    call: Call
    mode: Mode


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes


_BATCHES = frozenset({"SendMessageBatch", "BatchGetItem"})


def modes_of(call: Call) -> list[Mode]:
    """Return the ways in which a call can fail.

    A read has changed nothing: an answer to it that is lost for good is the same as none, and one that is
    lost once is had by the client's next attempt as if nothing had been.
    """
    return [
        mode
        for mode in Mode
        if mode is not Mode.SWALLOWED
        and not (mode is Mode.PARTIAL and call.operation not in _BATCHES)
        and not (mode in (Mode.ANSWER_LOST, Mode.LOST_ONCE) and call.is_read)
    ]


def refusal(mode: Mode, request: Request) -> Answer:
    """Return how a service refuses a call that is throttled or told to slow down."""
    if request.service == "s3":
        # S3 has no other word for throttling than SlowDown, and an older one for the same.
        code = "SlowDown" if mode is Mode.SLOW_DOWN else "ServiceUnavailable"
        text = f"<Error><Code>{code}</Code><Message>Please reduce your request rate.</Message></Error>"
        return Answer(503, {"Content-Type": "application/xml"}, text.encode())
    if mode is Mode.SLOW_DOWN:
        return _json(503, request, {"__type": "ServiceUnavailable", "message": "unavailable"})
    codes = {"dynamodb": "ProvisionedThroughputExceededException", "sqs": "ThrottlingException"}
    return _json(400, request, {"__type": codes[request.service], "message": "slow down"})


def partly(request: Request, apply: Callable[[Request], Answer]) -> Answer:
    """Apply the first, third, … part of a batch and answer as the service does for the others."""
    document = json.loads(request.body)
    if request.operation == "SendMessageBatch":
        return _some_sent(request, document, apply)
    ((table, wanted),) = document["RequestItems"].items()
    keys = wanted["Keys"]
    some = {table: {**wanted, "Keys": keys[::2]}}
    answer = apply(replace(request, body=json.dumps({**document, "RequestItems": some}).encode()))
    left = {table: {**wanted, "Keys": keys[1::2]}} if keys[1::2] else {}
    return _json(200, request, {**json.loads(answer.body), "UnprocessedKeys": left})


def swallowed(request: Request) -> Answer:
    """Answer a batch of messages as if all of them had been taken."""
    entries = json.loads(request.body)["Entries"]
    return _json(200, request, {"Successful": [{"Id": one["Id"], "MessageId": "none"} for one in entries]})


def _some_sent(request: Request, document: Mapping[str, Any], apply: Callable[[Request], Answer]) -> Answer:
    entries = document["Entries"]
    some, others = entries[1::2], entries[::2]  # so that one entry alone is left out, too
    sent: dict[str, Any] = {"Successful": []}
    if some:
        body = json.dumps({**document, "Entries": some}).encode()
        sent = json.loads(apply(replace(request, body=body)).body)
    failed = [{"Id": one["Id"], "Code": "InternalError", "SenderFault": False} for one in others]
    return _json(200, request, {**sent, "Failed": failed})


def _json(status: int, request: Request, document: Mapping[str, Any]) -> Answer:
    version = {"dynamodb": "1.0", "sqs": "1.0"}[request.service]
    return Answer(
        status, {"Content-Type": f"application/x-amz-json-{version}"}, json.dumps(document).encode()
    )
