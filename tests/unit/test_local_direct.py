"""What a local run's clients answer themselves is what moto answers, and leaves there what moto leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from moto import mock_aws

from local.direct import s3_objects
from local.direct.clients import answer_directly
from local.template import REGION

BUCKET, TABLE, QUEUE = "news", "articles", "messages"
KEYS = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "list", "listed_id")]
INDEX = {
    "IndexName": "by-list",
    "KeySchema": [
        {"AttributeName": "list", "KeyType": "HASH"},
        {"AttributeName": "listed_id", "KeyType": "RANGE"},
    ],
    "Projection": {"ProjectionType": "KEYS_ONLY"},
}
IS_NEW = {"ConditionExpression": "attribute_not_exists(pk)"}
IS_FIRST = {
    "ConditionExpression": "#version = :expected",
    "ExpressionAttributeNames": {"#version": "version"},
    "ExpressionAttributeValues": {":expected": {"N": "1"}},
}
VARIABLE = (
    "ResponseMetadata",
    "ConsumedCapacity",
    "VersionId",
    "LastModified",
    "eventID",
    "NextShardIterator",
    "SizeBytes",
)
STREAM = ("ApproximateCreationDateTime",)


@dataclass(frozen=True, slots=True)
class Aws:
    """One side: clients of a session of its own, in a moto of its own."""

    s3: Any
    dynamodb: Any
    streams: Any
    sqs: Any

    def records(self) -> Any:
        """Return the table's whole stream."""
        arn = self.dynamodb.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
        shards = self.streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        begin = self.streams.get_shard_iterator(
            StreamArn=arn, ShardId=shards[0]["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        return self.streams.get_records(ShardIterator=begin, Limit=100)["Records"]


def side(*, direct: bool) -> Iterator[Aws]:
    """Yield a bucket, a table and a queue, made and asked through moto, or answered directly."""
    with mock_aws():
        session = boto3.Session(region_name=REGION)
        if direct:
            answer_directly(session.events)
        plain = Config(account_id_endpoint_mode="disabled")  # moto knows no endpoint with an account
        aws = Aws(
            *(session.client(name, config=plain) for name in ("s3", "dynamodb", "dynamodbstreams", "sqs"))
        )
        aws.s3.create_bucket(Bucket=BUCKET)
        aws.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        aws.dynamodb.create_table(
            TableName=TABLE,
            AttributeDefinitions=KEYS,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            GlobalSecondaryIndexes=[INDEX],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        aws.sqs.create_queue(QueueName=QUEUE)
        yield aws


def outcome(call: Callable[[], Any]) -> Any:
    """Return an answer without what differs from call to call, or the refusal."""
    try:
        return comparable(call())
    except ClientError as error:
        response = error.response
        return type(error).__name__, response["Error"]["Code"], response.get("CancellationReasons")


def comparable(answer: Any) -> Any:
    """Return a tree without what differs from call to call; a body is its bytes."""
    if isinstance(answer, dict):
        left = {name: one for name, one in answer.items() if name not in (*VARIABLE, *STREAM)}
        return {
            name: comparable(one)
            for name, one in left.items()
            if one not in ([], {}) and not name.startswith("Checksum")
        }
    if isinstance(answer, list):
        return [comparable(one) for one in answer]
    return answer.read() if hasattr(answer, "read") else answer


def alike(*calls: Callable[[Aws], Any]) -> list[Any]:
    """Make the calls on both sides and return what both of them came to."""
    found = [
        [outcome(partial(call, aws)) for call in calls]
        for direct in (False, True)
        for aws in side(direct=direct)
    ]
    assert found[1] == found[0]
    return found[1]


def item(pk: str, version: int, **more: Any) -> dict[str, Any]:
    """Return an item with a value of every type that the product has."""
    every = {"S": "é", "N": "1.5"}
    nested = {
        "L": [{"M": {name: {name: one} for name, one in every.items()}}, {"B": b"\0\xff"}, {"NULL": True}]
    }
    return {"pk": {"S": pk}, "version": {"N": str(version)}, "nested": nested, "yes": {"BOOL": True}, **more}


def put(key: str, body: bytes, **more: Any) -> Callable[[Aws], Any]:
    return lambda aws: aws.s3.put_object(Bucket=BUCKET, Key=key, Body=body, **more)


def get(key: str) -> Callable[[Aws], Any]:
    return lambda aws: aws.s3.get_object(Bucket=BUCKET, Key=key)


def write(new: dict[str, Any], **condition: Any) -> Callable[[Aws], Any]:
    return lambda aws: aws.dynamodb.put_item(TableName=TABLE, Item=new, **condition)


def transact(*parts: dict[str, Any]) -> Callable[[Aws], Any]:
    return lambda aws: aws.dynamodb.transact_write_items(TransactItems=list(parts))


def read(*keys: str, **how: Any) -> Callable[[Aws], Any]:
    wanted = {TABLE: {"Keys": [{"pk": {"S": key}} for key in keys], **how}}
    return lambda aws: aws.dynamodb.batch_get_item(RequestItems=wanted)


def newest(limit: int, **before: Any) -> Callable[[Aws], Any]:
    condition = "#key = :key AND listed_id < :position" if before else "#key = :key"
    return lambda aws: aws.dynamodb.query(
        TableName=TABLE,
        IndexName="by-list",
        Limit=limit,
        ScanIndexForward=False,
        KeyConditionExpression=condition,
        ExpressionAttributeNames={"#key": "list"},
        ExpressionAttributeValues={":key": {"S": "all"}, **before},
    )


def scan(aws: Aws) -> Any:
    return aws.dynamodb.scan(TableName=TABLE, ConsistentRead=True)


def test_objects_come_back_with_their_headers() -> None:
    headers = {
        "ContentType": "text/html; charset=utf-8",
        "CacheControl": "max-age=60",
        "ContentEncoding": "gzip",
    }
    found = alike(
        put("a/b.html", b"body", **headers, Metadata={"Gone": "yes"}),
        get("a/b.html"),
        lambda aws: aws.s3.list_objects_v2(Bucket=BUCKET)["Contents"],
    )
    assert found[1]["Body"] == b"body"
    assert found[1]["Metadata"] == {"gone": "yes"}


def test_an_object_is_written_under_its_condition_only() -> None:
    found = alike(
        put("a", b"one", IfNoneMatch="*"),
        put("a", b"two", IfNoneMatch="*"),
        put("a", b"two", IfMatch='"f97c5d29941bfb1b2fdab0874906ab82"'),  # of "one"
        put("a", b"three", IfMatch='"f97c5d29941bfb1b2fdab0874906ab82"'),
        put("b", b"one", IfMatch='"f97c5d29941bfb1b2fdab0874906ab82"'),
        get("a"),
        get("b"),
    )
    assert found[1][1] == "PreconditionFailed"
    assert found[5]["Body"] == b"two"
    assert found[6][:2] == ("NoSuchKey", "NoSuchKey")


def test_items_come_back_as_they_were_written() -> None:
    first = item("a", 1)
    names = {"#a0": "pk", "#a1": "version"}
    found = alike(
        write(first, **IS_NEW),
        read("a", "b", ConsistentRead=True),
        read("a", "b", ProjectionExpression="#a0, #a1", ExpressionAttributeNames=names),
        scan,
    )
    assert found[1]["Responses"] == {TABLE: [first]}
    assert found[2]["Responses"] == {TABLE: [{"pk": {"S": "a"}, "version": {"N": "1"}}]}


def test_an_item_is_written_under_its_condition_only() -> None:
    found = alike(
        write(item("a", 1), **IS_NEW),
        write(item("a", 1), **IS_NEW),
        write(item("a", 2), **IS_FIRST),
        write(item("a", 3), **IS_FIRST),
        scan,
    )
    assert found[1][0] == found[3][0] == "ConditionalCheckFailedException"
    assert found[4]["Items"] == [item("a", 2)]


def test_of_a_transaction_all_is_written_or_nothing() -> None:
    check = {"TableName": TABLE, "Key": {"pk": {"S": "a"}}, **IS_FIRST}
    puts = [{"Put": {"TableName": TABLE, "Item": item(pk, 1), **IS_NEW}} for pk in "abc"]
    found = alike(
        transact(puts[0]),
        transact({"ConditionCheck": check}, puts[1]),
        transact(puts[2], puts[1]),
        transact(puts[2], puts[2]),
        scan,
        lambda aws: aws.records(),
    )
    assert found[2][1] == "TransactionCanceledException"
    assert sorted(one["pk"]["S"] for one in found[4]["Items"]) == ["a", "b"]
    assert [one["eventName"] for one in found[5]] == ["INSERT", "INSERT"]


def test_a_stream_tells_what_was_and_what_is() -> None:
    found = alike(write(item("a", 1)), write(item("a", 2)), lambda aws: aws.records())
    changes = [one["dynamodb"] for one in found[2]]
    assert changes[1]["OldImage"] == changes[0]["NewImage"] == item("a", 1)


def test_what_an_item_must_not_have_is_refused() -> None:
    found = alike(
        write(item("", 1)),
        write(item("a", 1, listed_id={"S": ""})),
        write(item("a", 1, long={"S": "x" * 410_000})),
        scan,
    )
    assert all(isinstance(one, tuple) for one in found[:3])
    assert "Items" not in found[3]


def test_a_value_that_is_not_of_its_kind_is_refused_before_it_is_sent() -> None:
    for value in ({"N": 1}, {"S": None}, {"SS": ["a", 1]}, {"L": [{"S": 1}]}, {"M": {"a": {"BOOL": "yes"}}}):
        for aws in side(direct=True):
            with pytest.raises(ParamValidationError):
                write({"pk": {"S": "a"}, "value": value})(aws)
            assert scan(aws)["Items"] == []


def test_a_table_comes_page_by_page() -> None:
    long = [item(f"p{n}", 1, text={"S": "x" * 300_000}) for n in range(4)]

    def after(pk: str) -> Callable[[Aws], Any]:
        return lambda aws: aws.dynamodb.scan(TableName=TABLE, ExclusiveStartKey={"pk": {"S": pk}})

    found = alike(*map(write, long), scan, after("p2"), after("p3"))
    assert [len(one.get("Items", ())) for one in found[-3:]] == [3, 1, 0]
    assert found[-3]["LastEvaluatedKey"] == {"pk": {"S": "p2"}}
    assert "LastEvaluatedKey" not in found[-2]


def test_all_of_a_table_comes_in_whatever_order_it_was_written() -> None:
    for aws in side(direct=True):
        for number in (5, 1, 6, 0, 3, 2, 4):
            write(item(f"p{number}", 1, text={"S": "x" * 300_000}))(aws)
        pages = list(aws.dynamodb.get_paginator("scan").paginate(TableName=TABLE))
        assert [len(page["Items"]) for page in pages] == [3, 3, 1]
        assert sorted(one["pk"]["S"] for page in pages for one in page["Items"]) == [
            f"p{n}" for n in range(7)
        ]


def test_all_of_a_bucket_comes_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_objects, "MOST_LISTED", 2)
    for aws in side(direct=True):
        for key in ("b", "a/1", "a/2", "c", "d"):
            put(key, b"")(aws)
        pages = list(aws.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET))
        assert [page["IsTruncated"] for page in pages] == [True, True, False]
        assert [one["Key"] for page in pages for one in page["Contents"]] == ["a/1", "a/2", "b", "c", "d"]


def test_an_index_gives_keys_page_by_page_newest_first() -> None:
    listed = [item(f"p{n}", 1, list={"S": "all"}, listed_id={"S": f"{n // 2}"}) for n in range(5)]
    found = alike(
        *(write(one) for one in (*listed, item("other", 1))),
        newest(2),
        newest(50),
        newest(50, **{":position": {"S": "1"}}),
    )
    assert [one["pk"]["S"] for one in found[-3]["Items"]] == ["p4", "p3"]
    assert found[-3]["LastEvaluatedKey"]["pk"] == {"S": "p3"}
    assert [one["pk"]["S"] for one in found[-2]["Items"]] == ["p4", "p3", "p2", "p1", "p0"]
    assert [one["pk"]["S"] for one in found[-1]["Items"]] == ["p1", "p0"]


def test_a_message_is_deleted_once_and_a_strange_receipt_refused() -> None:
    def url(aws: Aws) -> str:
        return str(aws.sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"])

    def delete_received(aws: Aws) -> Any:
        aws.sqs.send_message(QueueUrl=url(aws), MessageBody="x")
        (message,) = aws.sqs.receive_message(QueueUrl=url(aws))["Messages"]
        return aws.sqs.delete_message(QueueUrl=url(aws), ReceiptHandle=message["ReceiptHandle"])

    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = alike(
        delete_received,
        lambda aws: aws.sqs.get_queue_attributes(QueueUrl=url(aws), AttributeNames=names)["Attributes"],
        lambda aws: aws.sqs.delete_message(QueueUrl=url(aws), ReceiptHandle="none"),
    )
    assert found[1] == dict.fromkeys(names, "0")
    assert found[2][0] == "ReceiptHandleIsInvalid"


def test_whoever_watches_calls_sees_these_too_and_may_refuse_them() -> None:
    seen: list[str] = []
    for aws in side(direct=True):
        events = aws.s3.meta.events
        events.register("before-call.s3.PutObject", lambda **_: seen.append("before"))
        events.register("after-call.s3.PutObject", lambda parsed, **_: seen.append(parsed["ETag"]))
        put("a", b"one")(aws)

        def refuse(**_: Any) -> None:
            raise ConnectionError("cut")

        events.register("before-call.s3.GetObject", refuse)
        with pytest.raises(ConnectionError, match="cut"):
            get("a")(aws)
    assert seen == ["before", '"f97c5d29941bfb1b2fdab0874906ab82"']
