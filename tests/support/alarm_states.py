"""Metrics as the functions send them, and what CloudWatch's rules make of an alarm's settings on them.

Only what the templates use: sums and maxima, and in expressions numbers, ``+ - * /``, comparisons, ``SUM``,
``MAX``, ``IF`` and ``FILL`` (Amazon CloudWatch User Guide, "Using metric math"). ``None`` is a period without
data, which spreads through everything but ``FILL``, ``SUM`` and ``MAX``.
"""

from __future__ import annotations

import ast
import json
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Value = float | None
_ARITHMETIC: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.GtE: operator.ge,
    ast.Gt: operator.gt,
    ast.LtE: operator.le,
    ast.Lt: operator.lt,
}
_BREACHES: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


@dataclass(frozen=True, slots=True)
class Metric:
    """What identifies a metric: its name, and the value of its only dimension."""

    name: str
    of: str


# What was measured in one period, by metric
Period = Mapping[Metric, Sequence[float]]


def sent(output: str) -> dict[Metric, list[float]]:
    """Return the metrics in a function's output, which CloudWatch reads in the embedded metric format."""
    found: dict[Metric, list[float]] = {}
    for line in output.splitlines():
        if not line.startswith("{") or "_aws" not in (entry := json.loads(line)):
            continue
        for directive in entry["_aws"]["CloudWatchMetrics"]:
            for metric in directive["Metrics"]:
                key = Metric(metric["Name"], entry["service"])
                found.setdefault(key, []).extend(entry[metric["Name"]])
    return found


def is_raised(alarm: Mapping[str, Any], periods: Sequence[Period], evaluations: int | None = None) -> bool:
    """Return whether an alarm is raised by its newest periods.

    ``evaluations`` is how many of them count where the template leaves that to a parameter.
    """
    count = int(evaluations or alarm["EvaluationPeriods"])
    needed = int(evaluations or alarm["DatapointsToAlarm"])
    nothing: Period = {}
    values = [_value(alarm, period) for period in ([nothing] * count + list(periods))[-count:]]
    breaches = _BREACHES[alarm["ComparisonOperator"]]
    missing = bool(alarm["TreatMissingData"] == "breaching")
    threshold = float(alarm["Threshold"])
    return sum(missing if one is None else breaches(one, threshold) for one in values) >= needed


def _value(alarm: Mapping[str, Any], period: Period) -> Value:
    if "MetricName" in alarm:
        return _statistic(alarm["Statistic"], alarm, period)
    values: dict[str, Value] = {
        one["Id"]: _statistic(one["MetricStat"]["Stat"], one["MetricStat"]["Metric"], period)
        for one in alarm["Metrics"]
        if "MetricStat" in one
    }
    (expression,) = [one["Expression"] for one in alarm["Metrics"] if "Expression" in one]
    return evaluated(expression, values)


def _statistic(statistic: str, metric: Mapping[str, Any], period: Period) -> Value:
    (dimension,) = metric["Dimensions"]
    value = dimension["Value"]
    of = value if isinstance(value, str) else json.dumps(value)
    points = period.get(Metric(metric["MetricName"], of))
    return _reduced(statistic, points) if points else None


def _reduced(statistic: str, points: Sequence[float]) -> float:
    return sum(points) if statistic.upper() == "SUM" else max(points)


def evaluated(expression: str, values: Mapping[str, Value]) -> Value:
    """Return what a metric math expression is for one period."""
    return _evaluated(ast.parse(expression, mode="eval").body, values)


def _evaluated(node: ast.expr, values: Mapping[str, Value]) -> Value:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(left=left, op=operation, right=right):
            return _combined(operation, _evaluated(left, values), _evaluated(right, values))
        case ast.Compare(left=left, ops=[operation], comparators=[right]):
            return _combined(operation, _evaluated(left, values), _evaluated(right, values))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _called(name, arguments, values)
        case _:
            raise ValueError(f"not understood: {ast.unparse(node)}")


def _combined(operation: ast.AST, left: Value, right: Value) -> Value:
    if left is None or right is None or (isinstance(operation, ast.Div) and right == 0):
        return None  # CloudWatch drops what is divided by zero
    return float(_ARITHMETIC[type(operation)](left, right))


def _called(name: str, arguments: list[ast.expr], values: Mapping[str, Value]) -> Value:
    if name in ("SUM", "MAX") and isinstance(arguments[0], ast.List):
        found = [one for one in (_evaluated(each, values) for each in arguments[0].elts) if one is not None]
        return _reduced(name, found) if found else None
    given = [_evaluated(each, values) for each in arguments]
    if name == "FILL":
        return given[1] if given[0] is None else given[0]
    if name == "IF":
        return None if given[0] is None else given[1] if given[0] else given[2]
    raise ValueError(f"not understood: {name}")
