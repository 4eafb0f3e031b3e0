"""What watches made worse, once for every way that a rule of ``rules/alarms.py`` exists to prevent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from local.template import Template
from tests.deploy.mutations import Change, Document, Mutation

_ALARMS = "AWS::CloudWatch::Alarm"
_UNSENT = {"Id": "m", "MetricStat": {"Metric": {"MetricName": "Poor", "Dimensions": []}, "Stat": "Sum"}}
_UNHEARD = {"Subscribers": [{"SubscriptionType": "EMAIL", "Address": "desk@kabar.example"}]}

# For every alarm: the rule, the property, and what it is made; None takes it away.
_OF_EVERY_ALARM: list[tuple[str, str, Any]] = [
    ("telling", "AlarmActions", None),
    ("telling", "AlarmActions", [{"Ref": "Distribution"}]),
    ("telling", "ActionsEnabled", False),
    ("telling", "AlarmDescription", None),
    ("telling", "AlarmDescription", "Something is wrong. docs/operations.md#nowhere"),
    ("telling", "TreatMissingData", None),
    ("telling", "TreatMissingData", "missing"),
    ("measured", "Metrics", [_UNSENT]),
]
# For every alarm that has the property
_WHERE_THERE: list[tuple[str, str, Any]] = [
    ("measured", "MetricName", "RunsSuceeded"),
    ("measured", "Namespace", "Newswire"),
    ("measured", "Dimensions", [{"Name": "service", "Value": "render"}]),
    ("measured", "Unit", "Seconds"),
]
_OF_ONE: list[tuple[str, str, str, Any]] = [
    ("telling", "SilentPublish", "TreatMissingData", "notBreaching"),
    ("telling", "DeadArticles", "TreatMissingData", "breaching"),
    ("telling", "Budget", "NotificationsWithSubscribers", [_UNHEARD]),
    ("in time", "SlowRuns", "Threshold", 300_000),
    ("in time", "LateArticles", "Threshold", 14 * 24 * 3600),
    ("in time", "LateShards", "Threshold", 7200),
    ("in time", "LateChanges", "Threshold", 24 * 3600 * 1000),
    ("in time", "ExtractFunction", "Timeout", 60),
    ("in time", "FetchQueue", "MessageRetentionPeriod", 1800),
]
# As the dashboard has them, and as nobody sends or measures them
_SHOWN_AS = [
    ("EntriesSent", "EntriesFound"),
    ("OutputsWritten", "PoorPages"),
    ("Invocations", "Invocation"),
    ("service", "Service"),
    ("Newswire/${AWS::StackName}", "Newswire"),
    ("${PublishFailureQueue.QueueName}", "${SiteBucket}"),
]


def alarm_mutations(stack: Template) -> Iterator[Mutation]:
    """Yield rule, what is made worse, and the change."""
    alarms = stack.of_type(_ALARMS)
    for name, alarm in alarms.items():
        yield "watching", f"{name} is left out", _left_out(name)
        yield "measured", f"{name} is not on the dashboard", _off_the_dashboard(name)
        there = [one for one in _WHERE_THERE if one[1] in alarm]
        for rule, key, value in (*_OF_EVERY_ALARM, *there):
            yield rule, f"{name}: {key} is {value!r}", _with(name, key, value)
    for rule, name, key, value in _OF_ONE:
        yield rule, f"{name}: {key} is {value!r}", _with(name, key, value)
    for old, new in _SHOWN_AS:
        yield "measured", f"{old} is shown as {new}", _shown_as(f'"{old}"', f'"{new}"')
    for name in stack.of_type("AWS::Lambda::Function"):
        yield "measured", f"{name} has a namespace of its own", _renamed_namespace(name)
    widget = '{"properties": {"metrics": [["AWS/Lambda", "Errors", "FunctionName", "${FetchFunction}"]]}}'
    more = ", ".join([widget] * 50)
    yield "measured", "the dashboard is charged", _shown_as('{"widgets": [', f'{{"widgets": [{more}, ')


def _with(name: str, key: str, value: Any) -> Change:
    def change(document: Document) -> None:
        properties = document["Resources"][name]["Properties"]
        if value is None:
            del properties[key]
        else:
            properties[key] = value

    return change


def _left_out(name: str) -> Change:
    return lambda document: document["Resources"].pop(name)


def _off_the_dashboard(name: str) -> Change:
    def change(document: Document) -> None:
        said = document["Resources"][name]["Properties"]["AlarmName"]["Fn::Sub"]
        _rewrite(document, f':{said.replace("${AWS::StackName}", "alarm:${AWS::StackName}")}"', ':alarm:"')

    return change


def _shown_as(old: str, new: str) -> Change:
    return lambda document: _rewrite(document, old, new)


def _rewrite(document: Document, old: str, new: str) -> None:
    body = document["Resources"]["Dashboard"]["Properties"]["DashboardBody"]
    assert old in body["Fn::Sub"]
    body["Fn::Sub"] = body["Fn::Sub"].replace(old, new)


def _renamed_namespace(name: str) -> Change:
    def change(document: Document) -> None:
        variables = document["Resources"][name]["Properties"]["Environment"]["Variables"]
        variables["POWERTOOLS_METRICS_NAMESPACE"] = "Newswire"

    return change
