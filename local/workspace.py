"""The folder of one run: OUT.

``site/`` has the site bucket's objects as files, ``articles/`` the archive's article files, ``state/``
what the next start continues from, ``log/`` what each function logged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from local.function_logs import FunctionLogs
from local.mirror import Mirror
from local.progress import Progress
from local.saved_state import SavedObject, State, StateError, StateStore
from local.terminal import shown_line

SITE = "SiteBucket"
ARCHIVE = "ArticleBucket"


class NoRun(Exception):
    """There is nothing to work on; the message says where it was looked for."""


class Workspace:
    """What a run keeps on disk."""

    def __init__(self, out: Path, progress: Progress) -> None:
        self._out = out
        self._progress = progress
        self._store = StateStore(out / "state")
        self._mirrors = {SITE: Mirror(out / "site"), ARCHIVE: Mirror(out / "articles", "articles/")}

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Keep other runs out while the block lasts; raise ``StateError`` where one is at work."""
        try:
            self._out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StateError(f"{self._out}: {error.strerror}; choose another folder with OUT=") from None
        with self._store.claimed():
            yield

    def load(self, *, demo: bool) -> State | None:
        """Return what the last run left; raise ``StateError`` or ``MirrorError`` if unusable."""
        state = self._store.load()
        if state is None:
            for mirror in self._mirrors.values():
                mirror.check_unused()
        elif demo != (state.demo_start is not None):
            kinds = ("the demo", "real feeds") if state.demo_start else ("real feeds", "the demo")
            raise StateError(
                f"{self._out} holds a run of {kinds[0]} and this one is of {kinds[1]}; choose another folder "
                "with OUT=, or remove this one"
            )
        return state

    def left(self) -> State:
        """Return what the last run left, of whatever kind it was.

        Raise :class:`NoRun` where there was none, ``StateError`` where it is unusable.
        """
        state = self._store.load() if (self._out / "state").is_dir() else None
        if state is None:
            raise NoRun(f"{self._out} holds no run; name another folder with OUT=, or make run first")
        return state

    @contextmanager
    def claimed_run(self) -> Iterator[State]:
        """Lend what the last run left, as :meth:`left` returns it, and keep other runs out meanwhile."""
        self.left()  # a folder that holds no run is not made one
        with self.claimed():
            yield self.left()

    def open_log(self, function: str) -> TextIO:
        """Open the log of a function for this run."""
        folder = self._out / "log"
        folder.mkdir(exist_ok=True)
        return (folder / f"{function}.log").open("w", encoding="utf-8", errors="backslashreplace")

    def function_logs(self, stack: ExitStack) -> FunctionLogs:
        """Return what keeps the functions' logs of a run until ``stack`` ends, and tells of trouble."""
        return FunctionLogs(
            lambda function: stack.enter_context(self.open_log(function)),
            lambda function, text: self._progress.note(f"! {function}: {shown_line(text)}"),
        )

    def keep(self, body: bytes) -> str:
        """Write an object's bytes ahead of the state that names them; return their SHA-256."""
        return self._store.keep(body)

    def body(self, saved: SavedObject) -> bytes:
        """Return an object's bytes."""
        return self._store.body(saved)

    def save(self, state: State) -> None:
        """Replace the saved state and bring the files up to date."""
        self._show(state, self._store.save(state))

    def show(self, state: State) -> None:
        """Make the files equal to the state's objects."""
        self._show(state, {})

    def _show(self, state: State, at_hand: Mapping[str, bytes]) -> None:
        def read(saved: SavedObject) -> bytes:
            found = at_hand.get(saved.sha256)
            return self._store.body(saved) if found is None else found

        for bucket, mirror in self._mirrors.items():
            for key in mirror.show(state.objects.get(bucket, {}), read):
                self._progress.note(f"! object {key!r} of {bucket} has a name that no file can have")
