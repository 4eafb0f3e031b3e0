"""GetRecords out of moto's streams, and what is put there."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.utils import utcnow
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import StreamRecord, Table
from moto.dynamodbstreams.models import dynamodbstreams_backends

from local.direct.attribute_trees import kept, of_json
from local.template import REGION

_VIEWS = {"NewImage": "NEW_IMAGE", "OldImage": "OLD_IMAGE"}
_IMAGES = ("Keys", "NewImage", "OldImage")


def get_records(params: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer the next records of an iterator that moto gave."""
    backend = dynamodbstreams_backends[DEFAULT_ACCOUNT_ID][REGION]
    if params.keys() != {"ShardIterator", "Limit"} or params["ShardIterator"] not in backend.shard_iterators:
        return None
    found = backend.get_records(params["ShardIterator"], params["Limit"])
    return {**found, "Records": [_record(record) for record in found["Records"]]}


def add(table: Table, before: Item | None, after: Item) -> None:
    """Put a write into a table's stream, if it has one, as moto does, which copies both items to do it."""
    shard = table.stream_shard
    if shard is None:
        return
    if table.lambda_event_source_mappings or not isinstance(table.stream_specification, dict):
        shard.add(before, after)
        return
    view = table.stream_specification["StreamViewType"]
    images = {name: item for name, item in (("NewImage", after), ("OldImage", before)) if item is not None}
    shown = {
        name: {attribute: kept(value) for attribute, value in item.attrs.items()}
        for name, item in images.items()
        if view in (_VIEWS[name], "NEW_AND_OLD_IMAGES")
    }
    record: Any = StreamRecord.__new__(StreamRecord)
    record.record = {
        "eventID": uuid.uuid4().hex,
        "eventName": "INSERT" if before is None else "MODIFY",
        "eventSource": "aws:dynamodb",
        "eventVersion": "1.0",
        "awsRegion": REGION,
        "dynamodb": {
            "StreamViewType": view,
            "ApproximateCreationDateTime": utcnow(),
            "SequenceNumber": str(len(shard.items) + shard.starting_sequence_number),
            "SizeBytes": len(json.dumps(shown)),
            "Keys": {table.hash_key_attr: kept(after.hash_key)},
            **shown,
        },
    }
    shard.items.append(record)


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
