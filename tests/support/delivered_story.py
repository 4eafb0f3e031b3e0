"""A story of articles told by messages, through the real handlers of extract and publish, on moto.

What the handlers write is seen in their own calls: the session that their clients are made of has listeners.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import boto3
import pytest
from botocore.config import Config

from functions.extract import app as extract
from functions.extract import wiring
from functions.publish import app as publish
from local.lambda_events import sqs_event, stream_record
from local.received import receive, take_all
from newswire import aws
from newswire.article_item import article_pk
from newswire.article_table import Record
from newswire.messages import Message
from newswire.tables import Table
from tests.support.aws_stack import ARTICLE_BUCKET, ARTICLE_TABLE, FEED_TABLE, REGION, SITE_BUCKET
from tests.support.catalogues import PORTAL
from tests.support.extract_world import FEEDS, KABAR, LENTERA, NOW, WARTA, World, sqs_record
from tests.support.lambda_context import FakeLambdaContext

QUICK_PARSER = "tests.support.extract_pages:run"
BATCH = 10  # of the queue's mapping in template.yaml
_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem", "PutObject"}
_WRITES |= {"DeleteObject", "DeleteObjects", "CopyObject", "SendMessage", "SendMessageBatch"}


@dataclass(slots=True)
class Functions:
    """The functions extract and publish over one stack; ``writes`` counts their calls that write."""

    world: World
    environment: pytest.MonkeyPatch
    moment: datetime = NOW
    skew: Mapping[str, timedelta] = field(default_factory=dict)
    writes: Counter[str] = field(default_factory=Counter)
    taken: int = 0
    delivered: int = 0

    def deploy(self, sources: str) -> None:
        """Set the functions' environment, and put ``sources.yaml`` in place."""
        world = self.world
        world.stack.put_object("config/sources.yaml", (PORTAL + sources).encode())
        allowed = ",".join(world.web.loopback(KABAR, f"m.{KABAR}", WARTA, LENTERA, FEEDS))
        for name, value in world.stack.environment(LOOPBACK_ALLOWED=allowed).items():
            self.environment.setenv(name, value)
        self.environment.setattr(wiring, "PARSER", QUICK_PARSER)
        aws.forget()
        aws.session().get_component("event_emitter").register("after-call.*.*", self._see)

    def extract(self, *messages: Message | str, receive_count: int = 1) -> list[str]:
        """Invoke extract with one batch; return the bodies of the messages that are to come back."""
        bodies = [one if isinstance(one, str) else one.to_json() for one in messages]
        numbers = range(self.delivered, self.delivered + len(bodies))
        self.delivered += len(bodies)
        records = [sqs_record(body, one, receive_count) for one, body in zip(numbers, bodies, strict=True)]
        failed = {one["itemIdentifier"] for one in self.deliver({"Records": records})["batchItemFailures"]}
        return [record["body"] for record in records if record["messageId"] in failed]

    def deliver(self, event: dict[str, Any]) -> Any:
        """Invoke extract with an SQS event."""
        self._tell_time("extract")
        return extract.lambda_handler(event, FakeLambdaContext())

    def publish(self, records: Sequence[Mapping[str, Any]]) -> list[str]:
        """Invoke publish with one batch of stream records; return the sequence numbers that failed."""
        answer = self.publish_event({"Records": list(records)})
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def overwrite(self, article_id: str, **attributes: Any) -> None:
        """Write attributes of an article's item by hand; ``...`` takes one away."""
        table = Table(self.world.stack.dynamodb, ARTICLE_TABLE)
        known = table.get_many([article_pk(article_id)])[article_pk(article_id)] | attributes
        table.put_unconditionally({name: value for name, value in known.items() if value is not ...})

    def refresh(self) -> dict[str, Any]:
        """Invoke publish as the schedule does."""
        answer: dict[str, Any] = self.publish_event({"task": "refresh"})
        return answer

    def stream(self) -> list[dict[str, Any]]:
        """Return all records that ArticleTable's stream has ever had, as events have them."""
        arn = self.world.stack.dynamodb.describe_table(TableName=ARTICLE_TABLE)["Table"]["LatestStreamArn"]
        # moto does not know the endpoints that carry an account id.
        plain = Config(account_id_endpoint_mode="disabled")
        streams = boto3.client("dynamodbstreams", region_name=REGION, config=plain)
        (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        start = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )
        found = streams.get_records(ShardIterator=start["ShardIterator"], Limit=1000)["Records"]
        return [stream_record(record, arn) for record in found]

    def publish_new(self) -> list[str]:
        """Publish what the stream has had since the last time."""
        records = self.stream()[self.taken :]
        self.taken += len(records)
        return self.publish(records)

    def work_off_queue(self) -> int:
        """Deliver what ArticleQueue holds, batch by batch, as its mapping does; return how many messages."""
        stack, handled = self.world.stack, 0
        while messages := receive(stack.sqs, stack.queue_url, BATCH):
            answer = self.deliver(sqs_event(messages, "arn:aws:sqs:x:1:articles.fifo"))
            failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
            for message in messages:
                if message["MessageId"] not in failed:
                    stack.sqs.delete_message(QueueUrl=stack.queue_url, ReceiptHandle=message["ReceiptHandle"])
            handled += len(messages)
        return handled

    def letters(self) -> list[tuple[str, str]]:
        """Take everything out of the dead-letter queue: body and stated reason of each."""
        stack = self.world.stack
        return [
            (one["Body"], one.get("MessageAttributes", {}).get("reason", {}).get("StringValue", ""))
            for one in take_all(stack.sqs, stack.dead_letter_queue_url)
        ]

    def stored(self) -> tuple[dict[str, Any], ...]:
        """Return every item and every object, media type and metadata included, to be compared."""
        stack = self.world.stack
        items = {**stack.items(ARTICLE_TABLE), **stack.items(FEED_TABLE)}
        return items, dict(self._objects(ARTICLE_BUCKET)), self.site()

    def site(self) -> dict[str, Any]:
        """Return every object of the site: bytes, media type, lifetime, metadata."""
        return dict(self._objects(SITE_BUCKET))

    def written(self) -> Counter[str]:
        """Return the calls that wrote since the last time, and begin anew."""
        counted, self.writes = self.writes, Counter()
        return counted

    def articles(self) -> dict[str, Record]:
        """Return all articles by the last part of their address."""
        return {one.url.rpartition("/")[2]: one for one in self.world.articles().values()}

    def _objects(self, bucket: str) -> Iterator[tuple[str, Any]]:
        s3 = self.world.stack.s3
        for key, body in self.world.stack.objects(bucket).items():
            head = s3.head_object(Bucket=bucket, Key=key)
            names = ("ContentType", "CacheControl", "ContentEncoding", "Metadata", "ETag")
            yield key, (body, {name: head.get(name) for name in names})

    def publish_event(self, event: Any) -> Any:
        """Invoke publish with an event."""
        self._tell_time("publish")
        return publish.lambda_handler(event, FakeLambdaContext())

    def _tell_time(self, function: str) -> None:
        moment = self.moment + self.skew.get(function, timedelta(0))
        self.environment.setenv("CLOCK_OFFSET", str((moment - datetime.now(UTC)).total_seconds()))

    def _see(self, http_response: Any, model: Any, **_: Any) -> None:
        # S3 refuses a new article's objects when it comes again: that has written nothing.
        refused = model.name == "PutObject" and http_response.status_code == HTTPStatus.PRECONDITION_FAILED
        if model.name in _WRITES and not refused:
            self.writes[model.name] += 1
