"""Alarms watch what there is, and tell the topic."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.rehearsal.found import Found


def watching(found: Found) -> Iterator[str]:
    """Each alarm is of a function or queue of this stack, or of its own metrics, and is told."""
    topics = {one.physical for one in found.of_type("AWS::SNS::Topic").values()}
    names = {
        "FunctionName": {one.physical for one in found.of_type("AWS::Lambda::Function").values()},
        "QueueName": {one.physical.rpartition("/")[2] for one in found.of_type("AWS::SQS::Queue").values()},
    }
    for name, one in found.of_type("AWS::CloudWatch::Alarm").items():
        if not set(one.state["AlarmActions"]) or not set(one.state["AlarmActions"]) <= topics:
            yield f"{name} is told to {one.state['AlarmActions']}"
        for dimension in _dimensions(one.state):
            if dimension["Name"] in names and dimension["Value"] not in names[dimension["Name"]]:
                yield f"{name} watches {dimension['Value']}, which is not the stack's"


def _dimensions(alarm: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    yield from alarm.get("Dimensions", [])
    for one in alarm.get("Metrics", []):
        yield from one.get("MetricStat", {}).get("Metric", {}).get("Dimensions", [])


def shown(found: Found) -> Iterator[str]:
    """Each dashboard is JSON in which no expression was left as text."""
    for name, one in found.of_type("AWS::CloudWatch::Dashboard").items():
        body = one.state["DashboardBody"]
        if "${" in json.dumps(json.loads(body)):
            yield f"{name} has an expression that nobody resolved"


def subscribed(found: Found, email: str) -> Iterator[str]:
    """Let the operator's address be told what the topic is told."""
    topics = {one.physical for one in found.of_type("AWS::SNS::Topic").values()}
    told = [one.state for one in found.of_type("AWS::SNS::Subscription").values()]
    if not any(one["Endpoint"] == email and one["TopicArn"] in topics for one in told):
        yield f"nobody tells {email}"
