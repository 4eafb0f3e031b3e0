"""What a stack is billed for by the month, whether or not anything happens. No I/O."""

from __future__ import annotations

from benchmarks.billing.amounts import Amounts
from benchmarks.billing.prices import Prices

ALARMS = 22  # metrics that the alarms read: by these they are billed ("Amazon CloudWatch pricing")
# Lambda's pollers ask a queue of which they know nothing five at a time, for twenty seconds each ("How Lambda
# processes records from Amazon SQS": five pollers; WaitTimeSeconds).
IDLE_POLLS_A_MINUTE = 15
_MINUTES = 60 * 24 * 30
_WATCHED = {"Metric-month": "metrics", "Alarm-month": "alarms", "Dashboard-month": "dashboard"}


def dollars(metrics: int, prices: Prices) -> Amounts[str]:
    """Return a month's dollars by name, at list prices, with so many metrics sent in every hour."""
    poll = prices.dollars["SQS FIFO request"] + prices.dollars["SQS standard request"]
    watched = {_WATCHED[unit]: n * prices.dollars[unit] for unit, n in _monitoring(metrics).items()}
    return Amounts({"idle queue polls": IDLE_POLLS_A_MINUTE * _MINUTES * poll, **watched})


def allowed(metrics: int, prices: Prices) -> float:
    """Return the dollars of a month that CloudWatch's allowances take off, where no other stack uses them."""
    return sum(
        min(number, prices.allowances[unit]) * prices.dollars[unit]
        for unit, number in _monitoring(metrics).items()
    )


def _monitoring(metrics: int) -> dict[str, int]:
    """Return what CloudWatch bills by the month, by unit."""
    return {"Metric-month": metrics, "Alarm-month": ALARMS, "Dashboard-month": 1}
