"""One DynamoDB table in memory: items by key, and its indexes sorted, as far as our own modules ask."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from benchmarks.billing import units
from benchmarks.billing.amounts import Amounts
from benchmarks.billing.units import Index, Item
from tests.support.table_shapes import ARTICLE_INDEXES

INDEXES = {name: Index(partition, sort) for name, partition, sort in ARTICLE_INDEXES}


class Conflict(Exception):
    """A condition does not hold."""


class MemoryItems:
    """Items in DynamoDB's own form. Every method counts the units that its request takes."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self._listings: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)

    def copied(self) -> MemoryItems:
        """Return another table with the same items."""
        other = MemoryItems()
        other.items = dict(self.items)
        other._listings.update({key: list(listing) for key, listing in self._listings.items()})
        return other

    def got(self, asked: Mapping[str, Any], counted: Amounts[str]) -> list[Item]:
        """Return what a BatchGetItem's part finds."""
        pks = [one["pk"]["S"] for one in asked["Keys"]]
        found = [self.items[pk] for pk in pks if pk in self.items]
        consistent = asked.get("ConsistentRead", False)
        counted["read units"] += units.read_units(found, len(pks) - len(found), consistent=consistent)
        return found

    def put(self, item: Item, counted: Amounts[str]) -> None:
        """Write an item, whatever stands there."""
        pk = item["pk"]["S"]
        before = self.items.get(pk)
        counted["write units"] += units.write_units(before, item)
        counted["index write units"] += units.index_units(before, item, INDEXES.values())
        self._move(pk, before, item)

    def queried(self, asked: Mapping[str, Any], counted: Amounts[str]) -> dict[str, Any]:
        """Return a page of an index; the condition is one of those that ArticleTable has."""
        values, index = asked["ExpressionAttributeValues"], INDEXES[asked["IndexName"]]
        condition = asked["KeyConditionExpression"]
        partition = values[":due" if ":due" in values else ":key"]["S"]
        listing, limit = self._listings[asked["IndexName"], partition], asked["Limit"]
        start = asked.get("ExclusiveStartKey")
        after = (start[index.sort]["S"], start["pk"]["S"]) if start else None
        if asked.get("ScanIndexForward", True):
            end = bisect_right(listing, (values[":now"]["S"], "~"))
            begin = bisect_right(listing, after) if after else 0
            found = listing[begin : min(end, begin + limit)]
            more = begin + limit < end
        else:
            last = (values[":position"]["S"], "") if "listed_id <" in condition else None
            end = min((bisect_left(listing, one) for one in (last, after) if one), default=len(listing))
            found = listing[max(end - limit, 0) : end][::-1]
            more = end > limit
        items = [
            {"pk": {"S": pk}, index.partition: {"S": partition}, index.sort: {"S": sort}}
            for sort, pk in found
        ]
        counted["read units"] += units.query_units(items, consistent=False)
        return {"Items": items, "Count": len(items), **({"LastEvaluatedKey": items[-1]} if more else {})}

    def updated(self, asked: Mapping[str, Any], counted: Amounts[str]) -> None:
        """Set and remove attributes where the version is the expected one; raise :class:`Conflict`."""
        pk, values = asked["Key"]["pk"]["S"], asked["ExpressionAttributeValues"]
        before = self.items.get(pk)
        if before is None or before["version"] != values[":expected"]:
            raise Conflict(pk)
        changed = dict(before) | {"version": values[":next"]}
        for name, attribute in asked["ExpressionAttributeNames"].items():
            if name.startswith("#a"):
                changed.pop(attribute, None)
                if (value := values.get(f":{name[1:]}")) is not None:
                    changed[attribute] = value
        counted["write units"] += units.write_units(before, changed)
        counted["index write units"] += units.index_units(before, changed, INDEXES.values())
        self._move(pk, before, changed)

    def _move(self, pk: str, before: Item | None, after: Item) -> None:
        for name, index in INDEXES.items():
            old, new = index.entry(before), index.entry(after)
            if old != new:
                for entry, place in ((old, self._remove), (new, insort)):
                    if entry is not None:
                        partition, sort = entry
                        place(self._listings[name, partition["S"]], (sort["S"], pk))
        self.items[pk] = after

    @staticmethod
    def _remove(listing: list[tuple[str, str]], entry: tuple[str, str]) -> None:
        place = bisect_left(listing, entry)
        if listing[place : place + 1] == [entry]:
            del listing[place]
