"""The metrics that the functions send, as the code has them: by service, name and unit."""

from __future__ import annotations

from typing import get_args

from aws_lambda_powertools.metrics import MetricUnit

from functions.extract import deliveries
from functions.fetch import totals
from functions.publish import reporting

_COUNT = MetricUnit.Count.value

# ``newswire.observability.count`` knows one unit; tests/unit/test_layer_observability.py holds it to that.
OWN_METRICS: dict[str, dict[str, str]] = {
    "fetch": dict.fromkeys(totals.Totals().to_metrics(is_scheduled=True), _COUNT),
    "extract": dict.fromkeys(deliveries.COUNTED, _COUNT),
    "publish": dict.fromkeys((*get_args(reporting.Count), *get_args(reporting.Gauge)), _COUNT),
}

# Those that are sent even if they are zero
ALWAYS_SENT: dict[str, tuple[str, ...]] = {
    "fetch": totals.ALWAYS,
    "extract": deliveries.ALWAYS,
    "publish": reporting.ALWAYS,
}
