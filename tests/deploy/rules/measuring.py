"""What alarms and the dashboard show: metrics that AWS or the code measures as they are named."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.template import Template
from tests.deploy.rules.reading import properties, readable, referred
from tests.support.own_metrics import OWN_METRICS

ALARMS, DASHBOARDS = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard"
FREE_OF_A_DASHBOARD = 50  # metrics

# What AWS measures by itself, by namespace: the only dimension that is used, whose it is, and the metrics.
_OF_AWS: dict[str, tuple[str, str, set[str]]] = {
    "AWS/SQS": (
        "QueueName",
        "AWS::SQS::Queue",
        {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"},
    ),
    "AWS/Lambda": (
        "FunctionName",
        "AWS::Lambda::Function",
        {"Duration", "Errors", "Invocations", "IteratorAge", "Throttles"},
    ),
}


@dataclass(frozen=True, slots=True)
class Watched:
    """A metric that an alarm or the dashboard names; ``of`` is a logical id, or a service."""

    namespace: str
    metric: str
    dimension: str
    of: str
    unit: str | None = None


def watched(alarm: Mapping[str, Any]) -> Iterator[Watched]:
    """Yield the metrics that an alarm reads."""
    metrics = [one["MetricStat"]["Metric"] for one in alarm.get("Metrics", []) if "MetricStat" in one]
    for metric in metrics or [alarm]:
        for dimension in metric.get("Dimensions") or [{"Name": "", "Value": ""}]:
            of = referred(dimension["Value"]) or readable(dimension["Value"])
            namespace = readable(metric.get("Namespace", ""))
            yield Watched(namespace, metric.get("MetricName", ""), dimension["Name"], of, alarm.get("Unit"))


def shown(stack: Template) -> Iterator[Watched]:
    """Yield the metrics on the dashboards."""
    for widget in _widgets(stack):
        for namespace, metric, dimension, of, *_ in widget.get("metrics", []):
            yield Watched(_plain(namespace), metric, dimension, _plain(of).partition(".")[0])


def said(alarm: Mapping[str, Any]) -> str:
    """Return an alarm's name without the stack's, which it begins with."""
    return str(alarm["AlarmName"]["Fn::Sub"]).removeprefix("${AWS::StackName} ")


def measured(stack: Template) -> Iterator[str]:
    """Whatever an alarm or the dashboard names is measured so by somebody; the dashboard shows all alarms."""
    alarms = [(name, one) for name, alarm in properties(stack, ALARMS) for one in watched(alarm)]
    board = [("the dashboard", one) for one in shown(stack)]
    for where, one in (*alarms, *board):
        if not (_is_of_aws(stack, one) if one.namespace in _OF_AWS else _is_sent(stack, one)):
            yield f"{where} waits for {one}, which nobody measures"
    if len(board) > FREE_OF_A_DASHBOARD:
        yield f"the dashboard has {len(board)} metrics; beyond {FREE_OF_A_DASHBOARD} it is charged"
    listed = {
        arn.partition(":alarm:${AWS::StackName} ")[2]
        for one in _widgets(stack)
        for arn in one.get("alarms", [])
    }
    yield from (
        f"{name} is not on the dashboard"
        for name, one in properties(stack, ALARMS)
        if said(one) not in listed
    )


def _is_of_aws(stack: Template, one: Watched) -> bool:
    dimension, kind, names = _OF_AWS[one.namespace]
    found = stack.resources.get(one.of, {}).get("Type")
    return one.metric in names and one.dimension == dimension and found == kind


def _is_sent(stack: Template, one: Watched) -> bool:
    told = {
        readable(function["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"])
        for _, function in properties(stack, "AWS::Lambda::Function")
    }
    unit = OWN_METRICS.get(one.of, {}).get(one.metric)
    named_so = told == {one.namespace} and one.dimension == "service" and unit is not None
    return named_so and one.unit in (None, unit)


def _widgets(stack: Template) -> list[dict[str, Any]]:
    return [
        widget["properties"]
        for _, dashboard in properties(stack, DASHBOARDS)
        for widget in json.loads(dashboard["DashboardBody"]["Fn::Sub"])["widgets"]
    ]


def _plain(text: str) -> str:
    return text.replace("${", "").replace("}", "")
