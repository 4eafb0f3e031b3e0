"""Keys and indexes of the stack's tables, as CreateTable takes them; all keys are text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Index = tuple[str, str, str]

# name, partition key, sort key: all of them project the keys only.
ARTICLE_INDEXES: Sequence[Index] = (
    ("by-portal", "portal", "listed_id"),
    ("by-category", "category", "listed_id"),
    ("by-owner", "owner_id", "listed_id"),
    ("by-language", "language_id", "listed_id"),
    ("by-recheck", "recheck", "recheck_at"),
    ("by-change", "change", "next_change"),
)


def table_shape(name: str, indexes: Sequence[Index] = ()) -> dict[str, Any]:
    """Return the arguments of CreateTable for a table with the partition key ``pk`` and these indexes."""
    names = {"pk", *(key for _, *keys in indexes for key in keys)}
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in sorted(names)],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        **({"GlobalSecondaryIndexes": [_index(*index) for index in indexes]} if indexes else {}),
    }


def _index(name: str, partition: str, sort: str) -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": [
            {"AttributeName": partition, "KeyType": "HASH"},
            {"AttributeName": sort, "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
