"""A deployed stack made worse, once for every way that a check exists to notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

from tests.rehearsal.found import Found, Resource

Change = Callable[[Any], None]
Mutation = tuple[str, str, Found]

# Check, resource, whether its state or its properties, and where; then what stands there.
_REMOVED = object()
_CHANGED: list[tuple[str, str, str, tuple[str | int, ...], Any]] = [
    ("settings", "FetchFunction", "state", ("MemorySize",), 128),
    ("settings", "FetchFunction", "state", ("Timeout",), 3),
    ("settings", "ExtractFunction", "state", ("Handler",), "functions.fetch.app.lambda_handler"),
    ("settings", "PublishFunction", "state", ("Architectures",), ["riscv"]),
    ("settings", "PublishFunction", "state", ("Environment", "Variables", "FEED_TABLE"), _REMOVED),
    ("names", "FetchFunction", "state", ("Environment", "Variables", "FEED_TABLE"), "FeedTable"),
    ("names", "ExtractFunction", "state", ("Environment", "Variables", "ARTICLE_QUEUE_URL"), "https://q"),
    ("names", "PublishFunction", "state", ("Environment", "Variables", "SITE_BUCKET"), "site"),
    ("roles", "FetchFunction", "state", ("Role",), "arn:aws:iam::123456789012:role/admin"),
    ("roles", "FetchRole", "state", ("AssumeRolePolicyDocument",), {"Statement": []}),
    ("roles", "ExtractFunction", "properties", ("LoggingConfig",), {}),
    ("roles", "ExtractFunction", "properties", ("LoggingConfig", "LogGroup"), "/aws/lambda/extract"),
    ("mappings", "ExtractFunctionArticles", "state", ("FunctionArn",), "arn:aws:lambda:of:another"),
    ("mappings", "ExtractFunctionArticles", "state", ("EventSourceArn",), "arn:aws:sqs:of:another"),
    ("mappings", "ExtractFunctionArticles", "state", ("BatchSize",), 1),
    ("mappings", "ExtractFunctionArticles", "state", ("ScalingConfig",), _REMOVED),
    ("mappings", "FetchFunctionShards", "state", ("FunctionResponseTypes",), []),
    ("mappings", "PublishFunctionChanges", "state", ("StartingPosition",), "LATEST"),
    ("mappings", "PublishFunctionChanges", "state", ("FilterCriteria",), _REMOVED),
    ("mappings", "PublishFunctionChanges", "state", ("DestinationConfig", "OnFailure", "Destination"), "arn"),
    ("streams", "ArticleTable", "state", ("StreamSpecification", "StreamEnabled"), False),
    ("streams", "ArticleTable", "state", ("StreamSpecification", "StreamViewType"), "KEYS_ONLY"),
    ("streams", "ArticleTable", "state", ("LatestStreamArn",), "arn:aws:dynamodb:older"),
    ("dead letters", "ArticleQueue", "state", ("RedrivePolicy",), _REMOVED),
    ("dead letters", "FetchQueue", "state", ("RedrivePolicy",), '{"deadLetterTargetArn": "arn:of:another"}'),
    ("dead letters", "ArticleDeadLetterQueue", "state", ("FifoQueue",), _REMOVED),
    ("grants", "PingTable", "state", ("TableArn",), "arn:aws:dynamodb:of:another"),
    ("grants", "ArticleTable", "state", ("GlobalSecondaryIndexes",), []),
    ("grants", "FetchRole", "state", ("Attached",), [{"PolicyName": "AdministratorAccess"}]),
    ("policies", "FetchRole", "state", ("Policies", "fetch", "Statement"), []),
    ("policies", "SiteBucketPolicy", "state", ("Statement",), []),
    ("policies", "FetchQueuePolicy", "state", (0, "Statement"), []),
    ("policies", "TopicPolicy", "state", (0, "Statement"), []),
    ("stores", "FeedTable", "state", ("TimeToLive", "AttributeName"), "until"),
    (
        "stores",
        "ArticleTable",
        "state",
        ("Backups", "PointInTimeRecoveryDescription", "PointInTimeRecoveryStatus"),
        "DISABLED",
    ),
    ("stores", "SiteBucket", "state", ("Versioning",), {}),
    (
        "stores",
        "ArticleBucket",
        "state",
        ("PublicAccess", "PublicAccessBlockConfiguration", "BlockPublicAcls"),
        False,
    ),
    ("stores", "ArticleBucket", "state", ("Lifecycle", "Rules"), []),
    (
        "origins",
        "Distribution",
        "properties",
        ("DistributionConfig", "Origins", 0, "OriginAccessControlId"),
        _REMOVED,
    ),
    ("origins", "Distribution", "properties", ("DistributionConfig", "Origins", 0, "DomainName"), "b.s3.x"),
    ("origins", "Distribution", "state", ("Distribution", "ARN"), "arn:aws:cloudfront::1:distribution/other"),
    ("origins", "SiteBucketPolicy", "state", ("Statement", 1), {"Effect": "Allow", "Principal": "*"}),
    ("origins", "SiteBucketPolicy", "state", ("Statement", 2, "Action"), "s3:GetObject"),
    ("answers", "Distribution", "properties", ("DistributionConfig", "DefaultRootObject"), ""),
    ("answers", "ViewerResponseFunction", "properties", ("AutoPublish",), False),
    ("alarms", "FetchErrors", "state", ("AlarmActions",), []),
    ("alarms", "FetchErrors", "state", ("Dimensions", 0, "Value"), "fetch"),
    ("dashboard", "Dashboard", "state", ("DashboardBody",), '{"widgets": ["${FetchFunction}"]}'),
]
_BEHAVIOUR: tuple[str | int, ...] = ("DistributionConfig", "DefaultCacheBehavior")
_CHANGED += [
    ("answers", "Distribution", "properties", (*_BEHAVIOUR, key), value)
    for key, value in (
        ("TargetOriginId", "another"),
        ("CachePolicyId", "658327ea-f89d-4fab-a63d-7e88639e58f6"),
        ("ResponseHeadersPolicyId", _REMOVED),
        ("FunctionAssociations", []),
    )
]

# What a role may not do any more: check, role and action.
_REFUSED = [
    ("roles", "FetchRole", "logs:PutLogEvents"),
    ("mappings", "ExtractRole", "sqs:ReceiveMessage"),
    ("mappings", "ExtractRole", "sqs:DeleteMessage"),
    ("mappings", "FetchRole", "sqs:GetQueueAttributes"),
    ("mappings", "PublishRole", "dynamodb:GetRecords"),
    ("mappings", "PublishRole", "sqs:SendMessage"),
    ("schedules", "ScheduleRole", "lambda:InvokeFunction"),
    ("schedules", "ScheduleRole", "sqs:SendMessage"),
    ("schedules", "FetchRole", "sqs:SendMessage"),
]


def found_mutations(found: Found) -> Iterator[Mutation]:
    """Yield check, what is made worse, and the stack that is worse for it."""
    for check, name, part, path, value in [*_CHANGED, *_OF_SCHEDULES]:
        what = f"{name} {'.'.join(map(str, path))}"
        yield check, what, changed(found, name, part, lambda tree, at=path, to=value: _put(tree, at, to))  # type: ignore[misc]
    for check, role, action in _REFUSED:
        yield check, f"{role} without {action}", changed(found, role, "state", _refusing(action))


_OF_SCHEDULES: list[tuple[str, str, str, tuple[str | int, ...], Any]] = [
    ("schedules", "FetchFunctionPoll", "state", ("Target", "Input"), '{"trigger": "schedule"}'),
    ("schedules", "FetchFunctionPoll", "state", ("Target", "Arn"), "arn:aws:lambda:of:another"),
    ("schedules", "FetchFunctionPoll", "state", ("Target", "DeadLetterConfig"), {}),
    ("schedules", "PublishFunctionRefresh", "state", ("Target", "RoleArn"), "arn:aws:iam:of:another"),
    ("schedules", "PublishFunctionRefresh", "state", ("State",), "DISABLED"),
    ("schedules", "FetchFunctionPoll", "state", ("ScheduleExpression",), "rate(1 day)"),
    ("schedules", "PublishFunctionEventInvokeConfig", "state", ("DestinationConfig",), {}),
]


def changed(found: Found, name: str, part: str, change: Change) -> Found:
    """Return the stack with a change to one resource's ``state`` or ``properties``."""
    resource: Resource = found.resources[name]
    tree = deepcopy(getattr(resource, part))
    change(tree)
    state, properties = (tree, resource.properties) if part == "state" else (resource.state, tree)
    worse = replace(resource, state=state, properties=properties)
    return replace(found, resources={**found.resources, name: worse})


def _put(tree: Any, path: tuple[str | int, ...], value: Any) -> None:
    for key in path[:-1]:
        tree = tree[key]
    if value is _REMOVED:
        del tree[path[-1]]
    else:
        tree[path[-1]] = value


def _refusing(action: str) -> Change:
    def change(state: Any) -> None:
        for document in state["Policies"].values():
            for statement in document["Statement"]:
                given = (
                    statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
                )
                statement["Action"] = [one for one in given if one != action]

    return change
