"""One walk over a table's items, and one conditional write for each that is to be another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newswire.tables import BATCH_GET_LIMIT, ConditionFailed, Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ATTEMPTS = 5
FAILED = "written by others again and again"

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of an item: ``wanted`` takes its place, ``None``: it stays. ``what`` is counted."""

    what: str
    wanted: Item | None = None


Decide = Callable[[Item | None], Verdict]


def exists(client: DynamoDBClient, table: Table) -> bool:
    """Return whether there is such a table."""
    try:
        client.describe_table(TableName=table.name)
    except client.exceptions.ResourceNotFoundException:
        return False
    return True


def walk(client: DynamoDBClient, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Yield all items of a table, by consistent reads, as many at a time as one BatchGetItem takes."""
    pages = client.get_paginator("scan").paginate(
        TableName=table.name, ConsistentRead=True, PaginationConfig={"PageSize": BATCH_GET_LIMIT}
    )
    return ([table.plain(item) for item in page["Items"]] for page in pages)


@dataclass(slots=True)
class Upkeep:
    """Writes what is decided; ``counts`` has what became of the items. With ``dry`` nothing is written.

    ``tell`` is given a line for each item that is, or would be, written, and for each of the ``failures``.
    """

    tell: Callable[[str], None]
    dry: bool = False
    failures: frozenset[str] = frozenset([FAILED])
    counts: Counter[str] = field(default_factory=Counter)
    changed: int = 0

    def settle(self, table: Table, pk: str, present: Item | None, decide: Decide) -> None:
        """Write an item as decided by what is there, and decide again where somebody else was first."""
        for _ in range(ATTEMPTS):
            verdict = decide(present)
            if verdict.wanted is None or self.dry or _is_written(table, verdict.wanted, present):
                self._note(pk, verdict)
                return
            present = table.get_many([pk]).get(pk)
        self._note(pk, Verdict(FAILED))

    def lines(self, order: Sequence[str]) -> Iterable[str]:
        """Return the counts, in this order of what they are of."""
        return (f"{self.counts[what]:>8} {what}" for what in order if self.counts[what])

    def _note(self, pk: str, verdict: Verdict) -> None:
        self.counts[verdict.what] += 1
        self.changed += verdict.wanted is not None
        if verdict.wanted is not None or verdict.what in self.failures:
            self.tell(f"{pk}: {verdict.what}")


def _is_written(table: Table, wanted: Item, present: Item | None) -> bool:
    try:
        if present is None or "version" in present:
            version = None if present is None else int(present["version"])
            table.put(wanted, expected_version=version)
        else:
            # An alias, which is never written twice, or an item that has lost its version
            table.put_where(wanted, "pk = :pk AND attribute_not_exists(version)", {":pk": wanted["pk"]})
    except ConditionFailed:
        return False
    return True
