"""``make destroy`` on the template's own stores in moto: all of a stack goes, nothing of another does."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from local.destroy import contents, stacks
from local.destroy.__main__ import NOTHING, main
from local.destroy.inventory import Amount, Kind
from local.destroy.stacks import Resource
from local.stack import Stack
from newswire import aws
from tests.support.destroyed_stack import (
    VERSIONS,
    Terminal,
    bucket_names,
    destroy,
    hooks_of,
    is_deployed,
    table_names,
)


def test_everything_goes_and_what_is_left_by_itself_is_told(
    filled: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    assert destroy("--yes") == 0
    assert (bucket_names(), table_names(), is_deployed()) == (set(), set(), False)
    assert boto3.client("sqs").list_queues().get("QueueUrls", []) == []
    out = capsys.readouterr().out
    assert "for 35 days" in out
    for name in ("ArticleBucket", "SiteBucket"):
        assert f"{filled.buckets[name]} is removed" in out


def test_what_will_go_is_shown_with_how_much_is_in_it(
    filled: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("\n"))
    assert destroy() == NOTHING
    shown = {
        tuple(line.split(maxsplit=2)[:2]): line.split(maxsplit=2)[2]
        for line in capsys.readouterr().out.splitlines()
        if line.startswith("  ")
    }
    assert shown["bucket", filled.buckets["SiteBucket"]] == "1 object, 4 versions, 10 bytes"
    assert shown["table", filled.tables["ArticleTable"]].startswith("1 item,")
    assert shown["queue", "newswire-fetch"] == "1 message"


@pytest.mark.parametrize("typed", ["", "\n", "y\n", "newswire2\n", "NEWSWIRE\n"])
def test_nothing_goes_unless_the_stacks_name_is_typed(
    filled: Stack, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    before = (bucket_names(), table_names())
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    assert destroy() == NOTHING
    assert (bucket_names(), table_names(), is_deployed()) == (*before, True)
    assert before[0] == set(filled.buckets.values())


@pytest.mark.usefixtures("filled")
def test_the_stacks_name_is_agreement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("newswire\n"))
    assert destroy() == 0
    assert (bucket_names(), table_names(), is_deployed()) == (set(), set(), False)


@pytest.mark.usefixtures("filled")
def test_without_a_terminal_and_without_yes_nothing_goes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("newswire\n"))
    assert destroy() == NOTHING
    assert "YES=1" in capsys.readouterr().err
    assert is_deployed()


def test_the_articles_can_be_kept_and_are_removed_by_a_later_run(filled: Stack) -> None:
    assert destroy("--yes", "--keep") == 0
    assert bucket_names() == {filled.buckets["ArticleBucket"]}
    assert table_names() == {filled.tables["ArticleTable"]}
    assert destroy("--yes", "--keep") == NOTHING
    assert destroy("--yes") == 0
    assert (bucket_names(), table_names()) == (set(), set())


def test_a_bucket_of_more_versions_than_one_request_takes_is_emptied(filled: Stack) -> None:
    bucket = filled.buckets["SiteBucket"]
    for number in range(VERSIONS):
        filled.clients.s3.put_object(Bucket=bucket, Key=f"page-{number % 7}.html", Body=b"")
    assert destroy("--yes") == 0
    assert bucket_names() == set()


def test_another_stack_and_all_that_is_its_own_stays(filled: Stack) -> None:
    document = {
        "Resources": {
            "ArticleTable": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                    "BillingMode": "PAY_PER_REQUEST",
                },
            },
            "SiteBucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "newswire-sitebucket-x"}},
        }
    }
    cloudformation = boto3.client("cloudformation")
    cloudformation.create_stack(StackName="newswire-prod", TemplateBody=json.dumps(document))
    others = (bucket_names() - set(filled.buckets.values()), table_names() - set(filled.tables.values()))
    assert destroy("--yes") == 0
    assert (bucket_names(), table_names()) == others
    assert stacks.described(cloudformation, "newswire-prod") is not None
    assert others[0] == {"newswire-sitebucket-x"}


@pytest.mark.usefixtures("filled")
def test_a_stack_of_another_program_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    document = {"Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}}}
    boto3.client("cloudformation").create_stack(StackName="jobs", TemplateBody=json.dumps(document))
    assert main(["--stack", "jobs", "--yes"]) == NOTHING
    assert "not Newswire's" in capsys.readouterr().err
    assert stacks.described(boto3.client("cloudformation"), "jobs") is not None


@pytest.mark.usefixtures("filled")
def test_a_name_of_no_stack_says_where_it_was_looked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "newswire-prod", "--yes"]) == NOTHING
    err = capsys.readouterr().err
    assert "stack newswire-prod: there is none in us-east-1" in err


@pytest.mark.usefixtures("filled")
def test_whoever_breaks_the_question_off_is_told_that_nothing_was_removed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: Any) -> str:
        raise KeyboardInterrupt

    terminal = Terminal()
    monkeypatch.setattr(terminal, "readline", interrupted)
    monkeypatch.setattr(sys, "stdin", terminal)
    assert destroy() == NOTHING
    assert "nothing was removed: interrupted" in capsys.readouterr().err
    assert is_deployed()


def test_nobody_waits_for_the_exact_number_of_millions(
    filled: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(contents, "COUNTED_PAGES", 1)
    for number in range(VERSIONS):
        filled.clients.s3.put_object(Bucket=filled.buckets["SiteBucket"], Key=f"{number}.html", Body=b"")
    monkeypatch.setattr(sys, "stdin", Terminal("\n"))
    assert destroy() == NOTHING
    assert "more than 1,000 versions" in capsys.readouterr().out


@pytest.mark.usefixtures("filled")
def test_what_a_log_group_holds_is_its_own_and_not_that_of_a_like_name() -> None:
    logs = boto3.client("logs")
    clients = contents.Clients(aws.s3_client(), aws.dynamodb_client(), aws.sqs_client(), logs)
    group = Resource("FetchLogGroup", Kind.LOG_GROUP, "/newswire/newswire/fetch", "CREATE_COMPLETE")
    logs.create_log_group(logGroupName=f"{group.physical}-other")
    assert contents.amount(clients, group) is None
    logs.create_log_group(logGroupName=group.physical)
    assert contents.amount(clients, group) == Amount(size=0)


def test_a_store_that_another_stack_has_by_now_stays(
    filled: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    """Retained, and then imported into a new stack: CloudFormation knows whose it is."""
    table, new = filled.tables["ArticleTable"], "arn:aws:cloudformation:us-east-1:1:stack/newswire-new/9"

    def owner(params: Mapping[str, Any], **_: Any) -> Any:
        if params["body"].get("PhysicalResourceId") != table:
            return None
        return SimpleNamespace(status_code=200), {
            "StackResources": [{"StackId": new, "PhysicalResourceId": table}]
        }

    hooks_of(filled).register("before-call.cloudformation.DescribeStackResources", owner)
    assert destroy("--yes") == 0
    assert table_names() == {table}
    assert f"{table} belongs to {new} by now, and stays" in capsys.readouterr().out
