"""Metrics: each stack has its own, and a zero costs nothing."""

from __future__ import annotations

import pytest

from newswire.observability import Metrics, count, make_metrics
from tests.support.alarm_states import Metric, evaluated, is_raised, sent


@pytest.fixture(autouse=True)
def _none_kept() -> None:
    Metrics(service="kept", namespace="kept").clear_metrics()  # Powertools shares them between its objects


def test_two_stacks_of_one_account_do_not_count_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Newswire/newswire-prod")
    assert make_metrics("fetch").namespace == "Newswire/newswire-prod"


def test_without_a_stack_there_is_a_namespace_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POWERTOOLS_METRICS_NAMESPACE")
    assert make_metrics("fetch").namespace == "Newswire"


def test_a_zero_is_sent_only_where_it_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    metrics = make_metrics("fetch")
    count(metrics, {"FeedsPolled": 0, "FeedFailures": 0, "EntriesSent": 2}, ["FeedsPolled"])
    metrics.flush_metrics()
    assert sent(capsys.readouterr().out) == {
        Metric("FeedsPolled", "fetch"): [0.0],
        Metric("EntriesSent", "fetch"): [2.0],
    }


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("100 * a / b", 25.0),
        ("a / zero", None),
        ("a + gone", None),
        ("SUM([a, gone, b])", 5.0),
        ("MAX([a, b])", 4.0),
        ("MAX([gone])", None),
        ("IF(a >= 1, FILL(gone, 7), 0)", 7.0),
        ("IF(b < a, 1, FILL(a, 7))", 1.0),
        ("IF(gone > 1, 1, 0)", None),
    ],
)
def test_an_expression_is_worked_out_as_cloudwatch_does(expression: str, value: float | None) -> None:
    assert evaluated(expression, {"a": 1.0, "b": 4.0, "zero": 0.0, "gone": None}) == value


@pytest.mark.parametrize(
    ("missing", "raised"), [("breaching", True), ("notBreaching", False), ("ignore", False)]
)
def test_a_gap_counts_as_the_alarm_says(missing: str, raised: bool) -> None:
    alarm = {
        "MetricName": "RunsSucceeded",
        "Dimensions": [{"Name": "service", "Value": "fetch"}],
        "Statistic": "Sum",
        "EvaluationPeriods": 2,
        "DatapointsToAlarm": 2,
        "ComparisonOperator": "LessThanThreshold",
        "Threshold": 1,
        "TreatMissingData": missing,
    }
    assert is_raised(alarm, []) is raised
    assert not is_raised(alarm, [{}, {Metric("RunsSucceeded", "fetch"): [1.0]}])
