"""Rebuilding the site of a deployed stack, by its own publish function."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import boto3
from botocore.config import Config

from local.rebuild.replay import ATTRIBUTES, RebuildFailed, Rebuilt, rebuild
from local.stack_outputs import stack_outputs
from newswire import aws

# A synchronous invocation answers after as long as the function may take.
_INVOKING = Config(read_timeout=330, retries={"max_attempts": 0})


def rebuild_stack(stack: str) -> Rebuilt:
    """Bring every output of a stack's site up to its articles, whatever the bucket holds by now."""
    outputs = stack_outputs(stack, "ArticleTableName", "PublishFunctionName")
    return rebuild(_items(outputs["ArticleTableName"]), invoker(outputs["PublishFunctionName"]))


def invoker(function: str) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """Return what invokes a function with an event and waits for its answer.

    It raises :class:`~local.rebuild.replay.RebuildFailed` where the function fails.
    """
    client = boto3.client("lambda", config=_INVOKING)

    def invoke(event: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
        said: Mapping[str, Any] = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise RebuildFailed(f"{function}: {said.get('errorMessage', said)}")
        return said

    return invoke


def _items(table: str) -> Iterator[Mapping[str, Any]]:
    names = {f"#{name}": name for name in ATTRIBUTES}
    pages = (
        aws.dynamodb_client()
        .get_paginator("scan")
        .paginate(
            TableName=table,
            ConsistentRead=True,
            ProjectionExpression=", ".join(names),
            ExpressionAttributeNames=names,
        )
    )
    return (item for page in pages for item in page["Items"])
