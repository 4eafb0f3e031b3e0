"""Logs and metrics: the boundary to Powertools, one configuration for all functions."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

__all__ = ["Logger", "MetricUnit", "Metrics", "count", "make_logger", "make_metrics"]

# Of a function that no stack has told its own: two stacks of one account must not count as one.
NAMESPACE = "Newswire"


def make_logger(service: str) -> Logger:
    """Return the function's logger: one JSON object a line, in ASCII, whatever a publisher wrote.

    JSON alone leaves characters that begin a line elsewhere (U+0085, U+2028) or steer a terminal (U+009B) as
    they are; who reads the JSON gets them back.
    """
    return Logger(service=service, utc=True, json_serializer=_line, json_deserializer=_as_it_is)


def make_metrics(service: str) -> Metrics:
    """Return the function's metrics, in the stack's namespace, with the service as the only dimension."""
    metrics = Metrics(service=service)  # it reads POWERTOOLS_METRICS_NAMESPACE
    metrics.namespace = metrics.namespace or NAMESPACE
    return metrics


def count(metrics: Metrics, counts: Mapping[str, float], always: Collection[str]) -> None:
    """Add to counting metrics; a zero only to those of ``always``.

    A metric costs nothing in an hour in which nobody sends it, and to a sum a zero says nothing.
    """
    for name, value in counts.items():
        if value or name in always:
            metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


def _line(entry: Mapping[str, Any]) -> str:
    return json.dumps(entry, default=str, separators=(",", ":"))


def _as_it_is(message: Any) -> Any:
    """Return a line's message: ours are words, and none is JSON that would have to be tried first."""
    return message
