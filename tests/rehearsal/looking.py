"""Looks at a deployed stack, and at everything that there is in the account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from tests.rehearsal.faults import StepFailed
from tests.rehearsal.found import Found, Resource
from tests.rehearsal.moto_models import resolved
from tests.rehearsal.readers import READERS, plain
from tests.rehearsal.service_type import Client

INNER = "AWS::CloudFormation::Stack"


def look(client: Client, stack: str) -> Found:
    """Return a stack's resources and those of the stacks in it.

    Raise :class:`~tests.rehearsal.faults.StepFailed` for a type that nobody knows how to look at.
    """
    return Found(stack, dict(_resources(client, stack)))


def _resources(client: Client, stack: str) -> Iterator[tuple[str, Resource]]:
    for name, kind, physical, properties in resolved(stack):
        yield name, Resource(kind, physical, properties, _state(client, kind, physical, properties))
        if kind == INNER and physical:
            yield from _resources(client, physical)


def _state(client: Client, kind: str, physical: str, properties: Any) -> Any:
    reader = READERS.get(kind)
    if reader is None:
        raise StepFailed(
            f"{kind}: say in tests/rehearsal/readers.py how it is read back, or in NOT_IN_MOTO of"
            " tests/rehearsal/edge_types.py that moto has none, and assert its settings by a rule"
        )
    try:
        return plain(reader(client, physical, properties))
    except (ClientError, StopIteration, ValueError, LookupError):
        return None


def everything(client: Client) -> set[tuple[str, str]]:
    """Return service and name of all that the account holds."""
    return {(service, str(one)) for service, names in _LISTINGS.items() for one in names(client)}


_LISTINGS: dict[str, Any] = {
    "budget": lambda client: [
        one["BudgetName"]
        for one in client("budgets")
        .describe_budgets(AccountId=client("sts").get_caller_identity()["Account"])
        .get("Budgets", [])
    ],
    "stack": lambda client: [
        one["StackName"] for one in client("cloudformation").describe_stacks()["Stacks"]
    ],
    "distribution": lambda client: [
        one["Id"] for one in client("cloudfront").list_distributions()["DistributionList"].get("Items", [])
    ],
    "origin access control": lambda client: [
        one["Id"]
        for one in client("cloudfront")
        .list_origin_access_controls()["OriginAccessControlList"]
        .get("Items", [])
    ],
    "edge function": lambda client: [
        one["Name"] for one in client("cloudfront").list_functions()["FunctionList"].get("Items", [])
    ],
    "alarm": lambda client: [
        one["AlarmName"] for one in client("cloudwatch").describe_alarms()["MetricAlarms"]
    ],
    "dashboard": lambda client: [
        one["DashboardName"] for one in client("cloudwatch").list_dashboards()["DashboardEntries"]
    ],
    "table": lambda client: client("dynamodb").list_tables()["TableNames"],
    "role": lambda client: [one["RoleName"] for one in client("iam").list_roles()["Roles"]],
    "function": lambda client: [
        one["FunctionName"] for one in client("lambda").list_functions()["Functions"]
    ],
    "layer": lambda client: [one["LayerName"] for one in client("lambda").list_layers()["Layers"]],
    "mapping": lambda client: [
        one["UUID"] for one in client("lambda").list_event_source_mappings()["EventSourceMappings"]
    ],
    "log group": lambda client: [
        one["logGroupName"] for one in client("logs").describe_log_groups()["logGroups"]
    ],
    "bucket": lambda client: [one["Name"] for one in client("s3").list_buckets()["Buckets"]],
    "schedule": lambda client: [one["Name"] for one in client("scheduler").list_schedules()["Schedules"]],
    "topic": lambda client: [one["TopicArn"] for one in client("sns").list_topics()["Topics"]],
    "subscription": lambda client: [
        one["SubscriptionArn"] for one in client("sns").list_subscriptions()["Subscriptions"]
    ],
    "queue": lambda client: client("sqs").list_queues().get("QueueUrls", []),
}
