"""Writes of feed states: what goes wrong with one is its feed's alone."""

from __future__ import annotations

from functions.fetch.feed_memory import FeedMemory
from functions.fetch.feed_state import FeedState
from functions.fetch.totals import Totals
from newswire.observability import Logger
from newswire.tables import ConditionFailed


class StateWriter:
    """Saves states for all threads; ``lost`` are the keys of the feeds whose state could not be kept."""

    def __init__(self, memory: FeedMemory, logger: Logger, totals: Totals) -> None:
        self._memory = memory
        self._logger = logger
        self._totals = totals
        self.lost: set[str] = set()

    def save(self, state: FeedState) -> bool:
        """Write a state and return whether that is the feed's now."""
        try:
            self._memory.save(state)
        except ConditionFailed:
            self._logger.info("feed was polled by another run", feed=state.key)
        except Exception:
            with self._totals.counting:
                self.lost.add(state.key)
                self._totals.failures["internal error"] += 1
            self._logger.exception("what was learned of a feed could not be kept", feed=state.key)
        else:
            return True
        return False
