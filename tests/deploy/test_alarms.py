"""Alarms of what AWS measures, on the values that it measures when it comes to that; and what they cost."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from local.template import Template
from tests.deploy.rules.measuring import ALARMS, shown, watched
from tests.support.alarm_states import Metric, Period, is_raised
from tests.support.own_metrics import ALWAYS_SENT, OWN_METRICS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
VISIBLE, AGE = "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"
HOUR = 3600


def _queue(metric: str, queue: str, value: float) -> Period:
    return {Metric(metric, json.dumps({"Fn::GetAtt": [queue, "QueueName"]})): [value]}


def _function(metric: str, function: str, *values: float) -> Period:
    return {Metric(metric, json.dumps({"Ref": function})): list(values)}


_QUIET_AND_LOUD: list[tuple[str, list[Period], list[Period]]] = [
    (name, [_queue(VISIBLE, queue, 0)], [_queue(VISIBLE, queue, 1)])
    for name, queue in (
        ("DeadArticles", "ArticleDeadLetterQueue"),
        ("DeadShards", "FetchDeadLetterQueue"),
        ("AbandonedChanges", "PublishFailureQueue"),
        ("FailedSchedules", "ScheduleFailureQueue"),
    )
]
_QUIET_AND_LOUD += [
    (
        "LateArticles",
        [_queue(AGE, "ArticleQueue", 5 * HOUR)] * 2,
        [_queue(AGE, "ArticleQueue", 6 * HOUR)] * 2,
    ),
    # A shard that came back once is half an hour old
    ("LateShards", [_queue(AGE, "FetchQueue", HOUR / 2)], [_queue(AGE, "FetchQueue", HOUR)]),
    (
        "LateChanges",
        [_function("IteratorAge", "PublishFunction", 60_000, 1_800_000)] * 2,
        [_function("IteratorAge", "PublishFunction", 60_000, 3_600_000)] * 2,
    ),
    *(
        (
            f"{stage}Errors",
            [_function("Errors", f"{stage}Function", 0, 1, 1)],
            [_function("Errors", f"{stage}Function", 1, 1, 1)],
        )
        for stage in ("Fetch", "Extract", "Publish")
    ),
    *(
        (
            "Throttles",
            [_function("Throttles", function, 3), _function("Throttles", function, 0)] * 2,
            [_function("Throttles", function, 1)] * 3,
        )
        for function in ("FetchFunction", "ExtractFunction", "PublishFunction")
    ),
    *(
        (
            "SlowRuns",
            [_function("Duration", function, 250_000), _function("Duration", function, 300_000)],
            [_function("Duration", function, 900, 281_000), {}, _function("Duration", function, 300_000)],
        )
        for function in ("FetchFunction", "ExtractFunction", "PublishFunction")
    ),
]


@pytest.mark.parametrize(("name", "quiet", "loud"), _QUIET_AND_LOUD)
def test_the_alarm_is_raised_by_what_it_is_for_and_by_nothing_less(
    stack: Template, name: str, quiet: list[Period], loud: list[Period]
) -> None:
    alarm = stack.of_type(ALARMS)[name]
    assert is_raised(alarm, loud)
    assert not is_raised(alarm, quiet)
    assert not is_raised(alarm, [{}] * 24), "AWS measures nothing where nothing happens"


def test_every_alarm_is_tried_out_by_one_of_the_two_files(stack: Template) -> None:
    situations = (ROOT / "tests" / "integration" / "test_alarms.py").read_text(encoding="utf-8")
    tried = {name for name, _, _ in _QUIET_AND_LOUD} | set(re.findall(r'alarms\["(\w+)"\]', situations))
    assert tried == stack.of_type(ALARMS).keys()


def test_nobody_is_told_by_mail_unless_an_address_is_given(stack: Template) -> None:
    assert stack.document["Parameters"]["AlarmEmail"]["Default"] == ""
    assert stack.resources["Subscription"]["Condition"] == "HasEmail"
    assert all("Condition" not in stack.resources[name] for name in stack.of_type(ALARMS))


@pytest.mark.parametrize("address", ["", "desk@kabar.example"])
def test_an_address_or_nothing_is_allowed(stack: Template, address: str) -> None:
    assert re.fullmatch(stack.document["Parameters"]["AlarmEmail"]["AllowedPattern"], address)


@pytest.mark.parametrize("address", ["desk", "desk@", "a desk@kabar.example", "@"])
def test_what_is_no_address_is_refused(stack: Template, address: str) -> None:
    assert not re.fullmatch(stack.document["Parameters"]["AlarmEmail"]["AllowedPattern"], address)


def test_silence_is_told_after_three_hours_in_which_every_schedule_has_run_while_schedules_run(
    stack: Template,
) -> None:
    longest = max(stack.document["Parameters"]["PollEveryMinutes"]["AllowedValues"])
    assert 60 * longest <= HOUR
    for name in ("SilentFetch", "SilentPublish"):
        alarm = stack.of_type(ALARMS)[name]
        assert (alarm["Period"], alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]) == (HOUR, 3, 3)
        assert alarm["ActionsEnabled"] == {"Fn::If": ["IsScheduled", True, False]}
    assert stack.document["Conditions"]["IsScheduled"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "PollEveryMinutes"}, "0"]}]
    }


def test_only_alarms_and_budgets_of_this_account_may_tell_the_topic_anything(stack: Template) -> None:
    allowed = [
        one
        for one in stack.resources["TopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
        if one["Effect"] == "Allow"
    ]
    of_this_account = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*"
    assert {one["Principal"]["Service"]: one["Condition"] for one in allowed} == {
        "cloudwatch.amazonaws.com": {"ArnLike": {"aws:SourceArn": {"Fn::Sub": of_this_account}}},
        "budgets.amazonaws.com": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
    }
    assert all(one["Action"] == "sns:Publish" for one in allowed)


def test_the_page_says_how_many_metrics_are_paid_for(stack: Template) -> None:
    alarms = stack.of_type(ALARMS)
    read = sum(len(list(watched(alarm))) for alarm in alarms.values())
    assert (len(alarms), read) == (16, 22)
    text = " ".join(PAGE.split())
    for said in (
        "The stack has sixteen alarms",
        f"the sixteen read {read},",
        f"that is {(read - 10) / 10:.2f} USD a month, or {read / 10:.2f} without",
        f"(it has {len(list(shown(stack)))})",
    ):
        assert said in text


def test_the_page_lists_every_metric_that_the_code_sends_and_no_other() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in PAGE[PAGE.index("\n## Metrics\n") :].split("\n## ")[1].splitlines()
        if line.startswith("| `")
    ]
    listed = {
        (service, row[0].strip("`| "), row[1], row[3].startswith("always"))
        for row in rows
        for service in row[2].split(", ")
    }
    assert listed == {
        (service, name, unit, name in ALWAYS_SENT[service])
        for service, metrics in OWN_METRICS.items()
        for name, unit in metrics.items()
    }
    assert all(row[4] for row in rows)


def test_stacks_inside_need_what_samconfig_acknowledges() -> None:
    """CloudFormation asks for CAPABILITY_AUTO_EXPAND where a template with a transform has stacks inside."""
    config = (ROOT / "samconfig.toml").read_text(encoding="utf-8")
    lines: list[Any] = re.findall(r'^capabilities = "([^"]*)"', config, re.MULTILINE)
    deploys = re.findall(r"^\[\w+\.deploy\.parameters\]", config, re.MULTILINE)
    assert deploys
    assert lines == ["CAPABILITY_IAM CAPABILITY_AUTO_EXPAND"] * len(deploys)
