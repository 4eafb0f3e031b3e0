"""Letters of functions that nobody queues: their records and scheduled runs are repeated."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local.lambda_events import stream_record
from local.rebuild.replay import RebuildFailed
from local.received import receive
from local.redrive.letters import Letter, Wishes
from local.redrive.passing import DeadLetterQueue, Pass
from local.redrive.repeating import PublishAgain, RunAgain
from local.redrive.tally import Tally
from tests.support.aws_stack import ARTICLE_TABLE, REGION, Stack
from tests.support.redriving import (
    STARTED,
    counted,
)


def notice(stream: str, shard: str, numbers: Sequence[str]) -> Letter:
    info = {"streamArn": stream, "shardId": shard, "batchSize": len(numbers)}
    info |= {"startSequenceNumber": numbers[0], "endSequenceNumber": numbers[-1]}
    return Letter("publish", f"notice-{numbers[0]}", json.dumps({"DDBStreamBatchInfo": info}))


@dataclass(slots=True)
class Written:
    """ArticleTable's stream after some writes."""

    client: Any
    arn: str
    shard: str
    records: list[dict[str, Any]]

    def numbers(self, start: int, end: int) -> list[str]:
        return [one["dynamodb"]["SequenceNumber"] for one in self.records[start:end]]


@pytest.fixture
def written(stack: Stack) -> Written:
    for number in range(5):
        item = {"pk": {"S": f"article#{number}"}, "type": {"S": "article"}, "id": {"S": str(number)}}
        stack.dynamodb.put_item(TableName=ARTICLE_TABLE, Item=item)
    # moto does not know the endpoints that carry an account id.
    client = boto3.client("dynamodbstreams", REGION, config=Config(account_id_endpoint_mode="disabled"))
    arn = stack.dynamodb.describe_table(TableName=ARTICLE_TABLE)["Table"]["LatestStreamArn"]
    shard = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = client.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    records = client.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    return Written(client, arn, shard, [stream_record(one, arn) for one in records])


class Publishing:
    """A publish function that notes its events, and fails as a test says."""

    def __init__(self, *, fails: bool = False) -> None:
        self.events: list[Any] = []
        self.rebuilt = 0
        self.fails = fails

    def __call__(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        self.events.append(event)
        if self.fails:
            raise RebuildFailed("PublishFunction: Task timed out")
        return {"batchItemFailures": []}

    def rebuild(self) -> None:
        self.rebuilt += 1


def test_publish_gets_exactly_the_records_that_were_given_up(written: Written) -> None:
    publishing = Publishing()
    again = PublishAgain(written.client, ARTICLE_TABLE, publishing, publishing.rebuild)

    assert again([notice(written.arn, written.shard, written.numbers(1, 4))]) == {}

    assert [one["Records"] for one in publishing.events] == [written.records[1:4]]
    assert publishing.rebuilt == 0


def test_batches_that_have_left_the_stream_are_made_good_by_one_rebuild(written: Written) -> None:
    publishing = Publishing()
    again = PublishAgain(written.client, ARTICLE_TABLE, publishing, publishing.rebuild)
    gone = [notice(written.arn, "shardId-none", [number]) for number in ("1", "2")]

    assert again(gone) == {}

    assert publishing.rebuilt == 1
    assert publishing.events == []


def test_a_notice_whose_records_fail_again_stays(written: Written) -> None:
    publishing = Publishing(fails=True)
    again = PublishAgain(written.client, ARTICLE_TABLE, publishing, publishing.rebuild)
    one = notice(written.arn, written.shard, written.numbers(0, 1))
    assert again([one]) == {one.id: "PublishFunction: Task timed out"}


def test_a_notice_of_another_table_asks_nothing(written: Written) -> None:
    publishing = Publishing()
    again = PublishAgain(None, "another-table", publishing, publishing.rebuild)
    one = notice(written.arn, written.shard, written.numbers(0, 1))
    assert again([one]) == {one.id: "of another table"}
    assert publishing.events == []


def test_scheduled_runs_are_made_once_for_all_their_letters() -> None:
    poll, refresh = Publishing(), Publishing()
    body = json.dumps({"trigger": "schedule", "task": "poll"})
    letters = [Letter("schedule", f"id-{number}", body) for number in range(3)]
    assert RunAgain({"poll": poll, "refresh": refresh})(letters) == {}
    assert poll.events == [{"trigger": "schedule", "task": "poll"}]
    assert refresh.events == []


def test_a_scheduled_run_that_fails_again_keeps_its_letter(stack: Stack) -> None:
    url = stack.sqs.create_queue(QueueName="schedule-failures")["QueueUrl"]
    body = json.dumps({"requestPayload": {"trigger": "schedule", "task": "refresh"}})
    stack.sqs.send_message(QueueUrl=url, MessageBody=body)
    run = RunAgain({"poll": Publishing(), "refresh": Publishing(fails=True)})
    said: list[str] = []
    tally = Tally(said.append)

    Pass(stack.sqs, DeadLetterQueue("schedule", url, run), Wishes(), tally, STARTED).run()

    assert counted(tally) == {"received": 1, "left": 1}
    assert "Task timed out" in said[0]
    assert len(receive(stack.sqs, url)) == 1
