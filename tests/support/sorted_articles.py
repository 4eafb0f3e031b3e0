"""ArticleTable in memory whose calls cost the same however much it holds."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from typing import TypeVar

from newswire.article_item import PORTAL, ArticleItem
from newswire.article_table import Due, Index, Listed, Record
from newswire.languages import primary_language
from tests.support.publish_stores import MemoryArticles

PAGE = 300  # articles that one query answers with

Value = TypeVar("Value", str, tuple[str, str])


class SortedArticles(MemoryArticles):
    """Keeps every index sorted, as DynamoDB does, instead of sorting at each query."""

    def __init__(self) -> None:
        super().__init__()
        self._listings: defaultdict[tuple[Index, str], list[str]] = defaultdict(list)
        self._due: list[tuple[str, str]] = []

    def copied(self) -> SortedArticles:
        """Return another table with the same articles."""
        other = SortedArticles()
        other.records = dict(self.records)
        other._listings.update({key: list(places) for key, places in self._listings.items()})
        other._due = list(self._due)
        return other

    def save(self, record: Record) -> None:
        before = self.records.get(record.id)
        if isinstance(before, ArticleItem):
            for key in _listings(before):
                _remove(self._listings[key], _place(before))
            if before.next_change:
                _remove(self._due, (before.next_change, before.id))
        if isinstance(record, ArticleItem):
            for key in _listings(record):
                insort(self._listings[key], _place(record))
            if record.next_change:
                insort(self._due, (record.next_change, record.id))
        self.records[record.id] = record

    def listed_before(self, index: Index, key: str, position: str | None, limit: int) -> list[Listed]:
        listing = self._listings[index, key]
        end = len(listing) if position is None else bisect_left(listing, position)
        found = [Listed(place.partition("#")[2], place) for place in listing[max(end - limit, 0) : end][::-1]]
        page = min(limit, PAGE)
        self.calls["Query"] += max(1, -(-min(len(found) + 1, limit) // page))
        return found

    def due_changes(self, now: str, limit: int) -> list[Due]:
        self.calls["Query"] += 1
        due = self._due[: min(bisect_left(self._due, (now, "~")), limit)]
        return [Due(article_id, at) for at, article_id in due]


def _listings(item: ArticleItem) -> list[tuple[Index, str]]:
    return [
        ("by-portal", PORTAL),
        ("by-category", item.category),
        ("by-owner", item.owner.id),
        ("by-language", primary_language(item.language) or ""),
    ]


def _place(item: ArticleItem) -> str:
    return f"{item.listed}#{item.id}"


def _remove(values: list[Value], value: Value) -> None:
    place = bisect_left(values, value)
    if values[place : place + 1] == [value]:
        del values[place]
