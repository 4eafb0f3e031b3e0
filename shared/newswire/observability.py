"""Logs and metrics: the boundary to Powertools, one configuration for all functions."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.logging.formatter import RESERVED_LOG_ATTRS, LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import MetricUnit

__all__ = ["Logger", "MetricUnit", "Metrics", "count", "make_logger", "make_metrics"]

# Of a function that no stack has told its own: two stacks of one account must not count as one.
NAMESPACE = "Newswire"
# What logging itself says of each line; all else are the fields that it was told
_OF_LOGGING = frozenset((*RESERVED_LOG_ATTRS, "taskName"))
# What Powertools says in each line, and Lambda's own lines and the log group's name say, too
_SAID_BESIDE = frozenset(("function_arn", "function_memory_size"))


def make_logger(service: str) -> Logger:
    """Return the function's logger: one JSON object a line, in ASCII, whatever a publisher wrote.

    JSON alone leaves characters that begin a line elsewhere (U+0085, U+2028) or steer a terminal (U+009B) as
    they are; who reads the JSON gets them back.
    """
    return Logger(service=service, logger_formatter=_Lines(service))


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


_line = json.JSONEncoder(separators=(",", ":"), default=str).encode


class _Lines(LambdaPowertoolsFormatter):
    """Powertools' lines; those that tell of no exception, by less work (docs/decisions/0125)."""

    def __init__(self, service: str) -> None:
        super().__init__(utc=True, json_serializer=_line, json_deserializer=_as_it_is, service=service)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, whose message is a text of ours."""
        if record.exc_info:
            return super().format(record)
        stated = {
            **{name: value for name, value in self.log_format.items() if name not in _SAID_BESIDE},
            "level": record.levelname,
            "location": f"{record.funcName}:{record.lineno}",
            "message": record.getMessage(),
            "timestamp": _time(record.created),
            **{name: value for name, value in vars(record).items() if name not in _OF_LOGGING},
            "xray_trace_id": self._get_latest_trace_id(),
        }
        return _line({name: value for name, value in stated.items() if value is not None})


def _time(seconds: float) -> str:
    """Return the time as Powertools writes it: 2026-01-05 08:07:06,123+0000."""
    moment = datetime.fromtimestamp(seconds, UTC).isoformat(" ", "milliseconds")
    return moment.replace(".", ",").replace("+00:00", "+0000")


def _as_it_is(message: Any) -> Any:
    """Return a line's message: ours are words, and none is JSON that would have to be tried first."""
    return message
