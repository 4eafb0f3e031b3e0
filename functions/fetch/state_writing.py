"""Writes of feed states beside the polling: a poll does not wait for the table."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

from functions.fetch.feed_memory import FeedMemory
from functions.fetch.feed_state import FeedState
from functions.fetch.totals import Totals
from newswire.observability import Logger
from newswire.tables import ConditionFailed

WRITERS = 8


class StateWriter:
    """Saves states side by side; what goes wrong with one is its feed's alone.

    Used as a context manager: at the end of the block every write has been made.
    """

    def __init__(self, memory: FeedMemory, logger: Logger, totals: Totals) -> None:
        self._memory = memory
        self._logger = logger
        self._totals = totals
        self._pool = ThreadPoolExecutor(WRITERS, thread_name_prefix="state")
        self._pending: deque[tuple[FeedState, Future[None], Callable[[], None]]] = deque()
        self._lost: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._settle(0)
        finally:
            self._pool.shutdown()

    def save(self, state: FeedState, when_saved: Callable[[], None]) -> None:
        """Begin to write a state; ``when_saved`` is called, by this thread, once it is written."""
        self._pending.append((state, self._pool.submit(self._memory.save, state), when_saved))
        self._settle(WRITERS * 2)

    def lost(self) -> set[str]:
        """Wait for all writes; return the keys of the feeds whose state could not be kept."""
        self._settle(0)
        return self._lost

    def _settle(self, limit: int) -> None:
        """Wait until at most ``limit`` writes are under way."""
        while len(self._pending) > limit:
            state, write, when_saved = self._pending.popleft()
            try:
                write.result()
                when_saved()
            except ConditionFailed:
                self._logger.info("feed was polled by another run", feed=state.key)
            except Exception:
                self._lost.add(state.key)
                self._totals.failures["internal error"] += 1
                self._logger.exception("what was learned of a feed could not be kept", feed=state.key)
