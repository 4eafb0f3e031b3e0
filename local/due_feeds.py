"""Lets a run that somebody starts by hand ask every feed at once, whenever each is due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from newswire.clock import instant

# The publisher itself named the time; asking earlier would be rude, whoever wants it.
_ASKED_TO_WAIT = ("HTTP 429", "HTTP 503")


def make_due(dynamodb: Any, feed_table: str, now: datetime) -> None:
    """Set ``next_due`` of every feed that is due later to ``now``, gone and throttled ones excepted.

    Back-off of domains and leases of shards stay as they are.
    """
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=feed_table,
        ProjectionExpression="pk, next_due, reason, gone",
        FilterExpression="begins_with(pk, :feed) AND next_due > :now",
        ExpressionAttributeValues={":feed": {"S": "feed#"}, ":now": {"S": instant(now)}},
    )
    for item in [item for page in pages for item in page["Items"]]:
        if item.get("reason", {}).get("S") in _ASKED_TO_WAIT or _is_gone(item):
            continue
        dynamodb.update_item(
            TableName=feed_table,
            Key={"pk": item["pk"]},
            UpdateExpression="SET next_due = :now",
            ExpressionAttributeValues={":now": {"S": instant(now)}},
        )


def _is_gone(item: Mapping[str, Any]) -> bool:
    return bool(item.get("gone", {"BOOL": False}) != {"BOOL": False})
