"""GetRecords out of moto's streams."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodbstreams.models import dynamodbstreams_backends

from local.direct.attribute_trees import of_json
from local.template import REGION

_IMAGES = ("Keys", "NewImage", "OldImage")


def get_records(params: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer the next records of an iterator that moto gave."""
    backend = dynamodbstreams_backends[DEFAULT_ACCOUNT_ID][REGION]
    if params.keys() != {"ShardIterator", "Limit"} or params["ShardIterator"] not in backend.shard_iterators:
        return None
    found = backend.get_records(params["ShardIterator"], params["Limit"])
    return {**found, "Records": [_record(record) for record in found["Records"]]}


ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any] | None]] = {"GetRecords": get_records}


def _record(record: Mapping[str, Any]) -> dict[str, Any]:
    change = record["dynamodb"]
    images = {
        name: {key: of_json(value) for key, value in change[name].items()}
        for name in _IMAGES
        if name in change
    }
    made = change["ApproximateCreationDateTime"].replace(tzinfo=UTC, microsecond=0)
    return {**record, "dynamodb": {**change, **images, "ApproximateCreationDateTime": made}}
