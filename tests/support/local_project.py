"""A project of the same shape as Newswire whose stages do next to nothing: what drives them is under test.

The feed is the text of ``sources.yaml``, one entry a line: ``<id> <verb> [<argument>]``. The verb says
how the entry behaves in extract: ``store``, ``raise``, ``fail``, ``postpone <seconds>``, ``bury``; with
``until=<n>`` before it the misbehaviour ends at the n-th receive. A line that begins with ``@`` is handed
on by a shard of its own; one with ``@lost`` makes that shard's run fail.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.direct.clients import always
from local.function_logs import FunctionLogs
from local.local_run import LocalRun, StartedStack, started
from local.progress import Progress
from local.saved_state import State
from local.workspace import Workspace
from newswire import aws

MODULE = __name__
log = logging.getLogger(MODULE)
log.setLevel(logging.INFO)
TEMPLATE = f"""
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  PortalUrl: {{Type: String, Default: ""}}
  EnableCdn: {{Type: String, Default: "true"}}
  Interval: {{Type: String, Default: rate(15 minutes)}}
Conditions:
  HasCdn: !Equals [!Ref EnableCdn, "true"]
Globals:
  Function:
    Runtime: python3.13
    Timeout: 60
    Environment:
      Variables:
        ARTICLE_TABLE: !Ref ArticleTable
        ARTICLE_BUCKET: !Ref ArticleBucket
        FEED_TABLE: !Ref FeedTable
        SITE_BUCKET: !Ref SiteBucket
        QUEUE_URL: !Ref ArticleQueue
        FETCH_QUEUE_URL: !Ref FetchQueue
        DEAD_LETTER_QUEUE_URL: !Ref DeadLetters
        PORTAL_URL: !If [HasCdn, !Sub "https://${{Distribution.DomainName}}", !Ref PortalUrl]
Resources:
  FetchFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: {MODULE}.fetch
      Events:
        Poll:
          Type: ScheduleV2
          Properties: {{ScheduleExpression: !Ref Interval, Input: '{{"task": "poll"}}'}}
        Never:
          Type: ScheduleV2
          Properties: {{ScheduleExpression: rate(1 day), State: DISABLED}}
        Shards:
          Type: SQS
          Properties:
            Queue: !GetAtt FetchQueue.Arn
            BatchSize: 1
            FunctionResponseTypes: [ReportBatchItemFailures]
  ExtractFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: {MODULE}.extract
      Events:
        Articles:
          Type: SQS
          Properties:
            Queue: !GetAtt ArticleQueue.Arn
            BatchSize: 3
            FunctionResponseTypes: [ReportBatchItemFailures]
  PublishFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: {MODULE}.publish
      Events:
        Changes:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt ArticleTable.StreamArn
            StartingPosition: TRIM_HORIZON
            BatchSize: 4
            MaximumBatchingWindowInSeconds: 60
            MaximumRetryAttempts: 2
            BisectBatchOnFunctionError: true
            FunctionResponseTypes: [ReportBatchItemFailures]
            DestinationConfig: {{OnFailure: {{Type: SQS, Destination: !GetAtt PublishFailures.Arn}}}}
            FilterCriteria:
              Filters:
                - Pattern: '{{"dynamodb": {{"NewImage": {{"type": {{"S": ["article"]}}}}}}}}'
  DeadLetters:
    Type: AWS::SQS::Queue
    Properties: {{FifoQueue: true}}
  PublishFailures:
    Type: AWS::SQS::Queue
  DeadShards:
    Type: AWS::SQS::Queue
  FetchQueue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 360
      RedrivePolicy: {{deadLetterTargetArn: !GetAtt DeadShards.Arn, maxReceiveCount: 3}}
  ArticleQueue:
    Type: AWS::SQS::Queue
    Properties:
      FifoQueue: true
      VisibilityTimeout: 360
      RedrivePolicy: {{deadLetterTargetArn: !GetAtt DeadLetters.Arn, maxReceiveCount: 3}}
  FeedTable: &table
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{{AttributeName: pk, AttributeType: S}}]
      KeySchema: [{{AttributeName: pk, KeyType: HASH}}]
  ArticleTable:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{{AttributeName: pk, AttributeType: S}}]
      KeySchema: [{{AttributeName: pk, KeyType: HASH}}]
      StreamSpecification: {{StreamViewType: NEW_AND_OLD_IMAGES}}
  ArticleBucket: {{Type: AWS::S3::Bucket}}
  SiteBucket: {{Type: AWS::S3::Bucket}}
  Distribution:
    Type: AWS::CloudFront::Distribution
    Condition: HasCdn
    Properties:
      DistributionConfig:
        Enabled: true
        DefaultRootObject: index.html
        Origins: [{{Id: site, DomainName: !GetAtt SiteBucket.RegionalDomainName}}]
        DefaultCacheBehavior: {{TargetOriginId: site, ViewerProtocolPolicy: redirect-to-https}}
"""


def fetch(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Hand on what is new, as a schedule or as a shard; the totals are in the log."""
    assert context.get_remaining_time_in_millis() > 50_000
    if "Records" in event:
        return _poll_shard(event)
    assert event == {"task": "poll"}
    new = _new_lines()
    shards = [line for line in new if line.startswith("@")]
    for line in shards:
        aws.sqs_client().send_message(QueueUrl=os.environ["FETCH_QUEUE_URL"], MessageBody=line)
    return _finished(len(new), len(new) - len(shards))


def _poll_shard(event: dict[str, Any]) -> dict[str, Any]:
    (record,) = event["Records"]
    assert not {"MessageGroupId", "MessageDeduplicationId", "SequenceNumber"} & set(record["attributes"])
    line = record["body"].removeprefix("@")
    lease = {"pk": {"S": f"shard#{line}"}, "due": {"S": "never"}}
    aws.dynamodb_client().put_item(TableName=os.environ["FEED_TABLE"], Item=lease)
    if line.startswith("lost"):
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}
    _send(line)
    _finished(1, 1)
    return {"batchItemFailures": []}


def _finished(entries: int, sent: int) -> dict[str, Any]:
    totals = {"feeds_polled": 1, "entries": entries, "sent": sent, "failures": {}}
    log.info("run finished", extra=totals)
    return totals


def _new_lines() -> list[str]:
    """Send every line that is new and of no shard, remember all of them, and return the new ones."""
    dynamodb = aws.dynamodb_client()
    stored = aws.s3_client().get_object(Bucket=os.environ["ARTICLE_BUCKET"], Key="config/sources.yaml")
    lines = [line for line in stored["Body"].read().decode().splitlines() if line]
    table = os.environ["FEED_TABLE"]
    item = dynamodb.get_item(TableName=table, Key={"pk": {"S": "feed#all"}}).get("Item", {})
    seen = {one["S"] for one in item.get("seen", {}).get("L", [])}
    new = [line for line in lines if line not in seen]
    for line in new:
        if not line.startswith("@"):
            _send(line)
    dynamodb.put_item(
        TableName=table,
        Item={
            "pk": {"S": "feed#all"},
            "seen": {"L": [{"S": line} for line in lines]},
            "raw": {"B": b"\x00\xff"},
        },
    )
    return new


def _send(line: str) -> None:
    aws.sqs_client().send_message(
        QueueUrl=os.environ["QUEUE_URL"],
        MessageBody=line,
        MessageGroupId=line.partition("-")[0],
        MessageDeduplicationId=str(abs(hash(line))),
    )


def extract(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Do what each line says."""
    failures = []
    for record in event["Records"]:
        name, *words = record["body"].split()
        receives = int(record["attributes"]["ApproximateReceiveCount"])
        if words[0].startswith("until="):
            limit, *words = words
            words = ["store"] if receives >= int(limit.removeprefix("until=")) else words
        if words[0] == "raise":
            raise RuntimeError(f"{name} cannot be extracted")
        if words[0] in ("fail", "postpone"):
            failures.append({"itemIdentifier": record["messageId"]})
            if words[0] == "postpone":
                _postpone(record["receiptHandle"], int(words[1]))
        elif words[0] == "bury":
            _bury(record["body"])
        else:
            _store(name, record["body"])
    return {"batchItemFailures": failures}


def publish(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Write a page for each article; one whose id starts with ``poison`` never succeeds."""
    s3 = aws.s3_client()
    for record in event["Records"]:
        name = record["dynamodb"]["NewImage"]["id"]["S"]
        if name.startswith("poison"):
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        s3.put_object(
            Bucket=os.environ["SITE_BUCKET"],
            Key=f"a/{name}.html",
            Body=f"{name} at {os.environ['PORTAL_URL']}".encode(),
            ContentType="text/html; charset=utf-8",
            CacheControl="max-age=60",
            Metadata={"version": "1"},
        )
    return {}


def _postpone(receipt_handle: str, seconds: int) -> None:
    aws.sqs_client().change_message_visibility(
        QueueUrl=os.environ["QUEUE_URL"], ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
    )


def _bury(body: str) -> None:
    aws.sqs_client().send_message(
        QueueUrl=os.environ["DEAD_LETTER_QUEUE_URL"],
        MessageBody=body,
        MessageGroupId="unreadable",
        MessageDeduplicationId=body.replace(" ", "-"),
        MessageAttributes={"reason": {"DataType": "String", "StringValue": "not readable"}},
    )


def _store(name: str, body: str) -> None:
    key = f"articles/{name}/1.json"
    aws.s3_client().put_object(
        Bucket=os.environ["ARTICLE_BUCKET"], Key=key, Body=json.dumps({"body": body}).encode()
    )
    item = {"pk": f"article#{name}", "type": "article", "state": "live", "id": name, "origin": "page"}
    dynamodb = aws.dynamodb_client()
    table = os.environ["ARTICLE_TABLE"]
    dynamodb.put_item(TableName=table, Item={key: {"S": value} for key, value in item.items()})
    dynamodb.put_item(TableName=table, Item={"pk": {"S": f"alias#{name}"}, "type": {"S": "alias"}})


@dataclass
class LinesEdition:
    """An edition whose sources are the lines that a test wrote."""

    lines: list[str]
    loopback_allowed: tuple[str, ...] = ("publisher.localhost:1",)
    demo_start: datetime | None = field(default_factory=lambda: datetime(2026, 1, 5, 1, tzinfo=UTC))
    demo_end: datetime | None = None
    moments: list[datetime] = field(default_factory=list)

    def own_files(self) -> dict[str, bytes]:
        return {}

    def sources_yaml(self) -> str:
        """Return the lines."""
        return "\n".join(self.lines)

    def at(self, moment: datetime) -> None:
        """Note the moment."""
        self.moments.append(moment)


def write_template(folder: Path, text: str = TEMPLATE) -> Path:
    """Write the template into a project's folder and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "template.yaml").write_text(text, encoding="utf-8")
    return folder


@contextlib.contextmanager
def begun(folder: Path, portal_url: str = "http://localhost:8000") -> Iterator[StartedStack]:
    """Start the stack of the fake project."""
    with started(write_template(folder), portal_url, direct=always) as stack:
        yield stack


@contextlib.contextmanager
def open_run(
    folder: Path, edition: LinesEdition, portal_url: str = "http://localhost:8000"
) -> Iterator[LocalRun]:
    """Continue the run that ``folder / "out"`` holds, or begin one."""
    progress = Progress(sys.stderr)
    workspace = Workspace(folder / "out", progress)
    with workspace.claimed(), begun(folder, portal_url) as stack:
        saved = workspace.load(demo=edition.demo_start is not None)
        state = saved or State(edition.demo_start or datetime.now(UTC), edition.demo_start, portal_url)
        with contextlib.ExitStack() as open_files:
            logs = FunctionLogs(
                lambda function: open_files.enter_context(workspace.open_log(function)), lambda *_: None
            )
            open_files.enter_context(contextlib.redirect_stdout(logs))
            yield LocalRun(stack, edition, state, workspace, logs, progress)
