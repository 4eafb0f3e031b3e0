"""Leases on shards in FeedTable: however often a shard is delivered, one invocation polls it at a time.

A lease is an item ``shard#<number>/<of>`` with its holder and the end of the holder's time. It is removed
when the holder is done; one whose holder died is free when its time is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from newswire.clock import instant
from newswire.observability import Logger
from newswire.tables import ConditionFailed, Table

PK_PREFIX = "shard#"
MEMORY = timedelta(hours=1)


class Leases:
    """The leases that one invocation, ``holder``, takes."""

    def __init__(self, table: Table, holder: str, logger: Logger) -> None:
        self._table = table
        self._holder = holder
        self._logger = logger

    @contextmanager
    def held(self, number: int, of: int, now: datetime, until: datetime) -> Iterator[bool]:
        """Hold a shard's lease for the length of the block; the value tells whether it was free."""
        pk = f"{PK_PREFIX}{number}/{of}"
        if not self._claim(pk, now, until):
            yield False
            return
        try:
            yield True
        finally:
            self._release(pk)

    def _claim(self, pk: str, now: datetime, until: datetime) -> bool:
        item = {
            "pk": pk,
            "holder": self._holder,
            "ends": instant(until),
            "expires": int((until + MEMORY).timestamp()),
        }
        try:
            self._table.put_where(item, "attribute_not_exists(pk) OR ends <= :now", {":now": instant(now)})
        except ConditionFailed:
            return False
        return True

    def _release(self, pk: str) -> None:
        try:
            self._table.delete_where(pk, "holder = :holder", {":holder": self._holder})
        except ConditionFailed:
            return  # it ended, and somebody else holds it now
        except Exception:
            # What was polled stands all the same; the lease is free when its time is over.
            self._logger.exception("a lease could not be given back", lease=pk)
