"""What the template says about functions and what starts them, read from the created stack."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from local.event_filter import EventFilter
from local.stack import Stack
from local.template import Template, TemplateError
from local.timetable import Schedule, interval

# What AWS assumes where the template is silent.
_TIMEOUT = 3
_MEMORY = 128
_SQS_BATCH = 10
_STREAM_BATCH = 100
_ASYNCHRONOUS_RETRIES = 2
_ENDLESS = -1
# MaximumRetryAttempts -1 means "until the record expires"; a run on one machine has to end.
_RETRIES_WHERE_ENDLESS = 10


@dataclass(frozen=True, slots=True)
class Function:
    """A function: ``timeout`` in seconds, ``memory`` in MiB, ``environment`` as the template sets it.

    An asynchronous invocation that fails is repeated ``retries`` times; ``failure_queue`` is the URL of the
    queue that is told of it then.
    """

    name: str
    handler: str
    timeout: int
    memory: int
    environment: Mapping[str, str]
    retries: int
    failure_queue: str | None


@dataclass(frozen=True, slots=True)
class QueueMapping:
    """A queue that a function is fed from."""

    function: str
    queue: str
    url: str
    arn: str
    batch_size: int
    reports_failures: bool
    dead_letter_queue: str | None  # logical id


@dataclass(frozen=True, slots=True)
class StreamMapping:
    """A table's stream that a function is fed from; ``failure_queue`` is a URL."""

    function: str
    table: str
    arn: str
    batch_size: int
    window: timedelta
    retries: int
    bisects: bool
    reports_failures: bool
    filters: EventFilter
    failure_queue: str | None


@dataclass(frozen=True, slots=True)
class Wiring:
    """Everything that calls a function, and every function by its logical id.

    Each is in the template's order, which has the upstream functions first.
    """

    functions: Mapping[str, Function]
    queues: tuple[QueueMapping, ...]
    streams: tuple[StreamMapping, ...]
    schedules: tuple[Schedule, ...]


def read(template: Template, stack: Stack) -> Wiring:
    """Return the stack's wiring; raise :class:`TemplateError` for what the local run cannot follow."""
    arns = _arns(stack)
    functions = _functions(template, stack, arns)
    queues: list[QueueMapping] = []
    streams: list[StreamMapping] = []
    for name in template.of_type("AWS::Lambda::EventSourceMapping"):
        properties = stack.properties[name]
        if properties.get("Enabled", True) in (False, "false"):
            continue
        if properties["EventSourceArn"] in arns:
            queues.append(_queue_mapping(properties, stack, arns))
        else:
            streams.append(_stream_mapping(name, properties, stack, arns))
    schedules = [_schedule(name, stack) for name in template.of_type("AWS::Scheduler::Schedule")]
    wiring = Wiring(
        functions, tuple(queues), tuple(streams), tuple(one for one in schedules if one is not None)
    )
    _check_targets(wiring)
    return wiring


def _check_targets(wiring: Wiring) -> None:
    started = [
        *(mapping.function for mapping in wiring.queues),
        *(mapping.function for mapping in wiring.streams),
        *(schedule.function for schedule in wiring.schedules),
    ]
    for name in started:
        if name not in wiring.functions:
            raise TemplateError(f"{name} is started by the template but is none of its functions")


def _functions(template: Template, stack: Stack, arns: Mapping[str, str]) -> dict[str, Function]:
    configs = [stack.properties[name] for name in template.of_type("AWS::Lambda::EventInvokeConfig")]
    asynchronous = {one["FunctionName"]: one for one in configs}
    return {
        name: _function(name, stack.properties[name], asynchronous.get(name, {}), stack, arns)
        for name in template.of_type("AWS::Lambda::Function")
    }


def _function(
    name: str,
    properties: Mapping[str, Any],
    asynchronous: Mapping[str, Any],
    stack: Stack,
    arns: Mapping[str, str],
) -> Function:
    return Function(
        name=name,
        handler=properties["Handler"],
        timeout=int(properties.get("Timeout", _TIMEOUT)),
        memory=int(properties.get("MemorySize", _MEMORY)),
        environment={key: str(value) for key, value in properties["Environment"]["Variables"].items()},
        retries=int(asynchronous.get("MaximumRetryAttempts", _ASYNCHRONOUS_RETRIES)),
        failure_queue=_failure_queue(asynchronous, stack, arns),
    )


def _failure_queue(properties: Mapping[str, Any], stack: Stack, arns: Mapping[str, str]) -> str | None:
    destination = properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    return stack.queues[arns[destination]] if destination in arns else None


def _arns(stack: Stack) -> dict[str, str]:
    """Return the queues' logical ids by ARN."""
    return {
        stack.clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]: name
        for name, url in stack.queues.items()
    }


def _queue_mapping(properties: Mapping[str, Any], stack: Stack, arns: Mapping[str, str]) -> QueueMapping:
    queue = arns[properties["EventSourceArn"]]
    answer = stack.clients.sqs.get_queue_attributes(
        QueueUrl=stack.queues[queue], AttributeNames=["RedrivePolicy"]
    )
    redrive = json.loads(answer.get("Attributes", {}).get("RedrivePolicy", "{}"))
    return QueueMapping(
        function=properties["FunctionName"],
        queue=queue,
        url=stack.queues[queue],
        arn=properties["EventSourceArn"],
        batch_size=int(properties.get("BatchSize", _SQS_BATCH)),
        reports_failures=_reports_failures(properties),
        dead_letter_queue=arns.get(redrive.get("deadLetterTargetArn", "")),
    )


def _stream_mapping(
    name: str, properties: Mapping[str, Any], stack: Stack, arns: Mapping[str, str]
) -> StreamMapping:
    arn = properties["EventSourceArn"]
    tables = {physical: logical for logical, physical in stack.tables.items()}
    table = tables.get(arn.split("/")[1] if ":table/" in arn else "")
    if table is None:
        raise TemplateError(f"{name} reads {arn}; the local run can read queues and table streams")
    retries = int(properties.get("MaximumRetryAttempts", _ENDLESS))
    filters = properties.get("FilterCriteria", {}).get("Filters", [])
    return StreamMapping(
        function=properties["FunctionName"],
        table=table,
        arn=arn,
        batch_size=int(properties.get("BatchSize", _STREAM_BATCH)),
        window=timedelta(seconds=int(properties.get("MaximumBatchingWindowInSeconds", 0))),
        retries=_RETRIES_WHERE_ENDLESS if retries == _ENDLESS else retries,
        bisects=properties.get("BisectBatchOnFunctionError", False) in (True, "true"),
        reports_failures=_reports_failures(properties),
        filters=EventFilter([one["Pattern"] for one in filters]),
        failure_queue=_failure_queue(properties, stack, arns),
    )


def _schedule(name: str, stack: Stack) -> Schedule | None:
    properties = stack.properties[name]
    if properties.get("State", "ENABLED") == "DISABLED":
        return None
    target = properties["Target"]
    return Schedule(
        name=name,
        function=target["Arn"],
        every=interval(properties["ScheduleExpression"]),
        event=json.loads(target.get("Input", "{}")),
    )


def _reports_failures(properties: Mapping[str, Any]) -> bool:
    return "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", [])
