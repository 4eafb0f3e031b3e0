"""``make destroy`` on the template's own stores in moto: all of a stack goes, nothing of another does."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import NoCredentialsError

from local import template
from local.destroy import contents, stacks
from local.destroy.__main__ import LEFT, NOTHING, main
from local.destroy.inventory import Amount, Kind
from local.destroy.stacks import Resource
from local.stack import STACK_NAME, Stack, running
from local.template import REGION
from newswire import aws

PROJECT = Path(__file__).parents[2]
VERSIONS = 1100  # more than one listing and one deletion take


@cache
def _translated() -> template.Template:
    return template.load(PROJECT / "template.yaml", {"EnableCdn": "false"})


class Terminal(io.StringIO):
    """Standard input that a person types on."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Hooks:
    """botocore's hooks of both sessions that the command's clients come from: the stores' and boto3's own."""

    sessions: tuple[Any, ...]

    def register(self, event: str, listener: Callable[..., Any]) -> None:
        for one in self.sessions:
            one.register(event, listener)

    def unregister(self, event: str, listener: Callable[..., Any]) -> None:
        for one in self.sessions:
            one.unregister(event, listener)


def _hooks(stack: Stack) -> Hooks:
    assert boto3.DEFAULT_SESSION is not None, "the stack has set it up"
    return Hooks((stack.handler_events, boto3.DEFAULT_SESSION.events))


@dataclass(slots=True)
class DeletedStacks:
    """CloudFormation's memory of deleted stacks: moto would make their resources anew when it lists them."""

    stack: Stack
    moto: Any  # a client that is not answered by this
    resources: list[dict[str, Any]] = field(default_factory=list)

    def listen(self) -> None:
        events = _hooks(self.stack)
        events.register("before-call.cloudformation.DeleteStack", self._remember)
        events.register("before-call.cloudformation.ListStackResources", self._answer)

    def _remember(self, **_: Any) -> None:
        stores = {*self.stack.buckets, *self.stack.tables} - {"PingTable"}
        found = self.moto.list_stack_resources(StackName=STACK_NAME)["StackResourceSummaries"]
        self.resources = [
            {
                **one,
                "ResourceStatus": "DELETE_SKIPPED" if one["LogicalResourceId"] in stores else stacks.GONE,
            }
            for one in found
        ]

    def _answer(self, params: Mapping[str, Any], **_: Any) -> Any:
        is_live = stacks.described(self.moto, STACK_NAME) is not None
        if is_live or f":stack/{STACK_NAME}/" not in params["body"]["StackName"]:
            return None
        return SimpleNamespace(status_code=200), {"StackResourceSummaries": self.resources}


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """Return a deployed stack, as far as moto makes it, with something in each of its stores."""
    monkeypatch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
    with running(_translated()) as made:
        DeletedStacks(made, boto3.Session(region_name=REGION).client("cloudformation")).listen()
        for bucket in made.buckets.values():  # moto does not read it from the template
            made.clients.s3.put_bucket_versioning(
                Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
            )
        bucket = made.buckets["SiteBucket"]
        for text in (b"old", b"new"):
            made.clients.s3.put_object(Bucket=bucket, Key="index.html", Body=text)
        made.clients.s3.put_object(Bucket=bucket, Key="gone.html", Body=b"page")
        made.clients.s3.delete_object(Bucket=bucket, Key="gone.html")
        made.clients.s3.put_object(Bucket=made.buckets["ArticleBucket"], Key="articles/a/1.json", Body=b"{}")
        made.clients.dynamodb.put_item(TableName=made.tables["ArticleTable"], Item={"pk": {"S": "article#a"}})
        made.clients.sqs.send_message(QueueUrl=made.queues["FetchQueue"], MessageBody="{}")
        yield made


def _destroy(*arguments: str) -> int:
    return main(["--stack", STACK_NAME, *arguments], sleep=lambda _: None)


def _buckets() -> set[str]:
    return {one["Name"] for one in boto3.client("s3").list_buckets()["Buckets"]}


def _tables() -> set[str]:
    return set(boto3.client("dynamodb").list_tables()["TableNames"])


def _is_deployed() -> bool:
    return stacks.described(boto3.client("cloudformation"), STACK_NAME) is not None


def test_everything_goes_and_what_is_left_by_itself_is_told(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _destroy("--yes") == 0
    assert (_buckets(), _tables(), _is_deployed()) == (set(), set(), False)
    assert boto3.client("sqs").list_queues().get("QueueUrls", []) == []
    out = capsys.readouterr().out
    assert "for 35 days" in out
    for name in ("ArticleBucket", "SiteBucket"):
        assert f"{stack.buckets[name]} is removed" in out


def test_what_will_go_is_shown_with_how_much_is_in_it(
    stack: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("\n"))
    assert _destroy() == NOTHING
    shown = {
        tuple(line.split(maxsplit=2)[:2]): line.split(maxsplit=2)[2]
        for line in capsys.readouterr().out.splitlines()
        if line.startswith("  ")
    }
    assert shown["bucket", stack.buckets["SiteBucket"]] == "1 object, 4 versions, 10 bytes"
    assert shown["table", stack.tables["ArticleTable"]].startswith("1 item,")
    assert shown["queue", "newswire-fetch"] == "1 message"


@pytest.mark.parametrize("typed", ["", "\n", "y\n", "newswire2\n", "NEWSWIRE\n"])
def test_nothing_goes_unless_the_stacks_name_is_typed(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    before = (_buckets(), _tables())
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    assert _destroy() == NOTHING
    assert (_buckets(), _tables(), _is_deployed()) == (*before, True)
    assert before[0] == set(stack.buckets.values())


@pytest.mark.usefixtures("stack")
def test_the_stacks_name_is_agreement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("newswire\n"))
    assert _destroy() == 0
    assert (_buckets(), _tables(), _is_deployed()) == (set(), set(), False)


@pytest.mark.usefixtures("stack")
def test_without_a_terminal_and_without_yes_nothing_goes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("newswire\n"))
    assert _destroy() == NOTHING
    assert "YES=1" in capsys.readouterr().err
    assert _is_deployed()


def test_the_articles_can_be_kept_and_are_removed_by_a_later_run(stack: Stack) -> None:
    assert _destroy("--yes", "--keep") == 0
    assert _buckets() == {stack.buckets["ArticleBucket"]}
    assert _tables() == {stack.tables["ArticleTable"]}
    assert _destroy("--yes", "--keep") == NOTHING
    assert _destroy("--yes") == 0
    assert (_buckets(), _tables()) == (set(), set())


def test_a_bucket_of_more_versions_than_one_request_takes_is_emptied(stack: Stack) -> None:
    bucket = stack.buckets["SiteBucket"]
    for number in range(VERSIONS):
        stack.clients.s3.put_object(Bucket=bucket, Key=f"page-{number % 7}.html", Body=b"")
    assert _destroy("--yes") == 0
    assert _buckets() == set()


def test_another_stack_and_all_that_is_its_own_stays(stack: Stack) -> None:
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
    others = (_buckets() - set(stack.buckets.values()), _tables() - set(stack.tables.values()))
    assert _destroy("--yes") == 0
    assert (_buckets(), _tables()) == others
    assert stacks.described(cloudformation, "newswire-prod") is not None
    assert others[0] == {"newswire-sitebucket-x"}


@pytest.mark.usefixtures("stack")
def test_a_stack_of_another_program_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    document = {"Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}}}
    boto3.client("cloudformation").create_stack(StackName="jobs", TemplateBody=json.dumps(document))
    assert main(["--stack", "jobs", "--yes"]) == NOTHING
    assert "not Newswire's" in capsys.readouterr().err
    assert stacks.described(boto3.client("cloudformation"), "jobs") is not None


@pytest.mark.usefixtures("stack")
def test_a_name_of_no_stack_says_where_it_was_looked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "newswire-prod", "--yes"]) == NOTHING
    err = capsys.readouterr().err
    assert "stack newswire-prod: there is none in us-east-1" in err


@pytest.mark.usefixtures("stack")
def test_whoever_breaks_the_question_off_is_told_that_nothing_was_removed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: Any) -> str:
        raise KeyboardInterrupt

    terminal = Terminal()
    monkeypatch.setattr(terminal, "readline", interrupted)
    monkeypatch.setattr(sys, "stdin", terminal)
    assert _destroy() == NOTHING
    assert "nothing was removed: interrupted" in capsys.readouterr().err
    assert _is_deployed()


def test_a_profile_that_there_is_not_removes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    assert main(["--stack", STACK_NAME, "--yes"]) == NOTHING
    assert "nobody" in capsys.readouterr().err


class Killed(BaseException):
    """The process is no more."""


@dataclass(slots=True)
class Mortal:
    """Counts every call that changes something, and ends the process before or after one of them."""

    events: Any
    at: int
    after: bool
    calls: list[str] = field(default_factory=list)

    def before_call(self, model: Any, **_: Any) -> None:
        if model.name.startswith("Delete"):
            self.calls.append(model.name)
            if len(self.calls) == self.at and not self.after:
                raise Killed

    def after_call(self, model: Any, **_: Any) -> None:
        if model.name.startswith("Delete") and len(self.calls) == self.at and self.after:
            raise Killed


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(1, 8))
def test_a_run_that_was_killed_anywhere_is_finished_by_the_next(stack: Stack, at: int, after: bool) -> None:
    """Seven calls: the stack, two tables, two buckets that are emptied and deleted."""
    mortal = Mortal(_hooks(stack), at, after)
    _hooks(stack).register("before-call", mortal.before_call)
    _hooks(stack).register("after-call", mortal.after_call)
    with pytest.raises(Killed):
        _destroy("--yes")
    _hooks(stack).unregister("before-call", mortal.before_call)
    _hooks(stack).unregister("after-call", mortal.after_call)
    assert len(mortal.calls) == at
    everything_is_gone = at == 7 and after
    assert _destroy("--yes") == (NOTHING if everything_is_gone else 0)
    assert (_buckets(), _tables(), _is_deployed()) == (set(), set(), False)


def test_nobody_waits_for_the_exact_number_of_millions(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(contents, "COUNTED_PAGES", 1)
    for number in range(VERSIONS):
        stack.clients.s3.put_object(Bucket=stack.buckets["SiteBucket"], Key=f"{number}.html", Body=b"")
    monkeypatch.setattr(sys, "stdin", Terminal("\n"))
    assert _destroy() == NOTHING
    assert "more than 1,000 versions" in capsys.readouterr().out


@pytest.mark.usefixtures("stack")
def test_what_a_log_group_holds_is_its_own_and_not_that_of_a_like_name() -> None:
    logs = boto3.client("logs")
    clients = contents.Clients(aws.s3_client(), aws.dynamodb_client(), aws.sqs_client(), logs)
    group = Resource("FetchLogGroup", Kind.LOG_GROUP, "/newswire/newswire/fetch", "CREATE_COMPLETE")
    logs.create_log_group(logGroupName=f"{group.physical}-other")
    assert contents.amount(clients, group) is None
    logs.create_log_group(logGroupName=group.physical)
    assert contents.amount(clients, group) == Amount(size=0)


def test_a_store_that_another_stack_has_by_now_stays(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    """Retained, and then imported into a new stack: CloudFormation knows whose it is."""
    table, new = stack.tables["ArticleTable"], "arn:aws:cloudformation:us-east-1:1:stack/newswire-new/9"

    def owner(params: Mapping[str, Any], **_: Any) -> Any:
        if params["body"].get("PhysicalResourceId") != table:
            return None
        return SimpleNamespace(status_code=200), {
            "StackResources": [{"StackId": new, "PhysicalResourceId": table}]
        }

    _hooks(stack).register("before-call.cloudformation.DescribeStackResources", owner)
    assert _destroy("--yes") == 0
    assert _tables() == {table}
    assert f"{table} belongs to {new} by now, and stays" in capsys.readouterr().out


@dataclass(slots=True)
class Refusals:
    """Refuses the first calls of an operation, as S3 and DynamoDB do under load."""

    answers: list[Any]

    def before_call(self, **_: Any) -> Any:
        return self.answers.pop(0) if self.answers else None


def _error(status: int, code: str) -> Any:
    return SimpleNamespace(status_code=status), {"Error": {"Code": code, "Message": code}}


def test_what_s3_could_not_delete_is_deleted_by_the_next_pass(stack: Stack) -> None:
    slow = {"Errors": [{"Key": "index.html", "Code": "SlowDown"}]}
    refusals = Refusals([(SimpleNamespace(status_code=200), slow)] * 2)
    _hooks(stack).register("before-call.s3.DeleteObjects", refusals.before_call)
    assert _destroy("--yes") == 0
    assert (refusals.answers, _buckets()) == ([], set())


def test_what_s3_never_deletes_is_told_and_left_to_the_next_run(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    locked = {"Errors": [{"Key": "articles/a/1.json", "Code": "AccessDenied"}]}
    refusals = Refusals([(SimpleNamespace(status_code=200), locked)] * 100)
    _hooks(stack).register("before-call.s3.DeleteObjects", refusals.before_call)
    assert _destroy("--yes") == LEFT
    assert "articles/a/1.json: AccessDenied; run make destroy STACK=newswire again" in capsys.readouterr().err
    refusals.answers.clear()
    assert _destroy("--yes") == 0
    assert _buckets() == set()


def test_a_bucket_that_is_written_meanwhile_is_emptied_once_more(stack: Stack) -> None:
    refusals = Refusals([_error(409, "BucketNotEmpty")] * 2)
    _hooks(stack).register("before-call.s3.DeleteBucket", refusals.before_call)
    assert _destroy("--yes") == 0
    assert (refusals.answers, _buckets()) == ([], set())


def test_a_table_that_dynamodb_is_at_work_on_is_waited_for(stack: Stack) -> None:
    refusals = Refusals([_error(400, "ResourceInUseException"), _error(400, "LimitExceededException")])
    _hooks(stack).register("before-call.dynamodb.DeleteTable", refusals.before_call)
    assert _destroy("--yes") == 0
    assert (refusals.answers, _tables()) == ([], set())


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ("cloudformation.DescribeStacks", NOTHING),
        ("cloudformation.DeleteStack", LEFT),
        ("s3.DeleteBucket", LEFT),
    ],
)
def test_what_aws_denies_is_told_in_its_own_words(
    stack: Stack, capsys: pytest.CaptureFixture[str], operation: str, status: int
) -> None:
    denied = Refusals([_error(403, "AccessDenied")] * 100)
    _hooks(stack).register(f"before-call.{operation}", denied.before_call)
    assert _destroy("--yes") == status
    assert "AccessDenied" in capsys.readouterr().err


def test_without_credentials_nothing_goes_and_that_is_told(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    def unsigned(**_: Any) -> None:
        raise NoCredentialsError

    _hooks(stack).register("before-sign.cloudformation", unsigned)
    assert _destroy("--yes") == NOTHING
    assert "Unable to locate credentials" in capsys.readouterr().err


def test_without_a_region_nothing_goes_and_that_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    boto3.setup_default_session()
    assert main(["--stack", STACK_NAME, "--yes"]) == NOTHING
    assert "You must specify a region" in capsys.readouterr().err


@pytest.mark.usefixtures("stack")
def test_there_are_seven_calls_that_remove_something(stack: Stack) -> None:
    mortal = Mortal(_hooks(stack), 0, after=False)
    _hooks(stack).register("before-call", mortal.before_call)
    assert _destroy("--yes") == 0
    assert len(mortal.calls) == 7
