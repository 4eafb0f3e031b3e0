"""A table's stream given to a function on this machine, where moto keeps the table."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.event_filter import EventFilter
from local.lambda_runtime import LambdaRuntime
from local.stack import Clients
from local.stream_poller import StreamPoller
from local.wiring import StreamMapping
from tests.support.aws_stack import ARTICLE_TABLE, REGION, Stack


class Publish:
    """Notes the keys that it is given."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def invoke(self, _: str, event: dict[str, Any]) -> dict[str, Any]:
        """Answer a batch."""
        self.given += [record["dynamodb"]["Keys"]["pk"]["S"] for record in event["Records"]]
        return {"batchItemFailures": []}


@pytest.fixture
def publish() -> Publish:
    return Publish()


def poller(stack: Stack, publish: Publish) -> StreamPoller:
    arn = stack.dynamodb.describe_table(TableName=ARTICLE_TABLE)["Table"]["LatestStreamArn"]
    mapping = StreamMapping(
        "PublishFunction", "ArticleTable", arn, 10, timedelta(), 1, True, True, EventFilter([]), None
    )
    plain = Config(account_id_endpoint_mode="disabled")  # moto does not know the account's own address
    clients = SimpleNamespace(streams=boto3.client("dynamodbstreams", region_name=REGION, config=plain))
    runtime = cast("LambdaRuntime", publish)
    return StreamPoller(mapping, cast("Clients", clients), runtime, lambda _: None, lambda _: None)


def write(stack: Stack, *keys: str) -> None:
    """Write new items in one transaction."""
    puts: Any = [
        {
            "Put": {
                "TableName": ARTICLE_TABLE,
                "Item": {"pk": {"S": key}},
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }
        for key in keys
    ]
    stack.dynamodb.transact_write_items(TransactItems=puts)


def test_each_record_is_given_once_and_those_that_are_skipped_never(stack: Stack, publish: Publish) -> None:
    reading = poller(stack, publish)
    write(stack, "article#a")
    reading.skip()
    write(stack, "article#b", "article#c")
    assert [reading.poll(window_over=True) for _ in range(2)] == [2, 0]
    write(stack, "article#d")
    assert reading.poll(window_over=True) == 1
    assert publish.given == ["article#b", "article#c", "article#d"]


def test_what_is_written_after_a_refused_transaction_is_given_too(stack: Stack, publish: Publish) -> None:
    reading = poller(stack, publish)
    write(stack, "article#a")
    assert reading.poll(window_over=True) == 1
    with pytest.raises(ClientError, match="TransactionCanceled"):
        write(stack, "article#b", "article#a")
    write(stack, "article#c")
    assert reading.poll(window_over=True) == 1
    assert publish.given == ["article#a", "article#c"]
