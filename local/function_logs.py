"""Where the functions' output goes: one file a function, as CloudWatch has one log group a function."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from local.terminal import shown

_ALARMING = ("ERROR", "CRITICAL")


@contextmanager
def stderr_in(file: TextIO) -> Iterator[None]:
    """Send the standard error of this process and of those that it starts meanwhile to ``file``.

    What a parser's death leaves there is for the log; a person reads the run's own lines.
    """
    sys.stderr.flush()
    before = os.dup(sys.stderr.fileno())
    os.dup2(file.fileno(), sys.stderr.fileno())
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(before, sys.stderr.fileno())
        os.close(before)


class FunctionLogs:
    """Stands in for ``sys.stdout``: what a function prints or logs goes to the function's own stream.

    A logger keeps the stream that it was made with, so that one object has to serve all functions.
    ``open_log`` opens the stream of a function when it first has something to say, and whoever passes it
    closes it. What steers a terminal arrives there as its escape: logs are read in one. ``on_error`` is told
    the function and the message of each structured line of level ERROR or above.
    """

    def __init__(self, open_log: Callable[[str], TextIO], on_error: Callable[[str, str], None]) -> None:
        self._open_log = open_log
        self._on_error = on_error
        self._streams: dict[str, TextIO] = {}
        self._current = "runner"
        self._line = ""

    def write(self, text: str) -> int:
        """Take output of the function that is running."""
        stream = self._stream()
        if not stream.closed:  # a module's logger outlives the run that imported it
            stream.write(shown(text))
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            self._look_at(line)
        return len(text)

    def flush(self) -> None:
        """Hand everything written so far to the operating system."""
        for stream in self._streams.values():
            if not stream.closed:
                stream.flush()

    @contextmanager
    def of(self, function: str) -> Iterator[None]:
        """Take all output in the block for this function's."""
        before, self._current = self._current, function
        try:
            yield
        finally:
            self.flush()
            self._current = before

    def _stream(self) -> TextIO:
        if self._current not in self._streams:
            self._streams[self._current] = self._open_log(self._current)
        return self._streams[self._current]

    def _look_at(self, line: str) -> None:
        if not any(level in line for level in _ALARMING):
            return
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            return
        if isinstance(entry, dict) and entry.get("level") in _ALARMING:
            self._on_error(self._current, str(entry.get("message", line)))
