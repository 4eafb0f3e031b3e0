"""Resource types that moto's CloudFormation lacks, or makes in part, made by the services' own APIs in moto.

Each is created, changed and deleted as CloudFormation would do it, so that botocore checks the shape of its
properties and moto their sense.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from tests.rehearsal.calling import call
from tests.rehearsal.service_type import Client, Made, Properties, ServiceType


def _schedule(client: Client, name: str, given: Properties) -> Made:
    named = given.get("Name", name)
    answer = call(client("scheduler"), "CreateSchedule", **{**given, "Name": named})
    return Made(named, {"Arn": answer["ScheduleArn"]})


def _change_schedule(client: Client, physical: str, given: Properties) -> None:
    call(client("scheduler"), "UpdateSchedule", **{**given, "Name": physical})


def _invoke_config(client: Client, name: str, given: Properties) -> Made:
    call(client("lambda"), "PutFunctionEventInvokeConfig", **given)
    return Made(name)


def _no_invoke_config(client: Client, _: str, given: Properties) -> None:
    client("lambda").delete_function_event_invoke_config(
        FunctionName=given["FunctionName"], Qualifier=given["Qualifier"]
    )


def _queue_policy(client: Client, name: str, given: Properties) -> Made:
    for url in given["Queues"]:
        policy = json.dumps(given["PolicyDocument"])
        client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return Made(name)


def _no_queue_policy(client: Client, _: str, given: Properties) -> None:
    for url in given["Queues"]:
        client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})


def _bucket_policy(client: Client, name: str, given: Properties) -> Made:
    client("s3").put_bucket_policy(Bucket=given["Bucket"], Policy=json.dumps(given["PolicyDocument"]))
    return Made(name)


def _topic_policy(client: Client, name: str, given: Properties) -> Made:
    for topic in given["Topics"]:
        client("sns").set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(given["PolicyDocument"])
        )
    return Made(name)


def _subscription(client: Client, _: str, given: Properties) -> Made:
    return Made(call(client("sns"), "Subscribe", **given, ReturnSubscriptionArn=True)["SubscriptionArn"])


def _alarm(client: Client, name: str, given: Properties) -> Made:
    named = given.get("AlarmName", name)
    call(client("cloudwatch"), "PutMetricAlarm", **{**given, "AlarmName": named})
    (found,) = client("cloudwatch").describe_alarms(AlarmNames=[named])["MetricAlarms"]
    return Made(named, {"Arn": found["AlarmArn"]})


def _budget(client: Client, _: str, given: Properties) -> Made:
    call(client("budgets"), "CreateBudget", AccountId=_account(client), **given)
    return Made(given["Budget"]["BudgetName"])


def _account(client: Client) -> str:
    return str(client("sts").get_caller_identity()["Account"])


def _role(client: Client, name: str, given: Properties) -> Made:
    iam, named = client("iam"), given.get("RoleName", name)
    settings = {key: value for key, value in given.items() if key not in ("Policies", "ManagedPolicyArns")}
    trust = json.dumps(settings.pop("AssumeRolePolicyDocument"))
    made = call(iam, "CreateRole", **{**settings, "RoleName": named, "AssumeRolePolicyDocument": trust})
    for policy in given.get("Policies", []):
        document = json.dumps(policy["PolicyDocument"])
        iam.put_role_policy(RoleName=named, PolicyName=policy["PolicyName"], PolicyDocument=document)
    return Made(named, {"Arn": made["Role"]["Arn"], "RoleId": made["Role"]["RoleId"]})


def _no_role(client: Client, name: str, given: Properties) -> None:
    for policy in given.get("Policies", []):
        client("iam").delete_role_policy(RoleName=name, PolicyName=policy["PolicyName"])
    client("iam").delete_role(RoleName=name)


def _log_group(client: Client, _: str, given: Properties) -> Made:
    name = given["LogGroupName"]
    client("logs").create_log_group(logGroupName=name)
    _change_log_group(client, name, given)
    (group,) = client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return Made(name, {"Arn": group["arn"]})


def _change_log_group(client: Client, name: str, given: Properties) -> None:
    call(client("logs"), "PutRetentionPolicy", logGroupName=name, retentionInDays=given["RetentionInDays"])


def _inner_stack(client: Client, name: str, given: Properties) -> Made:
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName=name, TemplateURL=given["TemplateURL"], Parameters=_given(given))
    (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    outputs = stack.get("Outputs", [])
    return Made(name, {f"Outputs.{one['OutputKey']}": one["OutputValue"] for one in outputs})


def _change_inner_stack(client: Client, name: str, given: Properties) -> None:
    client("cloudformation").update_stack(
        StackName=name, TemplateURL=given["TemplateURL"], Parameters=_given(given)
    )


def _given(properties: Properties) -> list[dict[str, str]]:
    given = properties.get("Parameters", {})
    return [{"ParameterKey": key, "ParameterValue": str(value)} for key, value in given.items()]


SERVICE_TYPES: Mapping[str, ServiceType] = {
    "AWS::Scheduler::Schedule": ServiceType(
        _schedule, lambda client, name, _: client("scheduler").delete_schedule(Name=name), _change_schedule
    ),
    "AWS::Lambda::EventInvokeConfig": ServiceType(_invoke_config, _no_invoke_config),
    "AWS::SQS::QueuePolicy": ServiceType(_queue_policy, _no_queue_policy),
    "AWS::S3::BucketPolicy": ServiceType(
        _bucket_policy, lambda client, _, given: client("s3").delete_bucket_policy(Bucket=given["Bucket"])
    ),
    "AWS::SNS::TopicPolicy": ServiceType(_topic_policy, lambda *_: None),  # it goes with its topic
    "AWS::SNS::Subscription": ServiceType(
        _subscription, lambda client, arn, _: client("sns").unsubscribe(SubscriptionArn=arn)
    ),
    "AWS::CloudWatch::Alarm": ServiceType(
        _alarm, lambda client, name, _: client("cloudwatch").delete_alarms(AlarmNames=[name])
    ),
    # moto's own keeps a role's policies as Python's text
    "AWS::IAM::Role": ServiceType(_role, _no_role),
    # moto's own does not change when it is updated
    "AWS::Logs::LogGroup": ServiceType(
        _log_group,
        lambda client, name, _: client("logs").delete_log_group(logGroupName=name),
        _change_log_group,
    ),
    # moto's own has no outputs
    "AWS::CloudFormation::Stack": ServiceType(
        _inner_stack,
        lambda client, name, _: client("cloudformation").delete_stack(StackName=name),
        _change_inner_stack,
    ),
    "AWS::Budgets::Budget": ServiceType(
        _budget,
        lambda client, name, _: client("budgets").delete_budget(AccountId=_account(client), BudgetName=name),
    ),
}
