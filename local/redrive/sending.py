"""Sending again: ten messages and 1 MiB a call, each refusal seen."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from local.redrive.letters import Letter
from newswire.queue import BATCH_BYTES, BATCH_ENTRIES, SEND_ATTEMPTS

NOT_ACCEPTED = "not accepted by the queue"


def send(sqs: Any, url: str, letters: Sequence[Letter], now: str) -> dict[str, str]:
    """Send letters to a queue; return why one was not accepted, by its id.

    A FIFO queue gets a deduplication id that no message had before, or it would swallow for five minutes
    what it has handed out before. One that fails for the queue's own reasons is sent again under the same id.
    """
    is_fifo = url.endswith(".fifo")
    refused: dict[str, str] = {}
    for batch in _batches([(letter, _entry(letter, now, is_fifo=is_fifo)) for letter in letters]):
        refused |= _sent(sqs, url, batch)
    return refused


def _sent(sqs: Any, url: str, batch: Sequence[tuple[Letter, dict[str, Any]]]) -> dict[str, str]:
    pending = {str(number): entry for number, (_, entry) in enumerate(batch)}
    letters = {str(number): letter for number, (letter, _) in enumerate(batch)}
    refused: dict[str, str] = {}
    for _ in range(SEND_ATTEMPTS):
        entries = [{"Id": name, **entry} for name, entry in pending.items()]
        answer = sqs.send_message_batch(QueueUrl=url, Entries=entries)
        failed = {one["Id"]: one for one in answer.get("Failed", [])}
        for name in [name for name, one in failed.items() if one.get("SenderFault")]:
            said = failed.pop(name)
            refused[letters[name].id] = f"{NOT_ACCEPTED}: {said.get('Code', '')}"
        pending = {name: pending[name] for name in failed}
        if not pending:
            return refused
    return refused | {letters[name].id: NOT_ACCEPTED for name in pending}


def _entry(letter: Letter, now: str, *, is_fifo: bool) -> dict[str, Any]:
    entry = letter.again(now)
    if is_fifo:
        entry["MessageDeduplicationId"] = uuid.uuid4().hex
    return entry


def _batches(
    entries: Sequence[tuple[Letter, dict[str, Any]]],
) -> Iterator[list[tuple[Letter, dict[str, Any]]]]:
    batch: list[tuple[Letter, dict[str, Any]]] = []
    size = 0
    for letter, entry in entries:
        weight = _weight(entry)
        if batch and (len(batch) == BATCH_ENTRIES or size + weight > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((letter, entry))
        size += weight
    if batch:
        yield batch


def _weight(entry: dict[str, Any]) -> int:
    """Return the bytes that SQS counts: the body, and name, type and value of each attribute."""
    named = (
        len(name) + sum(len(part if isinstance(part, bytes) else part.encode()) for part in value.values())
        for name, value in entry["MessageAttributes"].items()
    )
    return len(entry["MessageBody"].encode("utf-8", "surrogatepass")) + sum(named)
