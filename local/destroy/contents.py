"""What is in buckets, tables, queues and log groups, as their services tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.destroy.inventory import Amount, Kind
from local.destroy.stacks import Resource

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

COUNTED_PAGES = 100  # of a thousand versions each: nobody waits for the exact number of millions
_ABSENT = {
    "404",
    "NoSuchBucket",
    "ResourceNotFoundException",
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
}


@dataclass(frozen=True, slots=True)
class Clients:
    """One client for each service that holds something."""

    s3: S3Client
    dynamodb: DynamoDBClient
    sqs: SQSClient
    logs: Any


def is_absent(error: ClientError) -> bool:
    """Return whether a service says that there is no such thing."""
    return error.response.get("Error", {}).get("Code") in _ABSENT


def amount(clients: Clients, one: Resource) -> Amount | None:
    """Return what a resource holds, ``None`` where it is gone or holds nothing by its kind."""
    ways: dict[str, Callable[[Clients, str], Amount | None]] = {
        Kind.BUCKET: _bucket,
        Kind.TABLE: _table,
        Kind.QUEUE: _queue,
        Kind.LOG_GROUP: _log_group,
    }
    if one.kind not in ways:
        return None
    try:
        return ways[one.kind](clients, one.physical)
    except ClientError as error:
        if is_absent(error):
            return None
        raise


def amounts(clients: Clients, found: Iterable[Resource]) -> dict[str, Amount]:
    """Return what each of these holds, by physical id; what is gone is left out."""
    return {one.physical: held for one in found if (held := amount(clients, one)) is not None}


def exists(clients: Clients, one: Resource) -> bool:
    """Return whether a bucket or table is there."""
    try:
        if one.kind == Kind.BUCKET:
            clients.s3.head_bucket(Bucket=one.physical)
        else:
            clients.dynamodb.describe_table(TableName=one.physical)
    except ClientError as error:
        if is_absent(error):
            return False
        raise
    return True


def _bucket(clients: Clients, name: str) -> Amount:
    pages = iter(clients.s3.get_paginator("list_object_versions").paginate(Bucket=name))
    objects = versions = size = 0
    for page in islice(pages, COUNTED_PAGES):
        stored, markers = page.get("Versions", []), page.get("DeleteMarkers", [])
        objects += sum(one["IsLatest"] for one in stored)
        versions += len(stored) + len(markers)
        size += sum(one["Size"] for one in stored)
    return Amount(objects, "object", size, versions, least=next(pages, None) is not None)


def _table(clients: Clients, name: str) -> Amount:
    table = clients.dynamodb.describe_table(TableName=name)["Table"]
    return Amount(table.get("ItemCount", 0), "item", table.get("TableSizeBytes", 0))


def _queue(clients: Clients, url: str) -> Amount:
    told = clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"]).get("Attributes", {})
    # Waiting, being worked on, and delayed
    held = [count for name, count in told.items() if name.startswith("ApproximateNumberOfMessages")]
    return Amount(sum(map(int, held)), "message")


def _log_group(clients: Clients, name: str) -> Amount | None:
    groups = clients.logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    sizes = [one.get("storedBytes", 0) for one in groups if one["logGroupName"] == name]
    return Amount(size=sizes[0]) if sizes else None
