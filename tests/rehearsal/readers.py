"""How each resource type is read back from its service: the state without clocks, counters and revisions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.rehearsal.edge_types import NOT_IN_MOTO
from tests.rehearsal.service_type import Client, Properties

Reader = Callable[[Client, str, Properties], Any]

# What differs from one look to the next though nobody has changed anything.
_FLEETING = {
    *("LastModified", "LastModifiedDate", "LastModifiedTime", "LastModifiedTimestamp", "RevisionId"),
    *("CreatedDate", "CreatedTimestamp", "CreationDate", "CreationDateTime", "LastUpdatedTime"),
    *("StateUpdatedTimestamp", "AlarmConfigurationUpdatedTimestamp", "StateTransitionedTimestamp"),
    *("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"),
    *("ApproximateNumberOfMessagesNotVisible", "ItemCount", "TableSizeBytes", "IndexSizeBytes"),
    *("storedBytes", "ResponseMetadata", "ETag", "LastProcessingResult", "LatestRestorableDateTime"),
    *("EarliestRestorableDateTime", "Location", "RoleLastUsed", "CreateDate", "RequestId"),
    *("LastUpdated", "CreationDate", "LastModificationDate", "CalculatedSpend", "CreationTime"),
}


def plain(value: Any) -> Any:
    """Return a tree without what is fleeting."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items() if name not in _FLEETING}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value


def _function(client: Client, name: str, _: Properties) -> Any:
    return client("lambda").get_function(FunctionName=name)["Configuration"]


def _layer(client: Client, arn: str, _: Properties) -> Any:
    name, _separator, version = arn.rpartition(":")
    return client("lambda").get_layer_version(LayerName=name, VersionNumber=int(version))


def _invoke_config(client: Client, _: str, given: Properties) -> Any:
    return client("lambda").get_function_event_invoke_config(FunctionName=given["FunctionName"])


def _role(client: Client, name: str, _: Properties) -> Any:
    iam = client("iam")
    policies = {
        one: iam.get_role_policy(RoleName=name, PolicyName=one)["PolicyDocument"]
        for one in iam.list_role_policies(RoleName=name)["PolicyNames"]
    }
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    return {**iam.get_role(RoleName=name)["Role"], "Policies": policies, "Attached": attached}


def _log_group(client: Client, name: str, _: Properties) -> Any:
    groups = client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return next(one for one in groups if one["logGroupName"] == name)


def _queue(client: Client, url: str, _: Properties) -> Any:
    return client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def _queue_policy(client: Client, _: str, given: Properties) -> Any:
    return [json.loads(_queue(client, url, {})["Policy"]) for url in given["Queues"]]


def _table(client: Client, name: str, _: Properties) -> Any:
    dynamodb = client("dynamodb")
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    return {
        **dynamodb.describe_table(TableName=name)["Table"],
        "TimeToLive": dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"],
        "Backups": backups,
    }


def _bucket(client: Client, name: str, _: Properties) -> Any:
    s3 = client("s3")
    return {
        "Versioning": s3.get_bucket_versioning(Bucket=name),
        "Encryption": s3.get_bucket_encryption(Bucket=name),
        "PublicAccess": s3.get_public_access_block(Bucket=name),
        "Ownership": s3.get_bucket_ownership_controls(Bucket=name),
        "Lifecycle": s3.get_bucket_lifecycle_configuration(Bucket=name),
    }


def _bucket_policy(client: Client, _: str, given: Properties) -> Any:
    return json.loads(client("s3").get_bucket_policy(Bucket=given["Bucket"])["Policy"])


def _topic(client: Client, arn: str, _: Properties) -> Any:
    return client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]


def _topic_policy(client: Client, _: str, given: Properties) -> Any:
    return [json.loads(_topic(client, arn, {})["Policy"]) for arn in given["Topics"]]


def _alarm(client: Client, name: str, _: Properties) -> Any:
    (alarm,) = client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return alarm


def _budget(client: Client, name: str, _: Properties) -> Any:
    account = client("sts").get_caller_identity()["Account"]
    return client("budgets").describe_budget(AccountId=account, BudgetName=name)["Budget"]


def _inner_stack(client: Client, name: str, _: Properties) -> Any:
    (stack,) = client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return stack


def _edge_function(client: Client, _: str, given: Properties) -> Any:
    return client("cloudfront").describe_function(Name=given["Name"])["FunctionSummary"]


READERS: Mapping[str, Reader] = {
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::LayerVersion": _layer,
    "AWS::Lambda::EventSourceMapping": lambda client, one, _: client("lambda").get_event_source_mapping(
        UUID=one
    ),
    "AWS::Lambda::EventInvokeConfig": _invoke_config,
    "AWS::Scheduler::Schedule": lambda client, name, _: client("scheduler").get_schedule(Name=name),
    "AWS::IAM::Role": _role,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::SQS::Queue": _queue,
    "AWS::SQS::QueuePolicy": _queue_policy,
    "AWS::DynamoDB::Table": _table,
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::BucketPolicy": _bucket_policy,
    "AWS::SNS::Topic": _topic,
    "AWS::SNS::TopicPolicy": _topic_policy,
    "AWS::SNS::Subscription": lambda client, arn, _: client("sns").get_subscription_attributes(
        SubscriptionArn=arn
    )["Attributes"],
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::Dashboard": lambda client, name, _: client("cloudwatch").get_dashboard(
        DashboardName=name
    ),
    "AWS::Budgets::Budget": _budget,
    "AWS::CloudFormation::Stack": _inner_stack,
    "AWS::CloudFront::Distribution": lambda client, one, _: client("cloudfront").get_distribution(Id=one),
    "AWS::CloudFront::OriginAccessControl": lambda client, one, _: client(
        "cloudfront"
    ).get_origin_access_control(Id=one),
    "AWS::CloudFront::Function": _edge_function,
    # Nothing can be asked of them; they stand for themselves.
    **{kind: lambda _client, _physical, given: given for kind in NOT_IN_MOTO},
}
