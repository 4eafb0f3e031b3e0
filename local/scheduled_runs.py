"""Calls what a schedule names, as EventBridge Scheduler does: asynchronously, with Lambda's own retries.

Source: "How Lambda handles errors and retries with asynchronous invocation" and "Capturing records of Lambda
asynchronous invocations" in AWS's developer guide.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from local.lambda_runtime import FunctionError, Runtime
from local.timetable import Schedule
from local.wiring import Function


class ScheduledRuns:
    """Runs that nobody waits for; ``failed`` is told of one that has failed at every attempt.

    The retries, which are one and two minutes apart in AWS, follow at once here.
    """

    def __init__(
        self,
        functions: Mapping[str, Function],
        sqs: Any,
        runtime: Runtime,
        failed: Callable[[FunctionError], None],
    ) -> None:
        self._functions = functions
        self._sqs = sqs
        self._runtime = runtime
        self._failed = failed

    def run(self, schedule: Schedule) -> None:
        """Call the schedule's function; one that keeps failing is told to its queue of failures."""
        function = self._functions[schedule.function]
        for left in range(function.retries, -1, -1):
            try:
                self._runtime.invoke(schedule.function, schedule.event)
            except FunctionError as error:
                if not left:
                    self._failed(error)
                    self._tell(function, schedule.event)
            else:
                return

    def _tell(self, function: Function, event: Mapping[str, Any]) -> None:
        if function.failure_queue is None:
            return
        record = {
            "version": "1.0",
            "timestamp": datetime.now(UTC).isoformat(),
            "requestContext": {
                "functionArn": function.name,
                "condition": "RetriesExhausted",
                "approximateInvokeCount": function.retries + 1,
            },
            "requestPayload": event,
        }
        self._sqs.send_message(QueueUrl=function.failure_queue, MessageBody=json.dumps(record))
