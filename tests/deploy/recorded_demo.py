"""Plays the demo and writes down every AWS call that a handler makes.

``python -m tests.deploy.recorded_demo DIR`` plays it into ``DIR``. ``DIR/calls.json`` then lists the calls as
``[function, action, resource]`` in IAM's terms, resources as in :mod:`tests.deploy.grants`.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import botocore.handlers

from local import invoke, run

PORT_SHIFT = 613  # beside the demos of a developer and of the end-to-end tests
RESOURCES = {
    "ARTICLE_TABLE": "ArticleTable",
    "FEED_TABLE": "FeedTable",
    "ARTICLE_BUCKET": "ArticleBucket",
    "SITE_BUCKET": "SiteBucket",
    "PING_TABLE": "PingTable",
    "ARTICLE_QUEUE_URL": "ArticleQueue",
    "DEAD_LETTER_QUEUE_URL": "ArticleDeadLetterQueue",
    "FETCH_QUEUE_URL": "FetchQueue",
    "FETCH_DEAD_LETTER_QUEUE_URL": "FetchDeadLetterQueue",
}
# Where IAM's action is not called as the API's operation is.
ACTIONS = {
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectsV2": "s3:ListBucket",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}
IN_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}

calls: set[tuple[str, str, str]] = set()


def record(params: Mapping[str, Any], model: Any, **_: Any) -> None:
    """Note a call that a handler makes; the runner's own calls are not made on behalf of a function."""
    if function := os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
        for action, resource in _used(model.service_model.service_name, model.name, params):
            calls.add((function.rpartition("-")[2], ACTIONS.get(action, action), resource))


def _used(service: str, operation: str, params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    action = f"{service}:{operation}"
    if operation == "TransactWriteItems":
        for part in params["TransactItems"]:
            for kind, request in part.items():
                yield f"dynamodb:{IN_TRANSACTION[kind]}", _arn(request["TableName"])
    elif operation == "BatchGetItem":
        yield from ((action, _arn(table)) for table in params["RequestItems"])
    elif service == "dynamodb":
        index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
        yield action, _arn(params["TableName"]) + index
    elif service == "s3":
        yield action, _arn(params["Bucket"]) + (f"/{params['Key']}" if "Key" in params else "")
    else:
        yield action, _arn(params["QueueUrl"])


def _arn(name: str) -> str:
    return next(
        f"{logical_id}.Arn" for variable, logical_id in RESOURCES.items() if os.environ.get(variable) == name
    )


def _sample_shard() -> str:
    text = (run.PROJECT / "events" / "fetch-sqs-shard.json").read_text(encoding="utf-8")
    return re.sub(r"(?<=\.localhost:)\d+", lambda port: str(int(port[0]) + PORT_SHIFT), text)


def main(out: Path) -> None:
    """Play the demo to its end, then hand fetch a shard, and extract a message that it cannot read."""
    # Every session that is made from now on has it, as it has moto's own handler.
    botocore.handlers.BUILTIN_HANDLERS.append(("provide-client-params.*.*", record))
    assert run.main(["--once", "--out", str(out)], demo_port_shift=PORT_SHIFT) == 0
    shard, poison = out / "shard.json", run.PROJECT / "events" / "extract-sqs-poison.json"
    shard.write_text(_sample_shard(), encoding="utf-8")
    for function, event in (("FetchFunction", shard), ("ExtractFunction", poison)):
        assert invoke.main([function, str(event)], demo_port_shift=PORT_SHIFT) == 0
    (out / "calls.json").write_text(json.dumps(sorted(calls)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
