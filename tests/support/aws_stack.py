"""The stack's queues, tables and buckets in moto, with the shapes of docs/architecture.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import boto3
from boto3.dynamodb.types import TypeDeserializer

from local.received import take_all
from newswire.bucket import Bucket
from newswire.shards import Shard
from tests.support.table_shapes import ARTICLE_INDEXES, table_shape

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType

REGION: Final = "ap-southeast-3"
FEED_TABLE = "newswire-feeds"
ARTICLE_TABLE = "newswire-articles"
PING_TABLE = "newswire-pings"
ARTICLE_BUCKET = "newswire-articles-bucket"
SITE_BUCKET = "newswire-site-bucket"


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A message as a consumer receives it.

    ``body`` is empty where ``raw`` is no JSON object; in a standard queue, group and id are empty too.
    """

    body: dict[str, Any]
    raw: str
    group: str
    deduplication_id: str
    attributes: dict[str, str]


@cache
def _session() -> boto3.Session:
    """Return one session for all tests: it keeps the services' models, which take long to read."""
    return boto3.Session(
        aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION
    )  # moto's


class Stack:
    """Clients and names of one stack; lives as long as moto's mock around it."""

    def __init__(self) -> None:
        session = _session()
        self.dynamodb: DynamoDBClient = session.client("dynamodb")
        self.s3: S3Client = session.client("s3")
        self.sqs: SQSClient = session.client("sqs")
        self.dynamodb.create_table(**table_shape(FEED_TABLE))
        self.dynamodb.create_table(**table_shape(PING_TABLE))
        self.dynamodb.create_table(
            **table_shape(ARTICLE_TABLE, ARTICLE_INDEXES),
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        for bucket in (ARTICLE_BUCKET, SITE_BUCKET):
            self.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.dead_letter_queue_url = self._create_queue("articles-dead.fifo")
        self.queue_url = self._create_queue("articles.fifo", self.dead_letter_queue_url, tries=5)
        self.fetch_dead_letter_queue_url = self._create_queue("fetch-dead")
        self.fetch_queue_url = self._create_queue("fetch", self.fetch_dead_letter_queue_url, tries=3)

    def environment(self, **more: str) -> dict[str, str]:
        """Return the variables that template.yaml gives to the functions."""
        return {
            "ARTICLE_TABLE": ARTICLE_TABLE,
            "FEED_TABLE": FEED_TABLE,
            "PING_TABLE": PING_TABLE,
            "ARTICLE_BUCKET": ARTICLE_BUCKET,
            "SITE_BUCKET": SITE_BUCKET,
            "ARTICLE_QUEUE_URL": self.queue_url,
            "DEAD_LETTER_QUEUE_URL": self.dead_letter_queue_url,
            "FETCH_QUEUE_URL": self.fetch_queue_url,
            "FETCH_DEAD_LETTER_QUEUE_URL": self.fetch_dead_letter_queue_url,
            "PORTAL_URL": "",
            "LOOPBACK_ALLOWED": "",
            "PORTS_ALLOWED": "",
            "MALLOC_ARENA_MAX": "2",
            "CLOCK_OFFSET": "0",
            **more,
        }

    def drain(self, queue_url: str = "") -> list[QueuedMessage]:
        """Receive and delete everything that waits in ArticleQueue (or the queue named)."""
        return [_queued(message) for message in take_all(self.sqs, queue_url or self.queue_url)]

    def put_shard(self, shard: Shard | str) -> None:
        """Put a shard into FetchQueue, or a body that is none."""
        body = shard if isinstance(shard, str) else shard.to_json()
        self.sqs.send_message(QueueUrl=self.fetch_queue_url, MessageBody=body)

    def drain_shards(self) -> list[Shard]:
        """Receive and delete everything that waits in FetchQueue; raise where something is no shard."""
        return [Shard.from_json(message.raw) for message in self.drain(self.fetch_queue_url)]

    def drain_shard_events(self) -> list[dict[str, Any]]:
        """Receive and delete as :meth:`drain_shards`, each shard as the event that fetch gets of it."""
        from local.lambda_events import sqs_event  # reads the template's translator, which takes long

        arn = self._queue_arn(self.fetch_queue_url)
        return [sqs_event([message], arn) for message in take_all(self.sqs, self.fetch_queue_url)]

    def items(self, table: str = FEED_TABLE) -> dict[str, dict[str, Any]]:
        """Return every item of a table by its key, as Python values."""

        def plain(value: Any) -> Any:
            found: Any = TypeDeserializer().deserialize(value)
            return getattr(found, "value", found)  # as boto3 wraps bytes

        pages = self.dynamodb.get_paginator("scan").paginate(TableName=table)
        rows = (
            {name: plain(value) for name, value in item.items()} for page in pages for item in page["Items"]
        )
        return {row["pk"]: row for row in rows}

    def put_object(self, key: str, body: bytes, bucket: str = ARTICLE_BUCKET) -> None:
        """Write an object."""
        self.s3.put_object(Bucket=bucket, Key=key, Body=body)

    def objects(self, bucket: str = ARTICLE_BUCKET) -> dict[str, bytes]:
        """Return every object of a bucket by its key, as it was before it was stored with gzip."""
        listed = self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        found = {entry["Key"]: Bucket(self.s3, bucket).get(entry["Key"]) for entry in listed}
        return {key: stored.body for key, stored in found.items() if stored}

    def _create_queue(self, name: str, dead_letter_queue_url: str = "", tries: int = 0) -> str:
        attributes: dict[QueueAttributeNameType, str] = {"VisibilityTimeout": "1800"}
        if name.endswith(".fifo"):
            attributes["FifoQueue"] = "true"
        if dead_letter_queue_url:
            target = self._queue_arn(dead_letter_queue_url)
            attributes["RedrivePolicy"] = json.dumps(
                {"deadLetterTargetArn": target, "maxReceiveCount": tries}
            )
        answer = self.sqs.create_queue(QueueName=name, Attributes=attributes)
        return answer["QueueUrl"]

    def _queue_arn(self, url: str) -> str:
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return answer["Attributes"]["QueueArn"]


def _queued(message: Mapping[str, Any]) -> QueuedMessage:
    attributes = message.get("MessageAttributes", {})
    return QueuedMessage(
        _object(message["Body"]),
        message["Body"],
        message["Attributes"].get("MessageGroupId", ""),
        message["Attributes"].get("MessageDeduplicationId", ""),
        {name: value["StringValue"] for name, value in attributes.items()},
    )


def _object(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
