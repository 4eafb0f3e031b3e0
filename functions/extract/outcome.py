"""What became of a message."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message, for the log and the metrics."""

    what: str
    article_id: str
    origin: str | None = None
    reason: str | None = None
