"""What moto keeps of a table's stream for good, and copies with the table at every transaction."""

from __future__ import annotations

from collections.abc import Collection

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
