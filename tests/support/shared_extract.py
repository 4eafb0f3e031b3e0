"""Invocations of extract that take turns at ArticleTable: a seeded baton decides which of them goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from functions.extract.outcome import Outcome
from newswire.article_item import Tombstone
from newswire.article_table import Record
from newswire.known_copies import KnownCopies
from newswire.messages import Message
from newswire.tables import Table
from tests.support.aws_stack import ARTICLE_TABLE
from tests.support.extract_world import InterruptedTable, World
from tests.support.interleaving import Baton


class SharedTable(InterruptedTable):
    """An ArticleTable at which invocations take turns, before and after each read and before each write."""

    def __init__(self, table: Table, baton: Baton) -> None:
        super().__init__(table)
        self._baton = baton

    def resolve(self, ids: Iterable[str]) -> dict[str, Record]:
        """Read when it is this invocation's turn."""
        self._baton.hand_over()
        found = super().resolve(ids)
        self._baton.hand_over()
        return found

    def retract(self, stones: Sequence[Tombstone], unchanged: Iterable[KnownCopies] = ()) -> None:
        """Retract when it is this invocation's turn."""
        self._baton.hand_over()
        super().retract(stones, unchanged)

    def commit(self, *arguments: Any, **named: Any) -> None:
        """Commit when it is this invocation's turn."""
        self._baton.hand_over()
        super().commit(*arguments, **named)


def handle_at_once(world: World, seed: int, *messages: Message) -> list[str]:
    """Work off each message in an invocation of its own, all at once; return what became of each."""
    baton = Baton(seed)
    before, world.table = world.table, SharedTable(Table(world.stack.dynamodb, ARTICLE_TABLE), baton)
    outcomes: dict[int, Outcome] = {}

    def handling(number: int, message: Message) -> Callable[[], None]:
        def handle() -> None:
            outcomes[number] = world.handle(message)

        return handle

    baton.run([handling(number, message) for number, message in enumerate(messages)])
    world.table = before
    return [outcomes[number].what for number in range(len(messages))]
