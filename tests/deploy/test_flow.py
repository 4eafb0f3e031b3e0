"""How work flows between the functions: schedules, queues and the stream, and where failures go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from local.event_filter import EventFilter
from local.template import Template
from local.timetable import interval

EVENTS = Path(__file__).parents[2] / "events"
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


def test_a_batch_fits_into_the_timeout_and_the_operator_says_how_many_run_at_once(stack: Template) -> None:
    mapping = _properties(stack, "ExtractFunctionArticles")
    seconds_per_message = 25
    assert mapping["EventSourceArn"] == _arn("ArticleQueue")
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": {"Ref": "ExtractRunsAtOnce"}}
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


def test_polling_follows_its_parameter_and_all_schedules_stop_together(stack: Template) -> None:
    schedules = stack.of_type("AWS::Scheduler::Schedule")
    assert set(schedules) == {"FetchFunctionPoll", "PublishFunctionRefresh"}
    states = [schedule["State"] for schedule in schedules.values()]
    assert states == [{"Fn::If": ["HasSchedule", "ENABLED", "DISABLED"]}] * 2
    condition, every, when_stopped = schedules["FetchFunctionPoll"]["ScheduleExpression"]["Fn::If"]
    assert condition == "HasSchedule"
    assert every == {"Fn::Sub": "rate(${PollEveryMinutes} minutes)"}
    assert interval(when_stopped) == timedelta(
        minutes=stack.document["Parameters"]["PollEveryMinutes"]["Default"]
    )
    assert stack.document["Conditions"]["HasSchedule"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "PollEveryMinutes"}, "0"]}]
    }


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
def test_a_scheduled_run_that_failed_is_repeated_before_it_is_told(stack: Template, function: str) -> None:
    config = _properties(stack, f"{function}EventInvokeConfig")
    assert config["MaximumRetryAttempts"] == 2
    assert config["DestinationConfig"] == {"OnFailure": {"Destination": _arn("ScheduleFailureQueue")}}


def test_a_run_that_could_not_be_started_is_told_too(stack: Template) -> None:
    for schedule in stack.of_type("AWS::Scheduler::Schedule").values():
        assert schedule["Target"]["DeadLetterConfig"] == {"Arn": _arn("ScheduleFailureQueue")}
        assert schedule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 3
