"""The folder of ``make run`` as a trace reads it: its state, its objects and its functions' logs."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from local.inspection import plain
from local.saved_state import State, StateStore
from local.trace.store import BucketName, NothingThere, TableName, Waiting
from newswire.bucket import StoredObject
from newswire.catalogue import SOURCES_KEY
from newswire.sources import Catalogue
from newswire.sources_file import load_catalogue

MOST_LINES = 1000


class FolderStore:
    """One run as it was saved last; raise :class:`NothingThere` where there was none."""

    log_groups: Sequence[str] = ()

    def __init__(self, out: Path) -> None:
        self._out = out
        self._objects = StateStore(out / "state")
        state = self._objects.load() if (out / "state").is_dir() else None
        if state is None:
            raise NothingThere(f"{out} holds no run; name another folder with OUT=, or make run first")
        self._state: State = state

    @property
    def now(self) -> datetime:
        """Return the run's clock."""
        return self._state.clock

    @cached_property
    def catalogue(self) -> Catalogue:
        """Return the sources of the run."""
        stored = self.object("ArticleBucket", SOURCES_KEY)
        if stored is None:
            raise NothingThere(f"{self._out}: the run has no {SOURCES_KEY}")
        return load_catalogue(stored.body.decode("utf-8", "replace"), SOURCES_KEY)

    def items(self, table: TableName, pks: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
        """Return the items that exist by key."""
        wanted = set(pks)
        items = self._state.tables.get(table, ())
        return {
            item["pk"]["S"]: {name: _value(value) for name, value in item.items()}
            for item in items
            if item["pk"]["S"] in wanted
        }

    def object(self, bucket: BucketName, key: str) -> StoredObject | None:
        """Return an object."""
        saved = self._state.objects.get(bucket, {}).get(key)
        if saved is None:
            return None
        body = saved.plain(self._objects.body(saved))
        return StoredObject(body, "", saved.headers.get("ContentType", ""), saved.headers.get("Metadata", {}))

    def letters(self) -> Sequence[Waiting]:
        """Return the dead letters of the run."""
        return [Waiting(one.queue, one.body, one.reason) for one in self._state.dead_letters]

    def log_lines(self, words: Sequence[str], since: datetime) -> Sequence[str]:  # noqa: ARG002 - of one run
        """Return the last run's lines with one of these words, by function in the order of the stages."""
        return list(self._lines(words))[:MOST_LINES]

    def _lines(self, words: Sequence[str]) -> Iterator[str]:
        for function in ("FetchFunction", "ExtractFunction", "PublishFunction"):
            path = self._out / "log" / f"{function}.log"
            if path.is_file():
                with path.open(encoding="utf-8", errors="backslashreplace") as log:
                    yield from (line.rstrip("\n") for line in log if any(word in line for word in words))


def _value(value: Mapping[str, Any]) -> Any:
    return base64.b64decode(value["B"]) if "B" in value else plain(value)
