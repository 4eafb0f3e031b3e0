"""What AWS refuses and neither cfn-lint nor moto notices: limits that two settings have between them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from local.template import Template
from tests.deploy.rules.reading import properties, referred

# "Quotas" in CloudFormation's user guide.
_TEMPLATE_BYTES = 1_000_000
_COUNTS = {"Resources": 500, "Parameters": 200, "Outputs": 200, "Mappings": 200, "Conditions": 200}
_DESCRIPTION_BYTES = 1024
_PARAMETER_DESCRIPTION = 4000
# "Quotas" in Lambda's developer guide.
_MEMORY_OF_A_NEW_ACCOUNT = 3008  # MB; more has to be asked for
_LAYERS = 5
# "Event source mappings", "Event filtering" there.
_WINDOW = 300
_FILTERS = 5
_FIFO_BATCH = 10  # a larger batch needs a window, which a FIFO queue cannot have
_INDEXES = 20

_QUEUE, _FUNCTION, _MAPPING = "AWS::SQS::Queue", "AWS::Lambda::Function", "AWS::Lambda::EventSourceMapping"


def limits(stack: Template) -> Iterator[str]:
    """Everything that AWS would refuse on account of another setting, or of a sum."""
    yield from _of_the_template(stack)
    yield from _of_functions(stack)
    yield from _of_mappings(stack)
    yield from _of_queues(stack)
    yield from _of_tables(stack)


def _of_the_template(stack: Template) -> Iterator[str]:
    for section, most in _COUNTS.items():
        if (count := len(stack.document.get(section, {}))) > most:
            yield f"{count} {section}; CloudFormation takes {most}"
    if (size := len(json.dumps(stack.document).encode())) > _TEMPLATE_BYTES:
        yield f"the template has {size} bytes; CloudFormation takes {_TEMPLATE_BYTES}"
    if len(str(stack.document.get("Description", "")).encode()) > _DESCRIPTION_BYTES:
        yield f"the template's description has more than {_DESCRIPTION_BYTES} bytes"
    for name, parameter in stack.document.get("Parameters", {}).items():
        if len(parameter.get("Description", "")) > _PARAMETER_DESCRIPTION:
            yield f"{name} has a description of more than {_PARAMETER_DESCRIPTION} characters"


def _of_functions(stack: Template) -> Iterator[str]:
    for name, function in properties(stack, _FUNCTION):
        if function.get("MemorySize", 128) > _MEMORY_OF_A_NEW_ACCOUNT:
            yield f"{name} has more memory than a new account may give it"
        if len(function.get("Layers", [])) > _LAYERS:
            yield f"{name} has more than {_LAYERS} layers"
    for name, config in properties(stack, "AWS::Lambda::EventInvokeConfig"):
        yield from _fifo_destination(stack, name, config)


def _of_mappings(stack: Template) -> Iterator[str]:
    for name, mapping in properties(stack, _MAPPING):
        source = stack.resources.get(referred(mapping["EventSourceArn"]), {"Type": ""})
        window, batch = mapping.get("MaximumBatchingWindowInSeconds", 0), mapping.get("BatchSize", 10)
        if window > _WINDOW:
            yield f"{name} waits {window} s for its batch; Lambda waits {_WINDOW}"
        if len(mapping.get("FilterCriteria", {}).get("Filters", [])) > _FILTERS:
            yield f"{name} has more than {_FILTERS} filters"
        yield from _fifo_destination(stack, name, mapping)
        if source["Type"] != _QUEUE:
            continue
        if source["Properties"].get("FifoQueue") and (window or batch > _FIFO_BATCH):
            yield f"{name}: a FIFO queue gives batches of {_FIFO_BATCH} at most, and no window"
        elif batch > _FIFO_BATCH and not window:
            yield f"{name}: a batch of {batch} needs a window"
        function = stack.resources[referred(mapping["FunctionName"])]["Properties"]
        if source["Properties"].get("VisibilityTimeout", 30) < function.get("Timeout", 3):
            yield f"{name}: the queue shows a message again while the function is still at it"


def _fifo_destination(stack: Template, name: str, settings: Mapping[str, Any]) -> Iterator[str]:
    destination = referred(settings.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"))
    if stack.resources.get(destination, {}).get("Properties", {}).get("FifoQueue"):
        yield f"{name} gives up into {destination}, a FIFO queue, which Lambda does not send to"


def _of_queues(stack: Template) -> Iterator[str]:
    queues = stack.of_type(_QUEUE)
    for name, queue in queues.items():
        dead = referred(queue.get("RedrivePolicy", {}).get("deadLetterTargetArn"))
        if dead in queues and bool(queues[dead].get("FifoQueue")) is not bool(queue.get("FifoQueue")):
            yield f"{name} and its dead-letter queue {dead} are of two kinds"
        scope, limit = queue.get("DeduplicationScope"), queue.get("FifoThroughputLimit")
        if limit == "perMessageGroupId" and scope != "messageGroup":
            yield f"{name} has a throughput by message groups and looks for duplicates in all of the queue"
    for name, schedule in properties(stack, "AWS::Scheduler::Schedule"):
        failures = referred(schedule["Target"].get("DeadLetterConfig", {}).get("Arn"))
        if queues.get(failures, {}).get("FifoQueue"):
            yield f"{name} gives up into {failures}, a FIFO queue, which Scheduler does not send to"


def _of_tables(stack: Template) -> Iterator[str]:
    for name, table in properties(stack, "AWS::DynamoDB::Table"):
        indexes = table.get("GlobalSecondaryIndexes", [])
        keys = [*table["KeySchema"], *(key for index in indexes for key in index["KeySchema"])]
        defined = {one["AttributeName"] for one in table["AttributeDefinitions"]}
        if defined != {key["AttributeName"] for key in keys}:
            yield f"{name} defines other attributes than its keys have"
        if len(indexes) > _INDEXES:
            yield f"{name} has more than {_INDEXES} indexes"
