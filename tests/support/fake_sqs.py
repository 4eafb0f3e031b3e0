"""An SQS client that fails on demand: what `newswire.queue.Queue` is given where moto cannot fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class FakeSqs:
    """Answers as SQS does.

    ``busy`` maps a deduplication id to how many times it fails for the service's own reasons, which
    ``busy_at_first`` does once with the last entry of the first batch and ``always_busy`` with every
    entry; ``faulty`` maps a deduplication id (or a piece of the body) to the code with which it is
    always refused.
    """

    busy: dict[str, int] = field(default_factory=dict)
    busy_at_first: bool = False
    always_busy: bool = False
    faulty: Mapping[str, str] = field(default_factory=dict)
    words: str = "said so"
    batches: list[list[dict[str, Any]]] = field(default_factory=list)
    accepted: list[dict[str, Any]] = field(default_factory=list)
    postponed: list[tuple[str, int]] = field(default_factory=list)

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[dict[str, Any]]) -> dict[str, Any]:  # noqa: ARG002, N803 - the client's own names
        """Accept what is neither busy nor faulty; as SQS, answer without an error either way."""
        if self.busy_at_first and not self.batches:
            self.busy[Entries[-1]["MessageDeduplicationId"]] = 1
        self.batches.append(list(Entries))
        failed: list[dict[str, Any]] = []
        for entry in Entries:
            identity = entry["MessageDeduplicationId"]
            code = self._fault(entry)
            if code is not None:
                failed.append({"Id": entry["Id"], "SenderFault": True, "Code": code, "Message": self.words})
            elif self.always_busy or self.busy.get(identity, 0) > 0:
                self.busy[identity] = self.busy.get(identity, 0) - 1
                failed.append({"Id": entry["Id"], "SenderFault": False, "Code": "InternalError"})
            else:
                self.accepted.append(entry)
        return {"Successful": [], "Failed": failed}

    def change_message_visibility(self, *, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> None:  # noqa: ARG002, N803 - the client's own names
        """Note the pause."""
        self.postponed.append((ReceiptHandle, VisibilityTimeout))

    def accepted_ids(self) -> list[str]:
        """Return the deduplication ids that were accepted, in order."""
        return [entry["MessageDeduplicationId"] for entry in self.accepted]

    def _fault(self, entry: Mapping[str, Any]) -> str | None:
        for mark, code in self.faulty.items():
            if mark == entry["MessageDeduplicationId"] or mark in entry["MessageBody"]:
                return code
        return None
