"""Handler of the extract function: a batch of queue messages in, its failures out."""

from __future__ import annotations

import os
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.extract.deliveries import ALWAYS, COUNTED
from functions.extract.settings import Settings
from functions.extract.wiring import deployed
from newswire.observability import count, make_logger, make_metrics

logger = make_logger("extract")
metrics = make_metrics("extract")


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: object, _context: LambdaContext) -> dict[str, Any]:
    """Work off an SQS batch; answer with the messages that are to come back."""
    records = event.get("Records") if isinstance(event, dict) else None
    if not isinstance(records, list):
        raise ValueError(  # noqa: TRY004 - of whatever type: it is not what this function is sent
            f"event is {str(event)[:200]}; an SQS batch with Records is allowed"
        )
    with deployed(Settings.from_env(os.environ), logger) as deliveries:
        deliveries.announce(record.get("body", "") for record in records)
        failed = deliveries.work_off(records)
        deliveries.finish()
    counts: dict[str, Any] = {name: deliveries.counts[name] for name in COUNTED}
    # By reason in the log only: each value of a dimension would be a metric to pay for. Most batches are of
    # looks that find nothing: their zeros would be a good part of what logs cost.
    told = {name: number for name, number in counts.items() if number}
    logger.info("run finished", **told, nothing_to_show=dict(deliveries.nothing_to_show))
    count(metrics, counts, ALWAYS)
    return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}
