"""An SQS batch of shards: each one is polled, comes back, or goes to the dead letters with a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from newswire.observability import Logger
from newswire.queue import Outgoing, Queue, QueueUnavailable
from newswire.shards import Shard, ShardError


def work_off(
    records: Sequence[Mapping[str, Any]], poll: Callable[[Shard], None], dead_letters: Queue, logger: Logger
) -> dict[str, Any]:
    """Poll the shard of every record; answer with the records that are to come back."""
    failed = [record["messageId"] for record in records if not _is_done(record, poll, dead_letters, logger)]
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}


def _is_done(
    record: Mapping[str, Any], poll: Callable[[Shard], None], dead_letters: Queue, logger: Logger
) -> bool:
    try:
        shard = Shard.from_json(record["body"])
    except ShardError as error:
        return _is_buried(record, str(error), dead_letters, logger)
    try:
        poll(shard)
    except Exception:
        logger.exception("shard could not be worked off", message_id=record["messageId"])
        return False
    return True


def _is_buried(record: Mapping[str, Any], reason: str, dead_letters: Queue, logger: Logger) -> bool:
    """No retry can make it readable: it goes where the operator looks, with the reason."""
    logger.error("shard cannot be read", message_id=record["messageId"], reason=reason)
    try:
        return not dead_letters.send([Outgoing(record["body"], reason=reason)])
    except QueueUnavailable:
        logger.exception("shard could not be put aside", message_id=record["messageId"])
        return False
