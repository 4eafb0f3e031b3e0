"""A series of articles that is cut into partitions: where its rows come from, and what they become."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol, TypeVar

from functions.publish.carried import Carried
from functions.publish.snapshot import Snapshot

Row = TypeVar("Row")


class Series(Protocol[Row]):
    """One partitioned series."""

    @property
    def most(self) -> int:
        """Return how many rows a partition may have."""

    def moment(self, listed: str) -> str:
        """Return when an article is listed, by the clock that the series goes by: RFC 3339."""

    def keys(self, name: str) -> Sequence[str]:
        """Return the keys of a partition's outputs; the first holds its memory."""

    def lasting(self, memory: Snapshot) -> bool:
        """Return whether the rows of a memory may be taken over; else they are made anew."""

    def ids(self, memory: Snapshot) -> Sequence[str]:
        """Return the ids of the articles in a memory."""

    def named(self, memory: Snapshot) -> Collection[str]:
        """Return those of these ids whose pages the memory names."""

    def rows(self, memory: Snapshot) -> dict[str, Row]:
        """Return the rows of a memory that lasts, by article id."""

    def row(self, carried: Carried) -> Row | None:
        """Return the row of an article in this series, if it has one; the page that it names is there."""

    def memory(self, name: str, rows: Mapping[str, Row], memory: Snapshot) -> bytes:
        """Return the first of :meth:`outputs` alone, of one that is not split."""

    def outputs(
        self, name: str, rows: Mapping[str, Row], memory: Snapshot, *, split: bool = False
    ) -> Mapping[str, bytes]:
        """Return a partition's outputs by key, the memory first; without rows, of a split or empty one.

        The memory of a ``split`` one has other bytes than that of an empty one: conditions go by bytes.
        """

    def metadata(self, rows: Mapping[str, Row]) -> Mapping[str, str]:
        """Return what is said of a memory of these rows beside its bytes."""
