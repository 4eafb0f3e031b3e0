"""What moto keeps for good: a table's stream, copied at every transaction, and whatever it has ever made."""

from __future__ import annotations

from collections.abc import Collection

from moto.core.model_instances import model_data
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodbstreams.models import dynamodbstreams_backends

from local.template import REGION


def forget_read(iterators: Collection[str]) -> None:
    """Drop the records of these shards, of which all have been read up to their iterators.

    A stretch of hours would take gigabytes and, as each transaction copies them, ever longer.
    """
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
