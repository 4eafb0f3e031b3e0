"""A template made worse, once for every way that a rule exists to prevent.

Each change names the rule that must notice it. Most are made at every resource of a type, so that a rule that
looks at some of them only is noticed, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from local.template import Template

Document = dict[str, Any]
Change = Callable[[Document], None]
Mutation = tuple[str, str, Change]

_ROLES = "AWS::IAM::Role"
_BUCKETS, _QUEUES, _TABLES = "AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::DynamoDB::Table"
_MAPPINGS, _FUNCTIONS = "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Function"


def mutated(stack: Template, change: Change) -> Template:
    """Return the template with the change."""
    document = deepcopy(dict(stack.document))
    change(document)
    return Template(document, stack.parameters)


def mutations(stack: Template) -> Iterator[Mutation]:
    """Yield rule, what is made worse, and the change."""
    for kind, rule, path in _REMOVED:
        for name in _with_path(stack, kind, path):
            yield rule, f"{name} without {'.'.join(path)}", _without(name, path)
    for kind, rule, path, value in _REPLACED:
        for name in _with_path(stack, kind, path):
            yield rule, f"{name}: {'.'.join(path)} is {value!r}", _with(name, path, value)
    for kind, rule, path, value in _NEW:
        for name in stack.of_type(kind):
            yield rule, f"{name}: {'.'.join(path)} is {value!r}", _with(name, path, value)
    for rule, role, action, target in _GRANTED:
        yield rule, f"{role} may do {action} on {target}", _granting(role, action, target)
    for rule, name, key, worse in _ASKED:
        yield rule, f"{name}: {key} is {worse!r}", _asking(name, key, worse)
    for rule, name, extra in _ADDED:
        yield rule, f"{name} is added", _adding(name, extra)


_REMOVED: list[tuple[str, str, tuple[str, ...]]] = [
    (_BUCKETS, "encryption", ("Properties", "BucketEncryption")),
    (_BUCKETS, "public access", ("Properties", "PublicAccessBlockConfiguration")),
    (_BUCKETS, "public access", ("Properties", "PublicAccessBlockConfiguration", "RestrictPublicBuckets")),
    (_BUCKETS, "public access", ("Properties", "OwnershipControls")),
    (_BUCKETS, "recovery", ("Properties", "VersioningConfiguration")),
    (_BUCKETS, "retention", ("DeletionPolicy",)),
    (_BUCKETS, "retention", ("UpdateReplacePolicy",)),
    (_QUEUES, "encryption", ("Properties", "SqsManagedSseEnabled")),
    (_QUEUES, "failures", ("Properties", "RedrivePolicy")),
    (_TABLES, "recovery", ("Properties", "PointInTimeRecoverySpecification")),
    (_MAPPINGS, "concurrency", ("Properties", "ScalingConfig")),
    (_MAPPINGS, "poison", ("Properties", "FunctionResponseTypes")),
    (_MAPPINGS, "poison", ("Properties", "BisectBatchOnFunctionError")),
    (_MAPPINGS, "poison", ("Properties", "MaximumRetryAttempts")),
    (_MAPPINGS, "failures", ("Properties", "DestinationConfig")),
    ("AWS::Scheduler::Schedule", "failures", ("Properties", "Target", "DeadLetterConfig")),
    ("AWS::Lambda::EventInvokeConfig", "failures", ("Properties", "DestinationConfig")),
    ("AWS::Logs::LogGroup", "logs", ("Properties", "RetentionInDays")),
    (_FUNCTIONS, "logs", ("Properties", "LoggingConfig")),
    ("AWS::S3::BucketPolicy", "TLS only", ("Properties", "PolicyDocument")),
    ("AWS::SQS::QueuePolicy", "TLS only", ("Properties", "PolicyDocument")),
    ("AWS::SNS::TopicPolicy", "TLS only", ("Properties", "PolicyDocument")),
]

_VARIABLES = ("Properties", "Environment", "Variables")
_DEFAULT = ("Properties", "DistributionConfig", "DefaultCacheBehavior")
_CUSTOMER_KEY = [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]
_ENCRYPTION = ("Properties", "BucketEncryption", "ServerSideEncryptionConfiguration")
_REPLACED: list[tuple[str, str, tuple[str, ...], Any]] = [
    (_BUCKETS, "encryption", _ENCRYPTION, _CUSTOMER_KEY),
    (_BUCKETS, "public access", ("Properties", "PublicAccessBlockConfiguration", "BlockPublicPolicy"), False),
    (_BUCKETS, "retention", ("DeletionPolicy",), "Delete"),
    (_BUCKETS, "retention", ("DeletionPolicy",), "Retain"),
    (_TABLES, "recovery", ("Properties", "PointInTimeRecoverySpecification"), {}),
    (_QUEUES, "encryption", ("Properties", "SqsManagedSseEnabled"), False),
    (_QUEUES, "failures", ("Properties", "RedrivePolicy", "maxReceiveCount"), 1000),
    (_MAPPINGS, "poison", ("Properties", "MaximumRetryAttempts"), -1),
    (_MAPPINGS, "concurrency", ("Properties", "ScalingConfig", "MaximumConcurrency"), 10),
    (_ROLES, "trust", ("Properties", "AssumeRolePolicyDocument", "Statement"), [{"Principal": "*"}]),
    ("AWS::S3::BucketPolicy", "TLS only", ("Properties", "PolicyDocument"), {"Statement": []}),
    ("AWS::SQS::QueuePolicy", "TLS only", ("Properties", "Queues"), []),
    ("AWS::SNS::TopicPolicy", "TLS only", ("Properties", "Topics"), []),
    ("AWS::CloudFront::Distribution", "readers", (*_DEFAULT, "ViewerProtocolPolicy"), "allow-all"),
    ("AWS::CloudFront::Distribution", "readers", (*_DEFAULT, "FunctionAssociations"), []),
    ("AWS::CloudFront::Distribution", "readers", (*_DEFAULT, "ResponseHeadersPolicyId"), ""),
    ("AWS::CloudFront::Distribution", "readers", (*_DEFAULT, "AllowedMethods"), ["GET", "HEAD", "PUT"]),
    (
        _FUNCTIONS,
        "secrets",
        ("Properties", "Environment", "Variables", "ARTICLE_TABLE"),
        "AKIA0123456789ABCDEF",
    ),
]

_NEW: list[tuple[str, str, tuple[str, ...], Any]] = [
    (_ROLES, "wildcards", ("Properties", "ManagedPolicyArns"), ["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
    (_FUNCTIONS, "secrets", (*_VARIABLES, "HUB_TOKEN"), {"Ref": "PortalUrl"}),
    (_BUCKETS, "public access", ("Properties", "AccessControl"), "PublicRead"),
    (_BUCKETS, "public access", ("Properties", "WebsiteConfiguration"), {"IndexDocument": "index.html"}),
    (_TABLES, "encryption", ("Properties", "SSESpecification"), {"SSEEnabled": False}),
]

_GRANTED = [
    ("wildcards", "FetchRole", "dynamodb:*", "FeedTable.Arn"),
    ("wildcards", "ExtractRole", "s3:GetObject", "*"),
    ("wildcards", "ExtractRole", "s3:GetObject", "ArticleBucket.Arn/*"),
    ("wildcards", "PublishRole", "sqs:SendMessage", "SomebodysQueue.Arn"),
    ("separation", "ExtractRole", "s3:PutObject", "SiteBucket.Arn/*"),
    ("separation", "ExtractRole", "s3:GetObject", "SiteBucket.Arn/*"),
    ("separation", "ExtractRole", "s3:PutObject", "ArticleBucket.Arn/config/*"),
    ("separation", "PublishRole", "s3:PutObject", "ArticleBucket.Arn/articles/*"),
    ("separation", "PublishRole", "s3:DeleteObject", "ArticleBucket.Arn/articles/*"),
    ("separation", "PublishRole", "s3:DeleteObjectVersion", "ArticleBucket.Arn/articles/*"),
    ("versions", "ExtractRole", "s3:DeleteObjectVersion", "ArticleBucket.Arn/config/*"),
    ("versions", "ExtractRole", "s3:DeleteObjectVersion", "ArticleBucket.Arn/hints/*"),
    ("versions", "FetchRole", "s3:DeleteObjectVersion", "ArticleBucket.Arn/feeds/*"),
    ("versions", "PublishRole", "s3:DeleteObjectVersion", "SiteBucket.Arn/*"),
    ("separation", "PublishRole", "sqs:SendMessage", "ArticleQueue.Arn"),
    ("separation", "PublishRole", "dynamodb:UpdateItem", "FeedTable.Arn"),
    ("separation", "FetchRole", "dynamodb:PutItem", "ArticleTable.Arn"),
    ("separation", "FetchRole", "s3:PutObject", "ArticleBucket.Arn/config/*"),
    ("separation", "ScheduleRole", "s3:GetObject", "ArticleBucket.Arn/articles/*"),
    ("logs", "FetchRole", "logs:CreateLogGroup", "FetchLogGroup.Arn"),
]

_ASKED: list[tuple[str, str, str, int | None]] = [
    ("concurrency", "ExtractRunsAtOnce", "Default", 8),
    ("concurrency", "ExtractRunsAtOnce", "Default", 1),
    ("concurrency", "ExtractRunsAtOnce", "MinValue", 1),
    ("concurrency", "ExtractRunsAtOnce", "MinValue", None),
    ("concurrency", "ExtractRunsAtOnce", "MaxValue", None),
]

_OPEN_TO_ALL = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "x"}
_ADDED: list[tuple[str, str, Document]] = [
    ("separation", "FifthRole", {"Type": _ROLES, "Properties": {}}),
    ("entrances", "Address", {"Type": "AWS::Lambda::Url", "Properties": {}}),
    ("entrances", "Everybody", {"Type": "AWS::Lambda::Permission", "Properties": {"Principal": "*"}}),
    (
        "resource policies",
        "Everybody",
        {"Type": "AWS::Lambda::Permission", "Properties": {"Principal": "s3.amazonaws.com"}},
    ),
    (
        "resource policies",
        "OpenPolicy",
        {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"Queues": [], "PolicyDocument": {"Statement": [_OPEN_TO_ALL]}},
        },
    ),
]


def _with_path(stack: Template, kind: str, path: tuple[str, ...]) -> Iterator[str]:
    for name, resource in stack.resources.items():
        if resource["Type"] == kind and _has(resource, path):
            yield name


def _has(resource: Any, path: tuple[str, ...]) -> bool:
    for key in path:
        if not isinstance(resource, dict) or key not in resource:
            return False
        resource = resource[key]
    return True


def _at(document: Document, name: str, path: tuple[str, ...]) -> Document:
    found: Document = document["Resources"][name]
    for key in path[:-1]:
        found = found[key]
    return found


def _without(name: str, path: tuple[str, ...]) -> Change:
    return lambda document: _at(document, name, path).pop(path[-1], None)


def _with(name: str, path: tuple[str, ...], value: Any) -> Change:
    return lambda document: _at(document, name, path).__setitem__(path[-1], value)


def _asking(name: str, key: str, value: int | None) -> Change:
    """Say something else of a parameter; nothing where the value is ``None``."""

    def change(document: Document) -> None:
        asked = document["Parameters"][name]
        asked.pop(key, None)
        if value is not None:
            asked[key] = value

    return change


def _granting(role: str, action: str, resource: str) -> Change:
    logical_id, _, rest = resource.partition(".Arn")
    named = {"Fn::Sub": f"${{{logical_id}.Arn}}{rest}"} if rest or logical_id != "*" else "*"
    statement = {"Effect": "Allow", "Action": action, "Resource": named}

    def change(document: Document) -> None:
        policies = document["Resources"][role]["Properties"]["Policies"]
        policies[0]["PolicyDocument"]["Statement"].append(statement)

    return change


def _adding(name: str, resource: Document) -> Change:
    return lambda document: document["Resources"].__setitem__(name, resource)
