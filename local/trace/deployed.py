"""A deployed stack as a trace reads it: items, objects, dead letters and logs, by the operator's rights."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import boto3

from local.received import receive
from local.stack_outputs import stack_outputs
from local.trace.logs import insights_query
from local.trace.store import BucketName, TableName, Waiting
from newswire import aws, catalogue
from newswire.bucket import Bucket, StoredObject
from newswire.sources import Catalogue
from newswire.tables import Table

_OUTPUTS = (
    "ArticleBucketName",
    "ArticleDeadLetterQueueUrl",
    "ArticleTableName",
    "FeedTableName",
    "Portal",
    "SiteBucketName",
)
_STAGES = ("fetch", "extract", "publish")
_HIDDEN = 30  # seconds that a dead letter is hidden from others while it is looked at
MOST_LETTERS = 500
QUERY_SECONDS = 60
_BETWEEN = 2.0  # seconds between two questions for a query's results
_OVER = {"Complete", "Failed", "Cancelled", "Timeout", "Unknown"}


class DeployedStore:
    """A stack as it is now; raise :class:`~local.stack_outputs.NoSuchStack` where there is none."""

    def __init__(self, stack: str) -> None:
        outputs = stack_outputs(stack, *_OUTPUTS)
        dynamodb, s3 = aws.dynamodb_client(), aws.s3_client()
        self._tables = {
            "ArticleTable": Table(dynamodb, outputs["ArticleTableName"]),
            "FeedTable": Table(dynamodb, outputs["FeedTableName"]),
        }
        self._buckets = {
            "ArticleBucket": Bucket(s3, outputs["ArticleBucketName"]),
            "SiteBucket": Bucket(s3, outputs["SiteBucketName"]),
        }
        self._portal_url = outputs["Portal"]
        self._letters_url = outputs["ArticleDeadLetterQueueUrl"]
        self.log_groups: Sequence[str] = [f"/newswire/{stack}/{stage}" for stage in _STAGES]

    @cached_property
    def now(self) -> datetime:
        """Return the moment at which the trace began to ask."""
        return datetime.now(UTC)

    @cached_property
    def catalogue(self) -> Catalogue:
        """Return the sources as the functions read them."""
        return catalogue.load(self._buckets["ArticleBucket"], self._portal_url)

    def items(self, table: TableName, pks: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
        """Return the items that exist by key."""
        return self._tables[table].get_many(pks)

    def object(self, bucket: BucketName, key: str) -> StoredObject | None:
        """Return an object."""
        return self._buckets[bucket].get(key)

    def letters(self) -> Sequence[Waiting]:
        """Return what waits in the articles' dead-letter queue, and let others see it again."""
        sqs = aws.sqs_client()
        found: dict[str, Waiting] = {}
        receipts: list[str] = []
        try:
            while len(found) < MOST_LETTERS:
                messages = receive(sqs, self._letters_url, hidden=_HIDDEN, wait=1)
                fresh = [one for one in messages if one["MessageId"] not in found]
                receipts += [one["ReceiptHandle"] for one in messages]
                found |= {one["MessageId"]: _waiting(one) for one in fresh}
                if not fresh:
                    break
        finally:
            for receipt in receipts:
                sqs.change_message_visibility(
                    QueueUrl=self._letters_url, ReceiptHandle=receipt, VisibilityTimeout=0
                )
        return list(found.values())

    def log_lines(self, words: Sequence[str], since: datetime) -> Sequence[str]:
        """Return what CloudWatch Logs Insights finds within a minute."""
        logs = boto3.client("logs")
        query = logs.start_query(
            logGroupNames=list(self.log_groups),
            startTime=int(since.timestamp()),
            endTime=int(datetime.now(UTC).timestamp()),
            queryString=insights_query(words),
        )["queryId"]
        ends = time.monotonic() + QUERY_SECONDS
        answer: Mapping[str, Any] = {"status": "Scheduled", "results": []}
        while answer["status"] not in _OVER and time.monotonic() < ends:
            answer = logs.get_query_results(queryId=query)
            if answer["status"] not in _OVER:
                time.sleep(_BETWEEN)
        rows = [{one["field"]: one["value"] for one in row} for row in answer["results"]]
        lines = [row.get("@message", json.dumps(row)) for row in rows]
        return [*lines, *([] if answer["status"] == "Complete" else [f"(the query is {answer['status']})"])]


def _waiting(message: Mapping[str, Any]) -> Waiting:
    reason = message.get("MessageAttributes", {}).get("reason", {}).get("StringValue")
    return Waiting("ArticleDeadLetterQueue", message["Body"], reason or "failed again and again")
