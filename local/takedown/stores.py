"""What a takedown works on, be it a deployed stack or what ``make run`` left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from newswire import attribute_values
from newswire.article_table import UNREADABLE, ArticleTable, Record, record
from newswire.bucket import Bucket
from newswire.sources import Catalogue

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Stores:
    """A portal's stores and time. ``portal_url`` is where it is served, "" where ``catalogue`` says it.

    ``records`` are all articles and tombstones, by a consistent scan that begins when it is called; what of
    them cannot be read is noted in ``unreadable``, by id.
    """

    articles: ArticleTable
    archive: Bucket
    site: Bucket
    catalogue: Catalogue
    portal_url: str
    records: Callable[[], Iterable[Record]]
    now: Callable[[], datetime]
    unreadable: Mapping[str, str]


def scanned(dynamodb: DynamoDBClient, table: str, unreadable: dict[str, str]) -> Iterator[Record]:
    """Yield every article and tombstone of ArticleTable that was there when the scan began.

    One that cannot be read, which is noted in ``unreadable``, must not keep the rest from being taken down.
    An index may lack what was committed a moment ago; a consistent scan does not.
    """
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table,
        ConsistentRead=True,
        FilterExpression="#type = :article",
        ExpressionAttributeNames={"#type": "type"},
        ExpressionAttributeValues={":article": {"S": "article"}},
    )
    for page in pages:
        for item in page["Items"]:
            values = {name: attribute_values.plain(value) for name, value in item.items()}
            try:
                found = record(values)
            except UNREADABLE as error:
                unreadable[values["pk"].partition("#")[2]] = f"{type(error).__name__}: {error}"
                continue
            yield found


def raw_items(dynamodb: DynamoDBClient, table: str) -> dict[str, Mapping[str, Any]]:
    """Return every item of a table by its key, as DynamoDB's JSON."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return {item["pk"]["S"]: item for page in pages for item in page["Items"]}
