"""What watches: every place where something may fail has an alarm, which is told and comes in time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local.template import Template
from tests.deploy.rules.flow import failure_queues
from tests.deploy.rules.measuring import ALARMS, said, watched
from tests.deploy.rules.reading import properties, referred, targets

OPERATIONS = Path(__file__).parents[3] / "docs" / "operations.md"

_FUNCTIONS, _MAPPINGS = "AWS::Lambda::Function", "AWS::Lambda::EventSourceMapping"
_LATE = {"AWS::SQS::Queue": "ApproximateAgeOfOldestMessage", "AWS::DynamoDB::Table": "IteratorAge"}
_WHILE_SCHEDULED = {"Fn::If": ["IsScheduled", True, False]}


def watching(stack: Template) -> Iterator[str]:
    """Each failure queue, queue, stream, function and schedule has its alarm, and so have both shares."""
    told = {(one.metric, one.of) for _, alarm in properties(stack, ALARMS) for one in watched(alarm)}
    wanted = {
        *(("ApproximateNumberOfMessagesVisible", queue) for _, queue in failure_queues(stack)),
        *(("RunsSucceeded", name.removesuffix("Function").lower()) for name in targets(stack)),
        *(
            (metric, name)
            for name in stack.of_type(_FUNCTIONS)
            for metric in ("Errors", "Throttles", "Duration")
        ),
        *(_lateness(stack, mapping) for _, mapping in properties(stack, _MAPPINGS)),
        ("FeedsUnavailable", "publish"),
        ("PoorPages", "extract"),
    }
    yield from (f"nobody is told of {metric} of {of}" for metric, of in sorted(wanted - told))


def _lateness(stack: Template, mapping: Mapping[str, Any]) -> tuple[str, str]:
    """Return which metric of what says how late a mapping is: of its queue, or of its stream's reader."""
    source = referred(mapping["EventSourceArn"])
    metric = _LATE[stack.resources[source]["Type"]]
    return metric, referred(mapping["FunctionName"]) if metric == "IteratorAge" else source


def telling(stack: Template) -> Iterator[str]:
    """Every alarm says what a gap means, is told to the topic, and names its section of operations.md."""
    sections = {
        _anchor(line) for line in OPERATIONS.read_text("utf-8").splitlines() if line.startswith("### ")
    }
    for name, alarm in properties(stack, ALARMS):
        actions = [
            stack.resources.get(referred(one), {}).get("Type") for one in alarm.get("AlarmActions", [])
        ]
        if actions != ["AWS::SNS::Topic"] or alarm.get("ActionsEnabled", True) not in (
            True,
            _WHILE_SCHEDULED,
        ):
            yield f"{name} is told to nobody"
        # What we count at the end of a run is missing where no run ends; a share of nothing is no news.
        gap = "breaching" if any(one.metric == "RunsSucceeded" for one in watched(alarm)) else "notBreaching"
        gap = "ignore" if any(one.metric == "FeedsUnavailable" for one in watched(alarm)) else gap
        if alarm.get("TreatMissingData") != gap:
            yield f"{name} does not say that a gap is {gap}"
        section = str(alarm.get("AlarmDescription", "")).partition(" docs/operations.md#")[2]
        if section not in sections or said(alarm) != section.replace("-", " "):
            yield f"{name} does not name its section"
    for name, budget in properties(stack, "AWS::Budgets::Budget"):
        subscribers = [who for one in budget["NotificationsWithSubscribers"] for who in one["Subscribers"]]
        if not subscribers or not all(referred(who["Address"]) for who in subscribers):
            yield f"{name} is told to nobody"


def _anchor(heading: str) -> str:
    return re.sub(r"[^a-z0-9-]", "", heading.removeprefix("### ").lower().replace(" ", "-"))


def in_time(stack: Template) -> Iterator[str]:
    """No alarm of long runs waits for the time-out, and none of old messages until they are forgotten."""
    for name, alarm in properties(stack, ALARMS):
        for one in watched(alarm):
            limit = _limit(stack, one.metric, one.of)
            if limit is not None and not alarm["Threshold"] < limit:
                yield f"{name} comes too late: at {alarm['Threshold']} of {limit}"


def _limit(stack: Template, metric: str, of: str) -> int | None:
    """Return what a metric cannot pass, in its own unit; ``None`` for one without such a limit."""
    if metric == "Duration":
        return 1000 * int(stack.of_type(_FUNCTIONS)[of]["Timeout"])
    if metric == "ApproximateAgeOfOldestMessage":
        return int(stack.of_type("AWS::SQS::Queue")[of]["MessageRetentionPeriod"])
    if metric == "IteratorAge":
        mappings = [one for _, one in properties(stack, _MAPPINGS) if referred(one["FunctionName"]) == of]
        return 1000 * max(int(one.get("MaximumRecordAgeInSeconds", 0)) for one in mappings)
    return None
