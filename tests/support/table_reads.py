"""What is read of tables, as DynamoDB bills it: by key, consistently or not."""

from __future__ import annotations

from typing import Any


class TableReads:
    """The BatchGetItem calls of a client from now on."""

    def __init__(self, client: Any) -> None:
        self.made: list[tuple[str, list[str], bool]] = []
        client.meta.events.register("provide-client-params.dynamodb.BatchGetItem", self._note)

    def of(self, table: str) -> list[tuple[list[str], bool]]:
        """Return the kinds of keys, sorted, and the consistency of each call to a table."""
        return [(kinds, consistent) for name, kinds, consistent in self.made if name == table]

    def _note(self, params: dict[str, Any], **_: object) -> None:
        for table, asked in params["RequestItems"].items():
            kinds = sorted(key["pk"]["S"].partition("#")[0] for key in asked["Keys"])
            self.made.append((table, kinds, asked.get("ConsistentRead", False)))
