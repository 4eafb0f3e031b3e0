"""How work flows between the functions: schedules, queues and the stream, and where failures go."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from local.event_filter import EventFilter
from local.template import Template

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "events"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
FOURTEEN_DAYS = 14 * 24 * 3600
ARTICLE = {"pk": {"S": "article#a"}, "type": {"S": "article"}, "state": {"S": "live"}}
TOMBSTONE = {"pk": {"S": "article#a"}, "type": {"S": "article"}, "state": {"S": "tombstone"}}
ALIAS = {"pk": {"S": "alias#b"}, "type": {"S": "alias"}, "article": {"S": "a"}}


def _properties(stack: Template, logical_id: str) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = stack.resources[logical_id]["Properties"]
    return properties


def _arn(logical_id: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [logical_id, "Arn"]}


@pytest.mark.parametrize(
    ("queue", "function"), [("ArticleQueue", "ExtractFunction"), ("FetchQueue", "FetchFunction")]
)
def test_a_message_stays_hidden_for_six_times_the_timeout(stack: Template, queue: str, function: str) -> None:
    timeout = _properties(stack, function)["Timeout"]
    assert _properties(stack, queue)["VisibilityTimeout"] == 6 * timeout


def test_publishers_never_wait_for_each_other(stack: Template) -> None:
    for queue in ("ArticleQueue", "ArticleDeadLetterQueue"):
        properties = _properties(stack, queue)
        assert properties["FifoQueue"] is True
        assert properties["DeduplicationScope"] == "messageGroup"
        assert properties["FifoThroughputLimit"] == "perMessageGroupId"


def test_a_message_that_fails_five_times_is_kept_as_long_as_can_be(stack: Template) -> None:
    assert _properties(stack, "ArticleQueue")["RedrivePolicy"] == {
        "deadLetterTargetArn": _arn("ArticleDeadLetterQueue"),
        "maxReceiveCount": 5,
    }
    for name, queue in stack.of_type("AWS::SQS::Queue").items():
        if name != "FetchQueue":
            assert queue["MessageRetentionPeriod"] == FOURTEEN_DAYS, name


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


def test_the_operations_page_says_how_long_each_queue_keeps_and_how_often_it_tries(stack: Template) -> None:
    said = {FOURTEEN_DAYS: "14 days", 7200: "2 hours"}
    rows = re.findall(r"^\| (\w+Queue) \| .* \| ([\w ]+) \| (\d?) ?\|$", OPERATIONS, re.MULTILINE)
    assert {name: (kept, tries) for name, kept, tries in rows} == {
        name: (
            said[queue["MessageRetentionPeriod"]],
            str(queue.get("RedrivePolicy", {}).get("maxReceiveCount", "")),
        )
        for name, queue in stack.of_type("AWS::SQS::Queue").items()
    }


def test_an_operator_finds_every_queue_in_the_outputs(stack: Template) -> None:
    outputs = [output["Value"] for output in stack.document["Outputs"].values()]
    for name in stack.of_type("AWS::SQS::Queue"):
        assert {"Ref": name} in outputs, name


def test_a_batch_fits_into_the_timeout_and_four_run_at_once(stack: Template) -> None:
    mapping = _properties(stack, "ExtractFunctionArticles")
    seconds_per_message = 25
    assert mapping["EventSourceArn"] == _arn("ArticleQueue")
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 4}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BatchSize"] * seconds_per_message < _properties(stack, "ExtractFunction")["Timeout"]


def test_the_stream_is_read_from_its_start_in_minutes_and_gives_up_into_a_queue(stack: Template) -> None:
    mapping = _properties(stack, "PublishFunctionChanges")
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["ArticleTable", "StreamArn"]}
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["MaximumBatchingWindowInSeconds"] == 60
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRetryAttempts"] > 0  # -1 would be for ever
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["DestinationConfig"] == {"OnFailure": {"Destination": _arn("PublishFailureQueue")}}


@pytest.mark.parametrize("queue", ["PublishFailureQueue", "ScheduleFailureQueue"])
def test_failures_go_to_standard_queues(stack: Template, queue: str) -> None:
    assert "FifoQueue" not in _properties(stack, queue)


@pytest.mark.parametrize("queue", ["FetchQueue", "FetchDeadLetterQueue"])
def test_shards_need_no_order_and_wait_for_no_group(stack: Template, queue: str) -> None:
    """A lease and a conditional write see to it that a second delivery polls nothing."""
    assert "FifoQueue" not in _properties(stack, queue)


@pytest.mark.parametrize(
    ("images", "reaches"),
    [
        ({"NewImage": ARTICLE}, True),
        ({"NewImage": ARTICLE, "OldImage": ARTICLE}, True),
        ({"NewImage": TOMBSTONE, "OldImage": ARTICLE}, True),
        ({"OldImage": ARTICLE}, True),
        ({"NewImage": ALIAS}, False),
        ({"OldImage": ALIAS}, False),
    ],
    ids=["created", "changed", "retracted", "removed by hand", "alias created", "alias removed"],
)
def test_articles_reach_publish_and_bookkeeping_does_not(
    stack: Template, images: dict[str, Any], reaches: bool
) -> None:
    filters = _properties(stack, "PublishFunctionChanges")["FilterCriteria"]["Filters"]
    record = {"eventSource": "aws:dynamodb", "dynamodb": images}
    assert EventFilter([entry["Pattern"] for entry in filters]).passes(record) is reaches


@pytest.mark.parametrize(
    ("schedule", "function", "event"),
    [
        ("FetchFunctionPoll", "FetchFunction", "fetch-schedule.json"),
        ("PublishFunctionRefresh", "PublishFunction", "publish-schedule.json"),
    ],
)
def test_a_schedule_sends_the_sample_event(stack: Template, schedule: str, function: str, event: str) -> None:
    target = _properties(stack, schedule)["Target"]
    assert target["Arn"] == _arn(function)
    assert target["RoleArn"] == _arn("ScheduleRole")
    assert json.loads(target["Input"]) == json.loads((EVENTS / event).read_text(encoding="utf-8"))


def test_polling_follows_its_parameters_and_all_schedules_stop_together(stack: Template) -> None:
    schedules = stack.of_type("AWS::Scheduler::Schedule")
    assert set(schedules) == {"FetchFunctionPoll", "PublishFunctionRefresh"}
    assert all(schedule["State"] == {"Ref": "ScheduleState"} for schedule in schedules.values())
    assert schedules["FetchFunctionPoll"]["ScheduleExpression"] == {"Ref": "ScheduleExpression"}


def test_two_stacks_fit_into_one_account(stack: Template) -> None:
    """A fixed name would make the second stack fail; SAM gives schedules one unless told not to."""
    fixed = {
        f"{logical_id}.{key}": value
        for logical_id, resource in stack.resources.items()
        for key, value in _named(resource["Properties"])
        if "${AWS::StackName}" not in json.dumps(value)
    }
    assert fixed == {}


def _named(properties: Mapping[str, Any]) -> list[tuple[str, Any]]:
    names = (
        "Name",
        "QueueName",
        "TableName",
        "BucketName",
        "FunctionName",
        "RoleName",
        "LogGroupName",
        "LayerName",
    )
    nested = [properties, *(value for value in properties.values() if isinstance(value, dict))]
    return [
        (name, level[name])
        for level in nested
        for name in names
        if name in level and "Ref" not in level[name]  # a reference is no name
    ]


@pytest.mark.parametrize("function", ["FetchFunction", "PublishFunction"])
def test_a_scheduled_run_that_failed_is_not_repeated_but_told(stack: Template, function: str) -> None:
    config = _properties(stack, f"{function}EventInvokeConfig")
    assert config["MaximumRetryAttempts"] == 0
    assert config["DestinationConfig"] == {"OnFailure": {"Destination": _arn("ScheduleFailureQueue")}}


def test_a_run_that_could_not_be_started_is_told_too(stack: Template) -> None:
    for schedule in stack.of_type("AWS::Scheduler::Schedule").values():
        assert schedule["Target"]["DeadLetterConfig"] == {"Arn": _arn("ScheduleFailureQueue")}
        assert schedule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 3
