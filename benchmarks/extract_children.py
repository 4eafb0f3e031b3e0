"""What runs in the two children that `benchmarks.extract_cost` compares."""

from __future__ import annotations

import logging
import os
import time
from typing import Any

from trafilatura import bare_extraction

from functions.extract import page_worker

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # as the stage has it


def stage(body: bytes, params: dict[str, Any]) -> dict[str, Any]:
    """Do what the extract worker does; also tell the process's id."""
    return {"pid": os.getpid()} if params["task"] == "pid" else page_worker.run(body, params)


def bare(body: bytes, params: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - the worker's interface
    """Extract a page that was decoded before, in UTF-8 here; return the text and the call's CPU seconds."""
    source = body.decode("utf-8", "surrogatepass")
    # While a timer like the worker's runs, Linux brings the process's own clock up to date at its ticks only,
    # every 4 ms; the thread's stays exact.
    started = time.thread_time()
    document = bare_extraction(source)
    seconds = time.thread_time() - started
    return {"seconds": seconds, "text": getattr(document, "text", None)}
