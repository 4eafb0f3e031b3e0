"""What runs: where a failure goes, how much runs at once, what is logged, and what the code is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from local.template import Template
from tests.deploy.rules.reading import many, properties, referred, targets

FOURTEEN_DAYS = 14 * 24 * 3600  # the longest that SQS keeps
ACCOUNT_LIMIT = 10  # concurrent runs of a new AWS account
LEAST_BOUND = 2  # of a queue's mapping, that AWS takes

_MAPPING = "AWS::Lambda::EventSourceMapping"
_SECRET_NAME = re.compile(r"SECRET|TOKEN|PASSW|CREDENTIAL|PRIVATE|ACCESS_?KEY|API_?KEY|AUTH", re.IGNORECASE)
# What a function may be told as text: a word, nothing, or a few digits. A key is longer or has both.
_PLAIN = re.compile(r"[A-Za-z]{0,20}|[0-9]{1,6}")


def failures(stack: Template) -> Iterator[str]:
    """Whatever fails for good, on any asynchronous path, is kept for 14 days where the operator looks."""
    sources = _sources(stack)
    for what, destination in failure_queues(stack):
        queue = stack.resources.get(destination, {"Type": "", "Properties": {}})
        if queue["Type"] != "AWS::SQS::Queue":
            yield f"{what}: what fails is lost"
        elif destination in sources:
            yield f"{what}: what fails comes back for ever through {destination}"
        elif queue["Properties"].get("MessageRetentionPeriod") != FOURTEEN_DAYS:
            yield f"{what}: {destination} forgets before an operator comes"


def failure_queues(stack: Template) -> list[tuple[str, str]]:
    """Return what may fail for good, and where it goes then."""
    return [*_of_queues(stack, _sources(stack)), *_of_streams(stack), *_of_schedules(stack)]


def _sources(stack: Template) -> set[str]:
    return {referred(mapping["EventSourceArn"]) for _, mapping in properties(stack, _MAPPING)}


def _of_queues(stack: Template, sources: set[str]) -> Iterator[tuple[str, str]]:
    for name, queue in properties(stack, "AWS::SQS::Queue"):
        if name in sources:
            redrive = queue.get("RedrivePolicy", {})
            finite = 1 <= redrive.get("maxReceiveCount", 0) <= 10
            yield name, referred(redrive.get("deadLetterTargetArn")) if finite else ""


def _of_streams(stack: Template) -> Iterator[tuple[str, str]]:
    for name, mapping in _streams(stack):
        yield name, referred(mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"))


def _of_schedules(stack: Template) -> Iterator[tuple[str, str]]:
    """Both halves: a run that could not be started, and one that was started and failed."""
    for name, schedule in properties(stack, "AWS::Scheduler::Schedule"):
        yield name, referred(schedule["Target"].get("DeadLetterConfig", {}).get("Arn"))
    configured = {
        referred(config["FunctionName"]): config.get("DestinationConfig", {}).get("OnFailure", {})
        for _, config in properties(stack, "AWS::Lambda::EventInvokeConfig")
    }
    for function in targets(stack):
        yield function, referred(configured.get(function, {}).get("Destination"))


def _streams(stack: Template) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, mapping in properties(stack, _MAPPING):
        if stack.resources[referred(mapping["EventSourceArn"])]["Type"] == "AWS::DynamoDB::Table":
            yield name, mapping


def poison(stack: Template) -> Iterator[str]:
    """One bad record holds up neither its batch for ever nor the records beside it."""
    for name, mapping in properties(stack, _MAPPING):
        if mapping.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            yield f"{name} fails as a whole"
    for name, mapping in _streams(stack):
        if mapping.get("BisectBatchOnFunctionError") is not True:
            yield f"{name} does not look for the record that fails"
        if mapping.get("MaximumRetryAttempts", -1) < 0 or mapping.get("MaximumRecordAgeInSeconds", -1) < 0:
            yield f"{name} tries for ever"


def concurrency(stack: Template) -> Iterator[str]:
    """Each queue has a bound on the runs that it causes, and all together leave room in a new account."""
    bounds = queue_bounds(stack)
    yield from (f"{name} has no bound" for name, bound in bounds.items() if bound < LEAST_BOUND)
    if sum(bounds.values()) >= ACCOUNT_LIMIT:
        yield f"the queues alone may cause {sum(bounds.values())} runs at once"
    for name, mapping in _queue_mappings(stack):
        asked = _parameter(stack, mapping.get("ScalingConfig", {}).get("MaximumConcurrency"))
        if asked and (asked.get("MinValue", 0) < LEAST_BOUND or "MaxValue" not in asked):
            yield f"{name} has a bound that an operator may answer with what AWS or the stack cannot take"


def queue_bounds(stack: Template) -> Mapping[str, int]:
    """Return the runs at once of each queue's mapping, by the questions' defaults; 0: it has no bound."""
    bounds: dict[str, int] = {}
    for name, mapping in _queue_mappings(stack):
        bound = mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 0)
        asked = _parameter(stack, bound)
        bounds[name] = asked.get("Default", 0) if asked else bound
    return bounds


def _parameter(stack: Template, value: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = stack.document["Parameters"].get(referred(value), {})
    return found


def _queue_mappings(stack: Template) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, mapping in properties(stack, _MAPPING):
        if stack.resources[referred(mapping["EventSourceArn"])]["Type"] == "AWS::SQS::Queue":
            yield name, mapping


def logs(stack: Template) -> Iterator[str]:
    """Every function logs into a group of the stack; every group forgets; nobody makes one that does not."""
    for name, group in properties(stack, "AWS::Logs::LogGroup"):
        if not group.get("RetentionInDays"):
            yield f"{name} is kept for ever"
    for name, function in properties(stack, "AWS::Lambda::Function"):
        own = referred(function.get("LoggingConfig", {}).get("LogGroup"))
        if stack.resources.get(own, {}).get("Type") != "AWS::Logs::LogGroup":
            yield f"{name} logs into a group that is not the stack's"
    for name, role in properties(stack, "AWS::IAM::Role"):
        if "logs:CreateLogGroup" in str(role):
            yield f"{name} may make log groups"


def secrets(stack: Template) -> Iterator[str]:
    """No function is told a secret: its environment is names of the stack's parts, and plain words."""
    for name, parameter in stack.document.get("Parameters", {}).items():
        if parameter.get("NoEcho") or _SECRET_NAME.search(name):
            yield f"the parameter {name} is a secret"
    if "{{resolve:" in str(stack.document):
        yield "a secret is resolved into the template"
    for function, given in properties(stack, "AWS::Lambda::Function"):
        for variable, value in given.get("Environment", {}).get("Variables", {}).items():
            if _SECRET_NAME.search(variable):
                yield f"{function}: {variable} sounds like a secret"
            if isinstance(value, str) and not _PLAIN.fullmatch(value):
                yield f"{function}: {variable} is {value!r}"


def entrances(stack: Template) -> Iterator[str]:
    """No function has an address of its own: nobody can send it anything but through the stack's parts."""
    public = ("AWS::Lambda::Url", "AWS::ApiGateway", "AWS::ApiGatewayV2", "AWS::ElasticLoadBalancing")
    for name, resource in stack.resources.items():
        if resource["Type"].startswith(public):
            yield f"{name} is an entrance"
    for name, permission in properties(stack, "AWS::Lambda::Permission"):
        if "*" in many(permission.get("Principal")):
            yield f"{name} lets everybody invoke"
