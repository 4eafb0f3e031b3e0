"""What starts a function leads to it, may do so, and has a place for what fails."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.rehearsal.checks.functions import FUNCTION
from tests.rehearsal.checks.reading import missing_grants
from tests.rehearsal.found import Found, Resource

MAPPING, SCHEDULE = "AWS::Lambda::EventSourceMapping", "AWS::Scheduler::Schedule"
QUEUE, TABLE = "AWS::SQS::Queue", "AWS::DynamoDB::Table"
_OF_QUEUES = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
_OF_STREAMS = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")


def mapped(found: Found) -> Iterator[str]:
    """Each mapping feeds a function of the stack, as the template says, from what its role may read."""
    for name, one in found.of_type(MAPPING).items():
        source, function = one.state["EventSourceArn"], found.arns.get(one.state["FunctionArn"], "")
        if function not in found.of_type(FUNCTION):
            yield f"{name} feeds {one.state['FunctionArn']}, which is no function of the stack"
            continue
        actions = _source_actions(found, source)
        if not actions:
            yield f"{name} reads {source}, which is neither a queue nor a stream of the stack"
        role = found.arns.get(found.resources[function].state["Role"], "")
        wanted = dict.fromkeys(actions, source)
        if destination := _destination(one.state):
            wanted["sqs:SendMessage"] = destination
            yield from _kept(found, name, destination)
        yield from (f"{name}: {fault}" for fault in missing_grants(found, role, wanted))
        yield from _as_said(name, one)


def _source_actions(found: Found, source: str) -> tuple[str, ...]:
    if found.arns.get(source) in found.of_type(QUEUE):
        return _OF_QUEUES
    streams = {table.state.get("LatestStreamArn") for table in found.of_type(TABLE).values()}
    return _OF_STREAMS if source in streams else ()


def _destination(settings: Mapping[str, Any]) -> str:
    return str(settings.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", ""))


def _kept(found: Found, name: str, destination: str) -> Iterator[str]:
    if found.arns.get(destination) not in found.of_type(QUEUE):
        yield f"{name}: what fails goes to {destination}, which is no queue of the stack"


def _as_said(name: str, one: Resource) -> Iterator[str]:
    for setting, wanted in one.properties.items():
        found = one.state.get(setting)
        if setting not in ("FunctionName", "Tags") and _as_text(found) != _as_text(wanted):
            yield f"{name}: {setting} is {found}"


def _as_text(value: object) -> object:
    """Return numbers as text: a parameter's value is text in the template and a number in the service."""
    if isinstance(value, Mapping):
        return {key: _as_text(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_text(each) for each in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def streamed(found: Found) -> Iterator[str]:
    """Each stream that is read is one, with both images."""
    read = {one.state["EventSourceArn"] for one in found.of_type(MAPPING).values()}
    streams = {
        table.state.get("LatestStreamArn"): table.state.get("StreamSpecification", {})
        for table in found.of_type(TABLE).values()
    }
    for arn in read - set(found.arns):
        if not streams.get(arn, {}).get("StreamEnabled"):
            yield f"{arn} is no stream"
        elif streams[arn].get("StreamViewType") != "NEW_AND_OLD_IMAGES":
            yield f"{arn} has not both images"


def scheduled(found: Found, inputs: Mapping[str, Any]) -> Iterator[str]:
    """Each schedule starts a function of the stack with the sample event, and may; what fails is kept.

    ``inputs`` are the events by the functions' logical ids.
    """
    for name, one in found.of_type(SCHEDULE).items():
        target = one.state["Target"]
        function, role = found.arns.get(target["Arn"], ""), found.arns.get(target["RoleArn"], "")
        failures = target.get("DeadLetterConfig", {}).get("Arn", "")
        if json.loads(target.get("Input", "null")) != inputs.get(function):
            yield f"{name} sends {target.get('Input')}, not the sample event of {function or 'nothing'}"
        wanted = {"lambda:InvokeFunction": target["Arn"], "sqs:SendMessage": failures}
        yield from _kept(found, name, failures)
        yield from (f"{name}: {fault}" for fault in missing_grants(found, role, wanted))
        if (
            one.state["State"] != "ENABLED"
            or one.state["ScheduleExpression"] != one.properties["ScheduleExpression"]
        ):
            yield f"{name} is {one.state['State']} and runs at {one.state['ScheduleExpression']}"
        yield from _asynchronous(found, name, function)


def _asynchronous(found: Found, schedule: str, function: str) -> Iterator[str]:
    """Yield where a run that was started and failed goes."""
    configured = [
        one.state
        for one in found.of_type("AWS::Lambda::EventInvokeConfig").values()
        if found.arns.get(one.state["FunctionArn"]) == function
    ]
    if not configured or not _destination(configured[0]):
        yield f"{schedule}: a run of {function} that fails is lost"
        return
    role = found.arns.get(found.resources[function].state["Role"], "")
    destination = _destination(configured[0])
    yield from _kept(found, schedule, destination)
    yield from missing_grants(found, role, {"sqs:SendMessage": destination})


def redriven(found: Found) -> Iterator[str]:
    """Each queue that feeds a function gives up into another of the same kind, which feeds none."""
    queues = found.of_type(QUEUE)
    sources = {found.arns.get(one.state["EventSourceArn"]) for one in found.of_type(MAPPING).values()}
    for name, one in queues.items():
        if name not in sources:
            continue
        dead = found.arns.get(json.loads(one.state.get("RedrivePolicy", "{}")).get("deadLetterTargetArn"), "")
        if dead not in queues or dead in sources:
            yield f"{name} gives up into {dead or 'nothing'}"
        elif queues[dead].state.get("FifoQueue") != one.state.get("FifoQueue"):
            yield f"{name} gives up into {dead}, which is of another kind"
