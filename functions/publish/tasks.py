"""What an event asks for: a batch of the stream, or a task by its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from functions.publish.publishing import publish_batch
from functions.publish.refreshing import after_rebuild, refresh
from functions.publish.run import Run

# ``refresh`` is the schedule's, ``rebuilt`` that of ``make rebuild``, when it has told of every article.
TASKS = {"refresh": refresh, "rebuilt": after_rebuild}


def answer(run: Run, event: object) -> dict[str, Any]:
    """Do what the event asks for; raise ``ValueError`` where that is unknown."""
    said = event if isinstance(event, Mapping) else {}
    records, named = said.get("Records"), said.get("task")
    if isinstance(records, list):
        return publish_batch(run, records)
    task = TASKS.get(named) if isinstance(named, str) else None
    if task is None:
        raise ValueError(f"event is {str(event)[:200]}; a stream batch or the task 'refresh' is allowed")
    return task(run)
