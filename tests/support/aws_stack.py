"""The stack's queues, tables and buckets in moto, with the shapes of docs/architecture.md."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import boto3
from boto3.dynamodb.types import TypeDeserializer

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType

REGION: Final = "ap-southeast-3"
FEED_TABLE = "newswire-feeds"
ARTICLE_TABLE = "newswire-articles"
ARTICLE_BUCKET = "newswire-articles-bucket"
SITE_BUCKET = "newswire-site-bucket"

# name, partition key, sort key: all of them project the keys only.
_INDEXES = (
    ("by-portal", "portal", "listed_id"),
    ("by-category", "category", "listed_id"),
    ("by-owner", "owner_id", "listed_id"),
    ("by-recheck", "recheck", "recheck_at"),
    ("by-change", "change", "next_change"),
)


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A message as a consumer receives it."""

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
        self._create_tables()
        for bucket in (ARTICLE_BUCKET, SITE_BUCKET):
            self.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.dead_letter_queue_url = self._create_queue("articles-dead.fifo")
        redrive = {
            "deadLetterTargetArn": self._queue_arn(self.dead_letter_queue_url),
            "maxReceiveCount": "5",
        }
        self.queue_url = self._create_queue("articles.fifo", json.dumps(redrive))

    def environment(self, **more: str) -> dict[str, str]:
        """Return the variables that template.yaml gives to the functions."""
        return {
            "ARTICLE_TABLE": ARTICLE_TABLE,
            "FEED_TABLE": FEED_TABLE,
            "ARTICLE_BUCKET": ARTICLE_BUCKET,
            "SITE_BUCKET": SITE_BUCKET,
            "ARTICLE_QUEUE_URL": self.queue_url,
            "DEAD_LETTER_QUEUE_URL": self.dead_letter_queue_url,
            "PORTAL_URL": "",
            "LOOPBACK_ALLOWED": "",
            "CLOCK_OFFSET": "0",
            **more,
        }

    def drain(self, queue_url: str = "") -> list[QueuedMessage]:
        """Receive and delete everything that waits in ArticleQueue (or the queue named)."""
        url = queue_url or self.queue_url
        found: list[QueuedMessage] = []
        while True:
            answer = self.sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=10,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            if not (messages := answer.get("Messages", [])):
                return found
            for message in messages:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                attributes = message.get("MessageAttributes", {})
                found.append(
                    QueuedMessage(
                        json.loads(message["Body"]),
                        message["Body"],
                        message["Attributes"]["MessageGroupId"],
                        message["Attributes"]["MessageDeduplicationId"],
                        {name: value["StringValue"] for name, value in attributes.items()},
                    )
                )

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
        """Return every object of a bucket by its key."""
        listed = self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        return {
            entry["Key"]: self.s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
            for entry in listed
        }

    def _create_tables(self) -> None:
        names = {name for _, partition, sort in _INDEXES for name in (partition, sort)}
        self.dynamodb.create_table(
            TableName=FEED_TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        )
        self.dynamodb.create_table(
            TableName=ARTICLE_TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in sorted({"pk", *names})
            ],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": name,
                    "KeySchema": [
                        {"AttributeName": partition, "KeyType": "HASH"},
                        {"AttributeName": sort, "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
                for name, partition, sort in _INDEXES
            ],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )

    def _create_queue(self, name: str, redrive_policy: str = "") -> str:
        attributes: dict[QueueAttributeNameType, str] = {"FifoQueue": "true", "VisibilityTimeout": "1800"}
        if redrive_policy:
            attributes["RedrivePolicy"] = redrive_policy
        answer = self.sqs.create_queue(QueueName=name, Attributes=attributes)
        return answer["QueueUrl"]

    def _queue_arn(self, url: str) -> str:
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return answer["Attributes"]["QueueArn"]
