"""The article of the sample events, as it was before them.

The events are from 5 January 2026, and a container's clock is not. What an article had at first sight stays
with it, above all the day that it is listed under, so that it has to have been seen on that day:
``extract-sqs.json`` then brings its second revision, and ``publish-dynamodb-stream.json`` agrees with the
table.
"""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import Any

from local.emulator import Emulator
from local.function_logs import FunctionLogs
from local.invoke import SAMPLE_START
from local.lambda_runtime import LambdaRuntime
from local.run_clock import RunClock

FUNCTION = "ExtractFunction"
_EARLIER = timedelta(minutes=15)


def store_first_revision(emulator: Emulator, samples: Path) -> None:
    """Let extract store the article of ``samples/extract-sqs.json`` as its feed had it a poll before.

    Raise :class:`~local.lambda_runtime.FunctionError` where it fails.
    """
    event = json.loads((samples / "extract-sqs.json").read_text(encoding="utf-8"))
    for record in event["Records"]:
        record["body"] = json.dumps(_poll_before(json.loads(record["body"])))
    logs = FunctionLogs(lambda _: io.StringIO(), lambda *_: None)
    clock, allowed = RunClock(SAMPLE_START), emulator.edition.loopback_allowed
    runtime = LambdaRuntime(emulator.wiring.functions, clock, allowed, logs, lambda *_: None)
    with redirect_stdout(logs):
        runtime.invoke(FUNCTION, event)


def _poll_before(message: dict[str, Any]) -> dict[str, Any]:
    """Return the message of a feed whose headline had an exclamation mark yet: its slug is the same."""
    polled = (SAMPLE_START - _EARLIER).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    hint = {**message["hint"], "title": f"{message['hint']['title']}!"}
    return {**message, "polled": polled, "hint": hint, "hint_hash": "0" * 32}
