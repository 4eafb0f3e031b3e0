"""Leases on shards in FeedTable: however often a shard is delivered, one invocation polls it at a time.

A lease is an item ``shard#<number>/<of>`` with its holder and the end of the holder's time. One that is given
back has no end, so that it is free by every clock, and the moment when its holder ``left``; one whose holder
died is free when its time is over. So whoever takes it learns when the shard's states can have been written
last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from newswire.clock import instant
from newswire.observability import Logger
from newswire.tables import ConditionFailed, Table

PK_PREFIX = "shard#"
# Longer than between two polls of any portal
MEMORY = timedelta(days=1)
NO_END = ""  # before every moment
# DynamoDB shows a write to every read "usually within one second" (developer guide, "Read consistency"); the
# rest is for clocks that differ.
SHOWN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Claim:
    """Whether a shard is ours, and whether every read shows what its holder before has written."""

    is_held: bool
    is_settled: bool = False


class Leases:
    """The leases that one invocation, ``holder``, takes; ``clock`` tells when it gives one back."""

    def __init__(self, table: Table, holder: str, clock: Callable[[], datetime], logger: Logger) -> None:
        self._table = table
        self._holder = holder
        self._clock = clock
        self._logger = logger

    @contextmanager
    def held(self, number: int, of: int, now: datetime, until: datetime) -> Iterator[Claim]:
        """Hold a shard's lease for the length of the block, if it is free."""
        pk = f"{PK_PREFIX}{number}/{of}"
        claim = self._claimed(pk, now, until)
        if not claim.is_held:
            yield claim
            return
        try:
            yield claim
        finally:
            self._release(pk)

    def _claimed(self, pk: str, now: datetime, until: datetime) -> Claim:
        try:
            former = self._table.put_where(
                {**self._item(pk, until), "ends": instant(until)},
                "attribute_not_exists(pk) OR ends <= :now",
                {":now": instant(now)},
            )
        except ConditionFailed:
            return Claim(is_held=False)
        return Claim(is_held=True, is_settled=_is_settled(former, now))

    def _release(self, pk: str) -> None:
        try:
            left = self._clock()
            self._table.put_where(
                {**self._item(pk, left), "ends": NO_END, "left": instant(left)},
                "holder = :holder",
                {":holder": self._holder},
            )
        except ConditionFailed:
            return  # it ended, and somebody else holds it now
        except Exception:
            # What was polled stands all the same; the lease is free when its time is over.
            self._logger.exception("a lease could not be given back", lease=pk)

    def _item(self, pk: str, until: datetime) -> dict[str, Any]:
        return {"pk": pk, "holder": self._holder, "expires": int((until + MEMORY).timestamp())}


def _is_settled(former: Mapping[str, Any] | None, now: datetime) -> bool:
    """Return whether the former holder has long been done; of none, nothing is known."""
    if former is None:
        return False
    return str(former.get("left") or former["ends"]) <= instant(now - SHOWN_AFTER)
