"""FetchQueue, the feeds that are more than one run can take; and what the operator is told of all queues."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from local.template import Template

OPERATIONS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
KEPT = {14 * 24 * 3600: "14 days", 2 * 3600: "2 hours"}


def _properties(stack: Template, logical_id: str) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = stack.resources[logical_id]["Properties"]
    return properties


def _arn(logical_id: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [logical_id, "Arn"]}


def test_a_shard_is_one_invocations_work_and_two_run_at_once(stack: Template) -> None:
    mapping = _properties(stack, "FetchFunctionShards")
    assert mapping["EventSourceArn"] == _arn("FetchQueue")
    assert mapping["FunctionName"] == {"Ref": "FetchFunction"}
    assert mapping["BatchSize"] == 1
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 2}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_shard_that_keeps_failing_reaches_its_dead_letter_queue_before_it_expires(stack: Template) -> None:
    """An expired message is deleted, wherever it is on its way to the dead-letter queue."""
    queue = _properties(stack, "FetchQueue")
    redrive = queue["RedrivePolicy"]
    assert redrive == {"deadLetterTargetArn": _arn("FetchDeadLetterQueue"), "maxReceiveCount": 3}
    tries = redrive["maxReceiveCount"] * queue["VisibilityTimeout"]
    assert queue["MessageRetentionPeriod"] >= tries + 1800, "half an hour to wait for the first try"


def test_what_an_outage_leaves_in_the_queue_is_two_hours_of_plans_at_most(stack: Template) -> None:
    """A shard's feeds stay due until they are polled, and every schedule plans what is due: none is lost."""
    assert _properties(stack, "FetchQueue")["MessageRetentionPeriod"] <= 2 * 3600


@pytest.mark.parametrize("queue", ["FetchQueue", "FetchDeadLetterQueue"])
def test_shards_need_no_order_and_wait_for_no_group(stack: Template, queue: str) -> None:
    """A lease and a conditional write see to it that a second delivery polls nothing."""
    assert "FifoQueue" not in _properties(stack, queue)


def test_the_operations_page_says_how_long_each_queue_keeps_and_how_often_it_tries(stack: Template) -> None:
    rows = re.findall(r"^\| (\w+Queue) \| .* \| ([\w ]+) \| (\d?) ?\|$", OPERATIONS, re.MULTILINE)
    assert {name: (kept, tries) for name, kept, tries in rows} == {
        name: (
            KEPT[queue["MessageRetentionPeriod"]],
            str(queue.get("RedrivePolicy", {}).get("maxReceiveCount", "")),
        )
        for name, queue in stack.of_type("AWS::SQS::Queue").items()
    }


def test_an_operator_finds_every_queue_in_the_outputs(stack: Template) -> None:
    outputs = [output["Value"] for output in stack.document["Outputs"].values()]
    for name in stack.of_type("AWS::SQS::Queue"):
        assert {"Ref": name} in outputs, name
