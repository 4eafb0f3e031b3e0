"""What ``make run`` has left in its folder OUT."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from local.inspection import plain
from local.saved_state import State, StateStore
from newswire.article_table import Record, record

_TABLE = "ArticleTable"


class NothingStored(Exception):
    """There is nothing to check; the message says where it was looked for."""


class Folder:
    """One run's files: those that a person sees, and the state's items that say what they are."""

    def __init__(self, out: Path) -> None:
        self._out = out

    @cached_property
    def _state(self) -> State:
        state = StateStore(self._out / "state").load()
        if state is None:
            raise NothingStored(f"{self._out} holds no run; name another folder with OUT=, or make run first")
        return state

    def records(self) -> Mapping[str, Record]:
        """Return the articles' items by id; raise :class:`NothingStored` where there was no run."""
        items = ({name: plain(value) for name, value in item.items()} for item in self._items())
        return {item["id"]: record(item) for item in items if item["type"] == "article"}

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield all revisions' files."""
        return self._below("articles", "*", "articles/")

    def pages(self) -> Iterator[tuple[str, bytes]]:
        """Yield all article pages."""
        return self._below("site", "a/*.html", "")

    def _items(self) -> list[dict[str, dict[str, object]]]:
        return list(self._state.tables.get(_TABLE, ()))

    def _below(self, folder: str, pattern: str, prefix: str) -> Iterator[tuple[str, bytes]]:
        base = self._out / folder
        for path in sorted(base.rglob(pattern)):
            if path.is_file():
                yield prefix + path.relative_to(base).as_posix(), path.read_bytes()
