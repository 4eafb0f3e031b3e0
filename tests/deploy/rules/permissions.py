"""Who may do what: single actions on the stack's own resources, and no stage in another's store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from local.template import Template
from tests.deploy.rules.reading import (
    many,
    properties,
    readable,
    referred,
    resource_statements,
    role_grants,
)

# The only wildcards in what is allowed, each at the end of a resource. An object's key, or a stream's label,
# is not known when the stack is made.
WILDCARDS = {
    "ArticleBucket.Arn/articles/*": "one object for each revision",
    "ArticleBucket.Arn/config/*": "sources.yaml and the operator's own files that it names",
    "ArticleBucket.Arn/feeds/*": "seen entries, one object for each large feed",
    "ArticleBucket.Arn/hints/*": "hints that do not fit into a message",
    "ArticleBucket.Arn/images/*": "copies of pictures",
    "ArticleTable.Arn/stream/*": "dynamodb:ListStreams is checked against all streams of the table",
    "SiteBucket.Arn/*": "pages, feeds, sitemaps and files, at the root",
}

# What a stage may not touch at all, and what it may only read.
CLOSED = {
    "FetchRole": {"SiteBucket", "PingTable"},
    "ExtractRole": {"SiteBucket", "PingTable"},
    "PublishRole": {"ArticleQueue", "FetchQueue"},
    "ScheduleRole": {"ArticleBucket", "SiteBucket", "ArticleTable", "FeedTable", "PingTable"},
}
READ_ONLY = {
    "FetchRole": {"ArticleTable", "ArticleBucket.Arn/articles", "ArticleBucket.Arn/config"},
    "ExtractRole": {"ArticleBucket.Arn/config", "ArticleBucket.Arn/feeds", "ArticleBucket.Arn/hints"},
    "PublishRole": {"ArticleBucket", "FeedTable"},
    "ScheduleRole": set(),
}
# Who may delete old versions, beyond which there is no way back, and where: what the operator had purged.
VERSIONS = {"ExtractRole": {"ArticleBucket.Arn/articles/*", "ArticleBucket.Arn/images/*"}}
_READS = ("Get", "List", "Query", "BatchGet", "Describe", "ConditionCheck")


def wildcards(stack: Template) -> Iterator[str]:
    """Each action is single; each resource is the stack's own, with no wildcard but those listed."""
    used = set()
    for role, action, resource in role_grants(stack):
        if "*" in action or action == "NotAction":
            yield f"{role} may do {action}"
        if "*" in resource:
            used.add(resource)
        if ("*" in resource or resource == "NotResource") and resource not in WILDCARDS:
            yield f"{role} may do {action} on {resource}"
        elif resource.partition(".")[0] not in stack.resources:
            yield f"{role} may do {action} on {resource}, which is not the stack's own"
    for role, given in properties(stack, "AWS::IAM::Role"):
        if given.get("ManagedPolicyArns"):
            yield f"{role} has a policy that is not in the template"
    yield from (f"{resource} is listed and not used" for resource in WILDCARDS.keys() - used)


def resource_policies(stack: Template) -> Iterator[str]:
    """Let a resource allow something to a service only, under a condition, in single actions."""
    for name, statement in resource_statements(stack):
        if statement["Effect"] == "Deny":
            continue
        if not isinstance(statement["Principal"], dict) or set(statement["Principal"]) != {"Service"}:
            yield f"{name} allows {statement['Principal']}"
        if not statement.get("Condition"):
            yield f"{name} allows without a condition"
        yield from (f"{name} allows {action}" for action in many(statement["Action"]) if "*" in action)
    for name, given in properties(stack, "AWS::Lambda::Permission"):
        if not {"SourceArn", "SourceAccount"} & given.keys():
            yield f"{name} lets anybody's {given.get('Principal')} invoke"


def trust(stack: Template) -> Iterator[str]:
    """Let a role be taken by one AWS service, and by Scheduler for this account only."""
    for role, given in properties(stack, "AWS::IAM::Role"):
        (statement,) = given["AssumeRolePolicyDocument"]["Statement"]
        service = statement["Principal"].get("Service") if isinstance(statement["Principal"], dict) else None
        if service not in ("lambda.amazonaws.com", "scheduler.amazonaws.com"):
            yield f"{role} may be taken by {statement['Principal']}"
        account = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
        if service == "scheduler.amazonaws.com" and statement.get("Condition") != account:
            yield f"{role} may be taken for schedules of another account"


def separation(stack: Template) -> Iterator[str]:
    """Extract cannot write the site, publish cannot write the archive, and so on for each stage."""
    for role in stack.of_type("AWS::IAM::Role").keys() - CLOSED.keys():
        yield f"{role} is a role of which no rule says what it may not touch"
    for role, action, resource in role_grants(stack):
        if _is_in(resource, CLOSED.get(role, set())):
            yield f"{role} may do {action} on {resource}"
        elif _is_in(resource, READ_ONLY.get(role, set())) and not action.partition(":")[2].startswith(_READS):
            yield f"{role} may write {resource} by {action}"


def versions(stack: Template) -> Iterator[str]:
    """Nobody deletes a version but extract, of articles and pictures."""
    for role, action, resource in role_grants(stack):
        if action == "s3:DeleteObjectVersion" and resource not in VERSIONS.get(role, set()):
            yield f"{role} may delete versions of {resource} for good"


def _is_in(resource: str, stores: set[str]) -> bool:
    return any(resource == store or resource.startswith((f"{store}.", f"{store}/")) for store in stores)


def tls_only(stack: Template) -> Iterator[str]:
    """Every bucket and queue refuses whoever comes without TLS, topics their messages."""
    refusing = {
        (referred(of), readable(resource), action)
        for name, statement in resource_statements(stack)
        if _denies_plain_text(statement)
        for of in _attached_to(stack.resources[name]["Properties"])
        for resource in many(statement["Resource"])
        for action in many(statement["Action"])
    }
    for name in stack.of_type("AWS::S3::Bucket"):
        if not {(name, f"{name}.Arn", "s3:*"), (name, f"{name}.Arn/*", "s3:*")} <= refusing:
            yield f"{name} may be asked without TLS"
    for name in stack.of_type("AWS::SQS::Queue"):
        if (name, f"{name}.Arn", "sqs:*") not in refusing:
            yield f"{name} may be asked without TLS"
    for name in stack.of_type("AWS::SNS::Topic"):
        if (name, name, "sns:Publish") not in refusing:
            yield f"{name} may be told something without TLS"


def _denies_plain_text(statement: Mapping[str, Any]) -> bool:
    return (
        statement["Effect"] == "Deny"
        and statement["Principal"] == "*"
        and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
    )


def _attached_to(policy: Mapping[str, Any]) -> list[Any]:
    named = (policy.get("Bucket"), *policy.get("Queues", []), *policy.get("Topics", []))
    return [one for one in named if one]
