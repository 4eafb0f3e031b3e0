"""One call of the fetch function, as its parts see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from newswire.observability import Logger


@dataclass(frozen=True, slots=True)
class Invocation:
    """Who this call is, what time it is, how long it may last, and where it says what it does."""

    identity: str
    clock: Callable[[], datetime]
    time_left: Callable[[], timedelta]
    logger: Logger
