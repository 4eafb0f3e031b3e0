"""A template made worse in ways that only a deploy would tell of: names, limits, parameters, environment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from local.template import Template
from tests.deploy.mutations import Document, Mutation, _with, _without
from tests.deploy.rules.environment import NOTHING

_VARIABLES = ("Properties", "Environment", "Variables")
_LONG = {"Fn::Sub": "${AWS::StackName}-${AWS::Region}-of-the-viewers"}


def deployment_mutations(stack: Template) -> Iterator[Mutation]:
    """Yield rule, what is made worse, and the change."""
    for name, function in stack.of_type("AWS::Lambda::Function").items():
        told = function["Environment"]["Variables"]
        for variable in (one for one, value in told.items() if value != NOTHING):
            yield "environment", f"{name} without {variable}", _without(name, (*_VARIABLES, variable))
        yield "environment", f"{name} with one more", _with(name, (*_VARIABLES, "FEEDS_TABLE"), "x")
    for rule, name, path, value in _CHANGED:
        yield rule, f"{name}: {'.'.join(path)} is {value!r}", _with(name, ("Properties", *path), value)
    yield "parameters", "SiteBucket with CloudFront only", _with("SiteBucket", ("Condition",), "HasCdn")
    yield "limits", "a description of 4,001 characters", _described("x" * 4001)
    yield "limits", "201 outputs", _with_outputs(201)
    yield "limits", "501 resources", _with_resources(501)
    yield "limits", "a template of more than a million bytes", _of_size(1_000_000)
    yield "limits", "a description of the template of 1,025 bytes", _of_description("x" * 1025)


_CHANGED: list[tuple[str, str, tuple[str, ...], Any]] = [
    ("names", "ViewerResponseFunction", ("Name",), _LONG),
    ("names", "OriginAccessControl", ("OriginAccessControlConfig", "Name"), {"Fn::Sub": "${AWS::StackName}"}),
    ("names", "CachePolicy", ("CachePolicyConfig", "Name"), "newswire"),
    ("names", "ArticleQueue", ("QueueName",), "articles.fifo"),
    ("names", "FetchQueue", ("QueueName",), {"Fn::Sub": "${AWS::StackName}.fetch"}),
    ("names", "ArticleBucket", ("BucketName",), {"Fn::Sub": "${AWS::StackName}-${AWS::Region}"}),
    ("names", "FetchRole", ("RoleName",), {"Fn::Sub": "${AWS::StackName}-fetch"}),
    ("names", "FetchFunction", ("FunctionName",), {"Fn::Sub": "${AWS::StackName}-polls-the-feeds"}),
    ("names", "FetchFunctionPoll", ("Name",), "poll"),
    ("names", "Budget", ("Budget", "BudgetName"), {"Fn::Sub": "${AWS::StackName}: ${AWS::Region}"}),
    ("parameters", "FeedTable", ("TableName",), {"Fn::Sub": "${AWS::StackName}-${EnableCdn}"}),
    ("parameters", "ArticleBucket", ("BucketName",), {"Ref": "PortalUrl"}),
    ("parameters", "ArticleTable", ("TableName",), {"Fn::If": ["HasCdn", "one", "other"]}),
    ("limits", "ExtractFunction", ("MemorySize",), 3072),
    ("limits", "FetchFunction", ("Layers",), ["one"] * 6),
    ("limits", "ExtractFunctionArticles", ("BatchSize",), 11),
    ("limits", "ExtractFunctionArticles", ("MaximumBatchingWindowInSeconds",), 1),
    ("limits", "FetchFunctionShards", ("BatchSize",), 11),
    ("limits", "PublishFunctionChanges", ("MaximumBatchingWindowInSeconds",), 301),
    ("limits", "PublishFunctionChanges", ("FilterCriteria", "Filters"), [{"Pattern": "{}"}] * 6),
    ("limits", "PublishFailureQueue", ("FifoQueue",), True),
    ("limits", "ScheduleFailureQueue", ("FifoQueue",), True),
    ("limits", "FetchFunction", ("Timeout",), 1801),
    ("limits", "ArticleQueue", ("VisibilityTimeout",), 299),
    ("limits", "ArticleDeadLetterQueue", ("FifoQueue",), False),
    ("limits", "ArticleQueue", ("DeduplicationScope",), "queue"),
    ("limits", "PingTable", ("AttributeDefinitions",), []),
    ("limits", "FeedTable", ("GlobalSecondaryIndexes",), [{"KeySchema": []}] * 21),
]


def _described(text: str) -> Any:
    return lambda document: document["Parameters"]["PortalUrl"].__setitem__("Description", text)


def _of_description(text: str) -> Any:
    return lambda document: document.__setitem__("Description", text)


def _with_outputs(count: int) -> Any:
    def change(document: Document) -> None:
        document["Outputs"] |= {f"Output{number}": {"Value": "x"} for number in range(count)}

    return change


def _with_resources(count: int) -> Any:
    def change(document: Document) -> None:
        document["Resources"] |= {
            f"Topic{number}": {"Type": "AWS::SNS::Topic", "Properties": {}} for number in range(count)
        }

    return change


def _of_size(count: int) -> Any:
    return lambda document: document["Resources"]["Topic"]["Properties"].__setitem__(
        "DisplayName", "x" * count
    )
