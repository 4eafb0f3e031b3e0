"""What became of a message."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message, for the log and the metrics.

    ``copies`` are the ids of the articles that were retracted together with this one; ``revision`` is the
    article's after it, where it has one.
    """

    what: str
    article_id: str
    origin: str | None = None
    reason: str | None = None
    copies: tuple[str, ...] = ()
    revision: int | None = None
