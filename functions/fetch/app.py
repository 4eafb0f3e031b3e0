"""Handler of the fetch function: the schedule's event or a shard in, feeds polled."""

from __future__ import annotations

import os
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.fetch.settings import Settings
from functions.fetch.shard_deliveries import work_off
from functions.fetch.totals import ALWAYS
from functions.fetch.wiring import deployed, invocation_of
from newswire.observability import count, make_logger, make_metrics

logger = make_logger("fetch")
metrics = make_metrics("fetch")


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Poll what is due: of all feeds, or of the shards of an SQS batch.

    Answer the schedule with the run's totals, SQS with the messages that are to come back.
    """
    said = event if isinstance(event, dict) else {}
    records = said.get("Records")
    if not isinstance(records, list) and said.get("task") != "poll":
        raise ValueError(f"event is {str(event)[:200]}; task 'poll' or an SQS batch is allowed")
    settings = Settings.from_env(os.environ)
    invocation = invocation_of(context.aws_request_id, context.get_remaining_time_in_millis, settings, logger)
    with deployed(settings, invocation) as fetch:
        if isinstance(records, list):
            answer = work_off(records, fetch.runs.shard, fetch.dead_letters, logger)
        else:
            fetch.runs.scheduled()
            answer = fetch.totals.to_answer()
    logger.info("run finished", **fetch.totals.to_answer())
    count(metrics, fetch.totals.to_metrics(is_scheduled=not isinstance(records, list)), ALWAYS)
    return answer
