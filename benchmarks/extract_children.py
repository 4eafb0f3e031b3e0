"""What runs in the child whose CPU `benchmarks.extract_cost` reads."""

from __future__ import annotations

import os
from typing import Any

from functions.extract import page_worker


def stage(body: bytes, params: dict[str, Any]) -> dict[str, Any]:
    """Do what the extract worker does; also tell the process's id."""
    return {"pid": os.getpid()} if params["task"] == "pid" else page_worker.run(body, params)
