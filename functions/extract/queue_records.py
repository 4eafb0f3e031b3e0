"""A message as SQS hands it to the function (developer guide, "Using Lambda with Amazon SQS")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class QueueRecord:
    """What extract reads of a record; ``receive_count`` counts this time, too."""

    message_id: str
    body: str
    receipt_handle: str
    receive_count: int
    group: str = ""

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Return the record of an event; raise :class:`KeyError` or :class:`ValueError` for what is none."""
        return cls(
            message_id=record["messageId"],
            body=record["body"],
            receipt_handle=record["receiptHandle"],
            receive_count=int(record["attributes"]["ApproximateReceiveCount"]),
            group=record["attributes"].get("MessageGroupId", ""),
        )
