"""What runs outside of this process finds the same stack by HTTP as this one does."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.core.botocore_stubber import BotocoreStubber

from local import aws_server
from local.aws_server import AwsPortInUse, aws_host
from local.emulator import Emulator, emulated
from local.run import PROJECT

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
PORT_SHIFT = 900
KEY = "nö/%2F a+b"

# What a Lambda runtime would do, in a process that has nothing but the environment
INVOKE = """
import json, sys
from functions.fetch.app import lambda_handler
from tests.support.lambda_context import FakeLambdaContext
json.dump(lambda_handler(json.load(sys.stdin), FakeLambdaContext()), sys.stderr)
"""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with emulated(PROJECT, START, demo_port_shift=PORT_SHIFT) as running:
        yield running


def _client(emulator: Emulator, service: str, region: str = "us-east-1") -> Any:
    session: Any = boto3.Session("key", "secret", region_name=region)
    return session.client(service, endpoint_url=emulator.endpoint)


def test_an_object_put_by_http_is_the_one_that_this_process_reads(emulator: Emulator) -> None:
    bucket = emulator.stack.buckets["ArticleBucket"]
    body = bytes(range(256)) * 20_000
    remote = _client(emulator, "s3")
    remote.put_object(Bucket=bucket, Key=KEY, Body=body, Metadata={"gone": "1"})
    mine = emulator.stack.clients.s3.get_object(Bucket=bucket, Key=KEY)
    assert mine["Body"].read() == body
    assert mine["Metadata"] == {"gone": "1"}
    assert remote.head_object(Bucket=bucket, Key=KEY)["ContentLength"] == len(body)
    assert remote.get_object(Bucket=bucket, Key=KEY)["Body"].read() == body


def test_a_refusal_is_the_one_of_aws(emulator: Emulator) -> None:
    bucket = emulator.stack.buckets["ArticleBucket"]
    remote = _client(emulator, "s3")
    with pytest.raises(ClientError) as missing:
        remote.get_object(Bucket=bucket, Key="missing")
    assert missing.value.response["Error"]["Code"] == "NoSuchKey"
    remote.put_object(Bucket=bucket, Key="once", Body=b"1")
    with pytest.raises(ClientError) as second:
        remote.put_object(Bucket=bucket, Key="once", Body=b"2", IfNoneMatch="*")
    assert second.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412


def test_a_tables_stream_is_told_apart_from_its_table(emulator: Emulator) -> None:
    table = emulator.stack.tables["ArticleTable"]
    assert table in _client(emulator, "dynamodb").list_tables()["TableNames"]
    assert [one["TableName"] for one in _client(emulator, "dynamodbstreams").list_streams()["Streams"]] == [
        table
    ]


def test_the_stack_is_found_whatever_the_clients_region(emulator: Emulator) -> None:
    tables = _client(emulator, "dynamodb", "ap-southeast-3").list_tables()["TableNames"]
    assert set(tables) == set(emulator.stack.tables.values())


def _asked(
    emulator: Emulator, method: str, headers: Mapping[str, str], target: str = "/"
) -> tuple[int, bytes]:
    """Return status and body of a request that no AWS client would make."""
    with closing(http.client.HTTPConnection(urlsplit(emulator.endpoint).netloc, timeout=10)) as connection:
        connection.request(method, target, b"no JSON", dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()


def test_the_publishers_are_reached_through_the_endpoint(emulator: Emulator) -> None:
    place = emulator.edition.loopback_allowed[0]
    status, body = _asked(emulator, "GET", {"Host": place}, f"http://{place}/rss/terkini.xml")
    assert (status, body[:5]) == (200, b"<?xml")
    assert _asked(emulator, "GET", {"Host": place}, f"http://{place}/missing?a=b")[0] == 404


def test_the_endpoint_is_no_proxy_for_anybody_else(emulator: Emulator) -> None:
    for place in ("localhost:1", "kabar.example"):
        assert _asked(emulator, "GET", {"Host": place}, f"http://{place}/")[0] == 403


def test_aws_is_reached_through_the_proxy_as_well(emulator: Emulator) -> None:
    proxied = Config(proxies={"http": emulator.endpoint})
    client = boto3.Session("key", "secret", region_name="us-east-1").client(
        "s3", endpoint_url=emulator.endpoint, config=proxied
    )
    assert {one["Name"] for one in client.list_buckets()["Buckets"]} == set(emulator.stack.buckets.values())


def test_an_unsigned_request_is_refused(emulator: Emulator) -> None:
    refusal = b"Only signed requests of AWS clients are answered.\n"
    assert _asked(emulator, "GET", {}) == (403, refusal)


@pytest.mark.parametrize(
    ("service", "status", "body"),
    [("nothing", 404, b"Not yet implemented"), ("sqs", 500, b"KeyError: 'Name'\n")],
)
def test_what_moto_cannot_do_is_an_error_and_no_silence(
    emulator: Emulator, service: str, status: int, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise KeyError("Name")

    if service == "sqs":
        monkeypatch.setattr(BotocoreStubber, "process_request", stumble)
    scope = f"AWS4-HMAC-SHA256 Credential=key/20260105/us-east-1/{service}/aws4_request"
    assert _asked(emulator, "POST", {"Authorization": scope}) == (status, body)


@pytest.mark.parametrize(
    ("service", "target", "host"),
    [
        ("s3", "", "s3.us-east-1.amazonaws.com"),
        ("dynamodb", "DynamoDB_20120810.Query", "dynamodb.us-east-1.amazonaws.com"),
        ("dynamodb", "DynamoDBStreams_20120810.GetRecords", "streams.dynamodb.us-east-1.amazonaws.com"),
    ],
)
def test_a_request_is_for_the_host_that_it_is_signed_for(service: str, target: str, host: str) -> None:
    scope = f"AWS4-HMAC-SHA256 Credential=key/20260105/us-east-1/{service}/aws4_request, SignedHeaders=host"
    assert aws_host({"authorization": scope, "x-amz-target": target}) == host


def test_a_taken_port_is_named(emulator: Emulator) -> None:
    port = urlsplit(emulator.endpoint).port
    assert port
    with pytest.raises(AwsPortInUse, match=f"port {port}"), aws_server.serving(port):
        pytest.fail("two servers at one port")


def test_the_environment_of_a_function_is_all_that_a_process_outside_needs(emulator: Emulator) -> None:
    event = (PROJECT / "events" / "fetch-schedule.json").read_bytes()
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{PROJECT}:{PROJECT / 'shared'}"}
    done = subprocess.run(
        [sys.executable, "-c", INVOKE],
        input=event,
        env={**variables, **emulator.environment("FetchFunction")},
        cwd=PROJECT,
        capture_output=True,
        check=True,
        timeout=120,
    )
    answer = json.loads(done.stderr)
    assert (answer["feeds_polled"], answer["failures"]) == (6, {})
    queue = emulator.stack.queues["ArticleQueue"]
    waiting = emulator.stack.clients.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])
    assert int(waiting["Attributes"]["ApproximateNumberOfMessages"]) == answer["sent"] > 0


def test_every_queue_address_in_an_environment_can_be_reached(emulator: Emulator) -> None:
    variables = emulator.environment("ExtractFunction")
    url = variables["ARTICLE_QUEUE_URL"]
    assert url.startswith(f"{emulator.endpoint}/")
    assert (
        _client(emulator, "sqs").get_queue_attributes(QueueUrl=url)["ResponseMetadata"]["HTTPStatusCode"]
        == 200
    )


def test_names_are_the_same_in_every_stack(emulator: Emulator) -> None:
    names = {*emulator.stack.buckets.values(), *emulator.stack.tables.values()}
    assert names == {
        "newswire-articlebucket",
        "newswire-sitebucket",
        "newswire-articletable",
        "newswire-feedtable",
        "newswire-pingtable",
    }
