"""Failure notices of AWS: which batch of a stream, or which scheduled run, they speak of. No I/O.

Whatever a notice says, it names nothing but one of the stack's own runs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# What the template's schedules ask for, by task; nothing else is ever invoked.
SCHEDULED: Mapping[str, Mapping[str, str]] = {
    task: {"trigger": "schedule", "task": task} for task in ("poll", "refresh")
}


def scheduled_task(body: str) -> str | None:
    """Return the task of a scheduled run that failed, ``None`` where the template schedules no such run.

    Scheduler's dead letters are the payload itself; Lambda's failure destination has it beside its context.
    """
    notice = _document(body)
    payload = notice.get("requestPayload", notice)
    return next((task for task, event in SCHEDULED.items() if payload == event), None)


@dataclass(frozen=True, slots=True)
class StreamBatch:
    """Where in a table's stream the records of a batch are; sequence numbers are decimal."""

    stream: str
    shard: str
    first: str
    last: str


def stream_batch(body: str) -> StreamBatch | None:
    """Return the batch that a notice of Lambda's stream mapping names, ``None`` where it is no notice."""
    info = _document(body).get("DDBStreamBatchInfo")
    if not isinstance(info, dict):
        return None
    names = ("streamArn", "shardId", "startSequenceNumber", "endSequenceNumber")
    stream, shard, first, last = (str(info.get(name, "")) for name in names)
    if not (stream and first.isascii() and first.isdecimal() and last.isascii() and last.isdecimal()):
        return None
    return StreamBatch(stream, shard, first, last)


def _document(body: str) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
