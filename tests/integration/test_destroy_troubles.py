"""A ``make destroy`` that is killed or refused: what is left is told, and goes by the next run."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import NoCredentialsError

from local.destroy.__main__ import LEFT, NOTHING, main
from local.stack import STACK_NAME, Stack
from tests.support.destroyed_stack import (
    bucket_names,
    destroy,
    hooks_of,
    is_deployed,
    table_names,
)


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
def test_a_run_that_was_killed_anywhere_is_finished_by_the_next(filled: Stack, at: int, after: bool) -> None:
    """Seven calls: the stack, two tables, two buckets that are emptied and deleted."""
    mortal = Mortal(hooks_of(filled), at, after)
    hooks_of(filled).register("before-call", mortal.before_call)
    hooks_of(filled).register("after-call", mortal.after_call)
    with pytest.raises(Killed):
        destroy("--yes")
    hooks_of(filled).unregister("before-call", mortal.before_call)
    hooks_of(filled).unregister("after-call", mortal.after_call)
    assert len(mortal.calls) == at
    everything_is_gone = at == 7 and after
    assert destroy("--yes") == (NOTHING if everything_is_gone else 0)
    assert (bucket_names(), table_names(), is_deployed()) == (set(), set(), False)


@dataclass(slots=True)
class Refusals:
    """Refuses the first calls of an operation, as S3 and DynamoDB do under load."""

    answers: list[Any]

    def before_call(self, **_: Any) -> Any:
        return self.answers.pop(0) if self.answers else None


def _error(status: int, code: str) -> Any:
    return SimpleNamespace(status_code=status), {"Error": {"Code": code, "Message": code}}


def test_what_s3_could_not_delete_is_deleted_by_the_next_pass(filled: Stack) -> None:
    slow = {"Errors": [{"Key": "index.html", "Code": "SlowDown"}]}
    refusals = Refusals([(SimpleNamespace(status_code=200), slow)] * 2)
    hooks_of(filled).register("before-call.s3.DeleteObjects", refusals.before_call)
    assert destroy("--yes") == 0
    assert (refusals.answers, bucket_names()) == ([], set())


def test_what_s3_never_deletes_is_told_and_left_to_the_next_run(
    filled: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    locked = {"Errors": [{"Key": "articles/a/1.json", "Code": "AccessDenied"}]}
    refusals = Refusals([(SimpleNamespace(status_code=200), locked)] * 100)
    hooks_of(filled).register("before-call.s3.DeleteObjects", refusals.before_call)
    assert destroy("--yes") == LEFT
    assert "articles/a/1.json: AccessDenied; run make destroy STACK=newswire again" in capsys.readouterr().err
    refusals.answers.clear()
    assert destroy("--yes") == 0
    assert bucket_names() == set()


def test_a_bucket_that_is_written_meanwhile_is_emptied_once_more(filled: Stack) -> None:
    refusals = Refusals([_error(409, "BucketNotEmpty")] * 2)
    hooks_of(filled).register("before-call.s3.DeleteBucket", refusals.before_call)
    assert destroy("--yes") == 0
    assert (refusals.answers, bucket_names()) == ([], set())


def test_a_table_that_dynamodb_is_at_work_on_is_waited_for(filled: Stack) -> None:
    refusals = Refusals([_error(400, "ResourceInUseException"), _error(400, "LimitExceededException")])
    hooks_of(filled).register("before-call.dynamodb.DeleteTable", refusals.before_call)
    assert destroy("--yes") == 0
    assert (refusals.answers, table_names()) == ([], set())


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ("cloudformation.DescribeStacks", NOTHING),
        ("cloudformation.DeleteStack", LEFT),
        ("s3.DeleteBucket", LEFT),
    ],
)
def test_what_aws_denies_is_told_in_its_own_words(
    filled: Stack, capsys: pytest.CaptureFixture[str], operation: str, status: int
) -> None:
    denied = Refusals([_error(403, "AccessDenied")] * 100)
    hooks_of(filled).register(f"before-call.{operation}", denied.before_call)
    assert destroy("--yes") == status
    assert "AccessDenied" in capsys.readouterr().err


def test_without_credentials_nothing_goes_and_that_is_told(
    filled: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    def unsigned(**_: Any) -> None:
        raise NoCredentialsError

    hooks_of(filled).register("before-sign.cloudformation", unsigned)
    assert destroy("--yes") == NOTHING
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


@pytest.mark.usefixtures("filled")
def test_there_are_seven_calls_that_remove_something(filled: Stack) -> None:
    mortal = Mortal(hooks_of(filled), 0, after=False)
    hooks_of(filled).register("before-call", mortal.before_call)
    assert destroy("--yes") == 0
    assert len(mortal.calls) == 7
