"""An SQS batch whose publishers are asked at the same time: waiting for one costs the others nothing.

Lambda is paid by the second, and most of a page's time is its server's answer and the gap after it
(docs/decisions/0119). Within a message group, which is one publisher, records stay in their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType

# As many as a batch has records
WORKERS = 10


class PublishersBatch(BatchProcessor):
    """Works off the message groups of a batch side by side.

    With one of ``workers`` the order of all calls is fixed.
    """

    def __init__(self, workers: int = WORKERS) -> None:
        # A batch that failed as a whole is answered like any other: each of its records has its own back-off.
        super().__init__(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        self._workers = workers

    def process(self) -> list[tuple[Any, ...]]:
        """Call the handler for each record; return what became of them, group by group."""
        groups: dict[str, list[dict[str, Any]]] = {}
        for record in self.records:
            groups.setdefault(record.get("attributes", {}).get("MessageGroupId", ""), []).append(record)
        if self._workers == 1 or len(groups) < 2:
            return [done for group in groups.values() for done in self._in_order(group)]
        with ThreadPoolExecutor(self._workers) as pool:
            return [done for group in pool.map(self._in_order, groups.values()) for done in group]

    def _in_order(self, records: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
        return [self._process_record(record) for record in records]
