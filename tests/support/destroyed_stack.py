"""A deployed stack in moto with something in each of its stores, and ``make destroy`` on it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from local import template
from local.destroy import stacks
from local.destroy.__main__ import main
from local.stack import STACK_NAME, Stack, running
from local.template import REGION

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


def hooks_of(stack: Stack) -> Hooks:
    """Return the hooks of all clients that the command makes."""
    assert boto3.DEFAULT_SESSION is not None, "the stack has set it up"
    return Hooks((stack.handler_events, boto3.DEFAULT_SESSION.events))


@dataclass(slots=True)
class DeletedStacks:
    """CloudFormation's memory of deleted stacks: moto would make their resources anew when it lists them."""

    stack: Stack
    moto: Any  # a client that is not answered by this
    resources: list[dict[str, Any]] = field(default_factory=list)

    def listen(self) -> None:
        events = hooks_of(self.stack)
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


@contextmanager
def filled_stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """Yield a deployed stack, as far as moto makes it, with something in each of its stores."""
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


def destroy(*arguments: str) -> int:
    """Run the command, which waits for nothing, and return its status."""
    return main(["--stack", STACK_NAME, *arguments], sleep=lambda _: None)


def bucket_names() -> set[str]:
    """Return the buckets of the account."""
    return {one["Name"] for one in boto3.client("s3").list_buckets()["Buckets"]}


def table_names() -> set[str]:
    """Return the tables of the account."""
    return set(boto3.client("dynamodb").list_tables()["TableNames"])


def is_deployed() -> bool:
    """Return whether CloudFormation has the stack."""
    return stacks.described(boto3.client("cloudformation"), STACK_NAME) is not None
