"""The stack's resources in moto: the only module that starts it and creates anything there.

CloudFormation itself resolves every ``Ref``, ``GetAtt``, ``Sub`` and ``If`` of the resources that stay
outside of moto: their expressions are added to the template as outputs and read back.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from moto import mock_aws

from local.direct.clients import answer_directly
from local.expressions import Expressions
from local.moto_queues import count_when_asked
from local.moto_turns import take_turns
from local.motos_reading import for_moto
from local.template import REGION, Template, TemplateError
from newswire import aws, kept_workers

STACK_NAME = "newswire"
ACCOUNT = "123456789012"

# What stays out of moto, each with its reason. CloudFront is switched off by EnableCdn=false.
NOT_CREATED: Mapping[str, str] = {
    "AWS::Lambda::Function": "handlers are imported and called in this process",
    "AWS::Lambda::LayerVersion": "the layer's packages are imported from shared/",
    "AWS::Lambda::EventSourceMapping": "moto's call Docker; local.queue_poller and local.stream_poller poll",
    "AWS::Lambda::EventInvokeConfig": "local.scheduled_runs follows it",
    "AWS::Lambda::Permission": "moto does not check who may invoke",
    "AWS::Scheduler::Schedule": "moto never fires one; local.timetable does",
    "AWS::IAM::Role": "moto does not enforce policies; tests/deploy asserts them on the template",
    "AWS::Logs::LogGroup": "logs go to files, not to CloudWatch",
    "AWS::SQS::QueuePolicy": "moto cannot create one from a template and does not enforce it",
    "AWS::S3::BucketPolicy": "moto cannot create one from a template and does not enforce it",
    "AWS::CloudFormation::Stack": "alarms and a dashboard: there is no CloudWatch here that would measure",
    "AWS::CloudFront::Distribution": "local.portal serves the site bucket by its settings",
    "AWS::CloudFront::OriginAccessControl": "part of the distribution",
    "AWS::CloudFront::CachePolicy": "part of the distribution",
    "AWS::CloudFront::ResponseHeadersPolicy": "part of the distribution",
    "AWS::CloudFront::Function": "part of the distribution",
}


# Of those, the ones that tell the runner what to call, when and with what.
RESOLVED = (
    "AWS::Lambda::Function",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Scheduler::Schedule",
)


# Names that the template leaves to CloudFormation are the same in every run, so that events/env.json holds.
_NAMES = {"DynamoDB::Table": "TableName", "S3::Bucket": "BucketName", "SQS::Queue": "QueueName"}


@dataclass(frozen=True, slots=True)
class Clients:
    """The runner's own AWS clients: one each, and never the handlers'."""

    s3: Any
    sqs: Any
    dynamodb: Any
    streams: Any


@dataclass(frozen=True, slots=True)
class Stack:
    """A created stack.

    ``physical`` holds physical ids and ``kinds`` types, by logical id; ``properties`` are those of the
    functions, mappings and schedules, resolved. A reference to a resource that was not created resolves
    to its logical id.
    """

    physical: Mapping[str, str]
    kinds: Mapping[str, str]
    properties: Mapping[str, Mapping[str, Any]]
    clients: Clients
    handler_events: Any  # botocore's hooks of the session that the handlers' clients come from

    def of_type(self, resource_type: str) -> dict[str, str]:
        """Return the physical ids of the created resources of a type by logical id."""
        return {name: self.physical[name] for name, kind in self.kinds.items() if kind == resource_type}

    @property
    def buckets(self) -> dict[str, str]:
        """Return the buckets' names by logical id."""
        return self.of_type("AWS::S3::Bucket")

    @property
    def tables(self) -> dict[str, str]:
        """Return the tables' names by logical id."""
        return self.of_type("AWS::DynamoDB::Table")

    @property
    def queues(self) -> dict[str, str]:
        """Return the queues' URLs by logical id."""
        return self.of_type("AWS::SQS::Queue")


@contextmanager
def running(template: Template, *, direct: Callable[[], bool] | None = None) -> Iterator[Stack]:
    """Create the stack in a fresh moto and take it down at the end.

    While ``direct`` says so, clients answer what is asked most out of moto's memory: :mod:`local.direct`.
    The sessions that the handlers' clients and boto3's come from belong to moto meanwhile.
    Raise :class:`~local.template.TemplateError` where moto cannot create a resource.
    """
    take_turns()
    count_when_asked()
    with mock_aws():
        boto3.setup_default_session(region_name=REGION)
        aws.forget()
        aws.session().set_config_variable("region", REGION)
        with warnings.catch_warnings():
            # moto warns of types that it cannot create; _check_complete makes an error of it.
            warnings.simplefilter("ignore")
            stack = _create(template, aws.session(), direct=direct)
        try:
            yield stack
        finally:
            aws.forget()
            kept_workers.forget()


def _create(template: Template, handlers: Any, *, direct: Callable[[], bool] | None) -> Stack:
    outside = {name: value for name, value in template.resources.items() if value["Type"] in NOT_CREATED}
    expressions = Expressions(outside)
    wanted = {
        name: expressions.collect(value.get("Properties", {}))
        for name, value in outside.items()
        if value["Type"] in RESOLVED
    }
    resources = {
        name: _creatable(name, value, outside)
        for name, value in template.resources.items()
        if name not in outside
    }
    document = for_moto({**template.document, "Resources": resources, "Outputs": expressions.outputs})
    session = boto3.Session(region_name=REGION)
    if direct is not None:
        answer_directly(session.events, direct)
        answer_directly(handlers.get_component("event_emitter"), direct)
    cloudformation = session.client("cloudformation")
    _create_stack(cloudformation, document, template.parameters)
    listed = cloudformation.describe_stack_resources(StackName=STACK_NAME)["StackResources"]
    created = [one for one in listed if "LogicalResourceId" in one]  # of the others moto made nothing
    outputs = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0].get("Outputs", [])
    values = {output["OutputKey"]: output["OutputValue"] for output in outputs}
    stack = Stack(
        physical={one["LogicalResourceId"]: one["PhysicalResourceId"] for one in created},
        kinds={one["LogicalResourceId"]: one["ResourceType"] for one in created},
        properties={name: expressions.fill(value, values) for name, value in wanted.items()},
        clients=_clients(session),
        handler_events=handlers.get_component("event_emitter"),
    )
    _check_complete(document["Resources"], stack)
    return stack


def _create_stack(cloudformation: Any, document: Mapping[str, Any], parameters: Mapping[str, str]) -> None:
    try:
        cloudformation.create_stack(
            StackName=STACK_NAME,
            TemplateBody=json.dumps(document),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        )
    except Exception as error:  # moto meets what it does not know with whatever its code runs into
        raise TemplateError(f"moto cannot create the stack: {type(error).__name__}: {error}") from error


def _clients(session: Any) -> Clients:
    # moto does not know the endpoints that carry an account id.
    plain = Config(account_id_endpoint_mode="disabled")
    return Clients(
        s3=session.client("s3", config=plain),
        sqs=session.client("sqs", config=plain),
        dynamodb=session.client("dynamodb", config=plain),
        streams=session.client("dynamodbstreams", config=plain),
    )


def _creatable(name: str, resource: Mapping[str, Any], outside: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(resource)
    depends = made.pop("DependsOn", [])
    kept = [one for one in ([depends] if isinstance(depends, str) else depends) if one not in outside]
    properties = dict(made.get("Properties", {}))
    if naming := _NAMES.get(made["Type"].removeprefix("AWS::")):
        ending = ".fifo" if properties.get("FifoQueue") else ""
        properties.setdefault(naming, f"{STACK_NAME}-{name.lower()}{ending}")
    return {**made, "Properties": properties, **({"DependsOn": kept} if kept else {})}


def _check_complete(wanted: Mapping[str, Mapping[str, Any]], stack: Stack) -> None:
    conditional = {name for name, resource in wanted.items() if "Condition" in resource}
    missing = sorted(set(wanted) - set(stack.physical) - conditional)
    if missing:
        listed = ", ".join(f"{name} ({wanted[name]['Type']})" for name in missing)
        raise TemplateError(
            f"moto did not create {listed}; a type that the local run does without belongs in "
            "NOT_CREATED of local/stack.py, with its reason"
        )
