"""What moto keeps or copies of a stretch of hours, until there is more of that than of anything else."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from moto.core.model_instances import model_data
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodbstreams.models import dynamodbstreams_backends

from local.direct.table_items import transact_write_items
from local.template import REGION

_PLAIN = DynamoDBBackend.transact_write_items


@contextmanager
def copy_no_tables() -> Iterator[None]:
    """Let moto write a transaction without a copy of each table that it names, its whole stream included.

    One that is refused is moto's own affair, copies and all.
    """
    setattr(DynamoDBBackend, "transact_write_items", _written)  # noqa: B010 - mypy lets nobody assign a method
    try:
        yield
    finally:
        setattr(DynamoDBBackend, "transact_write_items", _PLAIN)  # noqa: B010 - as above


def _written(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    if transact_write_items({"TransactItems": transact_items}) is None:
        _PLAIN(backend, transact_items)


def forget_read(iterators: Collection[str]) -> None:
    """Drop the records of these shards, of which all have been read up to their iterators."""
    backend = dynamodbstreams_backends[DEFAULT_ACCOUNT_ID][REGION]
    backend.shard_iterators = {one: backend.shard_iterators[one] for one in iterators}
    for position in backend.shard_iterators.values():
        shard = position.stream_shard
        shard.starting_sequence_number = position.sequence_number
        shard.items.clear()


def forget_made() -> None:
    """Drop what moto notes of all tables, items and records that it made, copies included, for its dashboard.

    Of a stretch of hours that is tens of gigabytes, which the garbage collector walks through besides.
    """
    for model in model_data["dynamodb"].values():
        setattr(model, "instances_tracked", [])  # noqa: B010 - moto's metaclass adds it, which mypy cannot see
