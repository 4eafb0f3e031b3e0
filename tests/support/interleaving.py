"""Runs that take turns: at every storage call a seeded baton decides which of them goes on.

Each run is a thread, but only the one that holds the baton works: the same seed gives the same order of
all storage calls, on every machine.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from newswire.article_item import ArticleItem
from newswire.article_table import Due, Index, Listed, Record
from newswire.bucket import StoredObject
from tests.support.publish_stores import MemoryArticles, MemoryObjects


class Baton:
    """Passes from one run to another; whoever is no run of it (the test itself) never waits.

    A run keeps it for up to ``most`` storage calls, as chance will have it.
    """

    def __init__(self, seed: int, most: int = 1) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - an order of calls
        self._most = most
        self._left = 0  # calls that who has the baton keeps it for
        self._waiting: dict[threading.Thread, threading.Semaphore] = {}
        self._fates: dict[threading.Thread, tuple[int, Callable[[], None]]] = {}
        self._over = threading.Semaphore(0)
        self._errors: list[BaseException] = []

    def run(self, tasks: Sequence[Callable[[], None]]) -> None:
        """Run the tasks, all begun at once; raise what the first of them that failed raised."""
        threads = [threading.Thread(target=self._turn, args=(task,), daemon=True) for task in tasks]
        self._waiting = {thread: threading.Semaphore(0) for thread in threads}
        for thread in threads:
            thread.start()
        self._next()
        self._over.acquire()
        if self._errors:
            raise self._errors[0]

    @contextmanager
    def fated(self, calls: int, fate: Callable[[], None]) -> Iterator[None]:
        """Have the run that asks for it meet its fate before a later storage call, and each one after it."""
        thread = threading.current_thread()
        self._fates[thread] = calls, fate
        try:
            yield
        finally:
            del self._fates[thread]

    def wait(self, turns: int, until: Callable[[], bool] = lambda: False) -> None:
        """Let others go on for so many turns, or until there is something to do."""
        for _ in range(turns):
            if until():
                return
            self.hand_over()

    def hand_over(self) -> None:
        """Let another run go on, or the same."""
        thread = threading.current_thread()
        me = self._waiting.get(thread)
        if me is not None and self._left > 0:
            self._left -= 1
        elif me is not None:
            self._left = self._dice.randrange(self._most)
            self._next()
            me.acquire()
        if thread in self._fates:
            left, fate = self._fates[thread]
            self._fates[thread] = left - 1, fate
            if left <= 0:
                fate()

    def _next(self) -> None:
        if self._waiting and not self._errors:
            self._waiting[self._dice.choice(list(self._waiting))].release()
        else:
            self._over.release()

    def _turn(self, task: Callable[[], None]) -> None:
        thread = threading.current_thread()
        self._waiting[thread].acquire()
        try:
            task()
        except BaseException as error:  # noqa: BLE001 - raised again by the test's own thread
            self._errors.append(error)
        del self._waiting[thread]
        self._next()


class SharedObjects(MemoryObjects):
    """A bucket at which runs take turns."""

    def __init__(self, baton: Baton) -> None:
        super().__init__()
        self._baton = baton
        self.before_put = lambda _key: baton.hand_over()

    def get(self, key: str) -> StoredObject | None:
        self._baton.hand_over()
        return super().get(key)


class SharedArticles(MemoryArticles):
    """A table at which runs take turns, and whose indexes answer as of ``lag`` writes ago."""

    def __init__(self, baton: Baton, lag: int) -> None:
        super().__init__()
        self._baton = baton
        self._lag = lag
        self._states: list[dict[str, ArticleItem]] = [{}]

    def save(self, record: Record) -> None:
        self._baton.hand_over()
        super().save(record)
        self._states.append(self.indexed)

    def replaced(self, before: Record, after: Record) -> bool:
        self._baton.hand_over()
        if self.records[before.id].version != before.version:
            return False
        super().save(replace(after, version=before.version + 1))  # nobody comes between the condition and it
        self._states.append(self.indexed)
        return True

    def get_many(self, ids: Iterable[str]) -> Mapping[str, Record]:
        self._baton.hand_over()
        return super().get_many(ids)

    def listed_before(self, index: Index, key: str, position: str | None, limit: int) -> list[Listed]:
        self._baton.hand_over()
        now, self.indexed = self.indexed, self._states[max(len(self._states) - 1 - self._lag, 0)]
        found = super().listed_before(index, key, position, limit)
        self.indexed = now
        return found

    def due_changes(self, now: str, limit: int) -> list[Due]:
        self._baton.hand_over()
        return super().due_changes(now, limit)
