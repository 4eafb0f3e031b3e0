"""What AWS calls the functions make over HTTP, in IAM's terms: who, which action, on which ARN.

Sources: "Actions, resources, and condition keys" for DynamoDB, S3 and SQS in the Service Authorization
Reference; the operations' requests in the services' API references.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from local.stack import ACCOUNT
from local.template import REGION

Call = tuple[str, str, str]

_CALLER = re.compile(r"Credential=([^/,\s]+)/")
# Where IAM's action is not called as the API's operation is.
_ACTIONS = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}
_IN_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
_OF_OBJECTS = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
_OF_BUCKETS = {"versions": "ListBucketVersions", "list-type": "ListBucket"}


def calls(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Iterator[Call]:
    """Yield what a signed request asks for: the access key's id, the action and the ARN.

    ``headers`` have names in lower case.
    Raise :class:`ValueError` for one of which no ARN can be told: it has to be added here.
    """
    caller = _CALLER.search(headers.get("authorization", ""))
    who = caller[1] if caller else ""
    target = headers.get("x-amz-target", "")
    if target.startswith("DynamoDB_"):
        used = _of_tables(target.partition(".")[2], json.loads(body))
    elif target.startswith("AmazonSQS."):
        used = _of_queues(target.partition(".")[2], json.loads(body))
    elif urlsplit(url).netloc.startswith("s3."):
        used = _of_objects(method, url)
    else:
        raise ValueError(f"{who} calls {method} {url} {target}")
    yield from ((who, action, arn) for action, arn in used)


def _of_tables(operation: str, asked: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    action = f"dynamodb:{operation}"
    if operation == "TransactWriteItems":
        for part in asked["TransactItems"]:
            for kind, request in part.items():
                yield f"dynamodb:{_IN_TRANSACTION[kind]}", _table(request["TableName"])
    elif operation == "BatchGetItem":
        yield from ((action, _table(table)) for table in asked["RequestItems"])
    else:
        index = f"/index/{asked['IndexName']}" if "IndexName" in asked else ""
        yield action, _table(asked["TableName"]) + index


def _table(name: str) -> str:
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"


def _of_queues(operation: str, asked: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    name = asked["QueueUrl"].rpartition("/")[2]
    action = f"sqs:{operation}"
    yield _ACTIONS.get(action, action), f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def _of_objects(method: str, url: str) -> Iterator[tuple[str, str]]:
    parts = urlsplit(url)
    bucket, _, key = unquote(parts.path).removeprefix("/").partition("/")
    asked = parse_qs(parts.query, keep_blank_values=True)
    if key:
        version = "Version" if "versionId" in asked else ""
        yield f"s3:{_OF_OBJECTS[method]}{version}", f"arn:aws:s3:::{bucket}/{key}"
        return
    action = next((action for name, action in _OF_BUCKETS.items() if name in asked), None)
    if action is None:
        raise ValueError(f"{method} {url}")
    yield f"s3:{action}", f"arn:aws:s3:::{bucket}"
