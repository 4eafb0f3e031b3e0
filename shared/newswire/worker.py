"""A process that parses what strangers send, and may die of it.

Feeds and pages crash, hang and blow up today's parsers. They are parsed in a child that knows no
credentials, has limits on CPU, memory and wall time, and is replaced when it dies or keeps half of its
memory. It stays warm between calls. ``subprocess`` with pipes: Lambda has no /dev/shm, so
multiprocessing's Pool, Queue and Lock do not work there.

Frames on both pipes: four bytes of length, then JSON metadata; a request carries a second frame with
the raw body. The answer is JSON, never pickle: a child that was taken over can only lie, not execute.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any, Self

ANSWER_LIMIT = 48 * 1024 * 1024  # bytes
_HEADER = struct.Struct("!I")
_PIPE_BYTES = 512 * 1024
_AT_ONCE = 64 * 1024  # bytes: all of a pipe, and little to allocate
_PASSED_ON = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TZ")


class WorkerFailed(Exception):
    """The document could not be parsed. ``reason`` is short and stable: it is counted and shown."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """What one document may cost: seconds of CPU, seconds of wall time, bytes of address space.

    Memory must stay below the function's own less the parent's, or Lambda kills both.
    """

    cpu_seconds: int = 5
    wall_seconds: float = 15.0
    memory_bytes: int = 500 * 1024 * 1024


class Worker:
    """Runs ``module:function(body: bytes, params: dict) -> dict`` in a child, one call at a time."""

    def __init__(self, function: str, limits: WorkerLimits | None = None) -> None:
        self._function = function
        self._limits = limits or WorkerLimits()
        self._child: _Child | None = None
        self.documents = 0  # that the child was given
        self._turn = threading.RLock()  # whoever holds the turn calls and closes within it

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the child ahead of the first call, so that its imports cost no document's time.

        Never waits: where somebody has the turn there is a child already.
        """
        if self._turn.acquire(blocking=False):
            try:
                self._running()
            finally:
                self._turn.release()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Keep the child for this thread: an answer is judged before anybody else's document goes there."""
        with self._turn:
            yield

    def call(
        self, body: bytes, params: Mapping[str, Any], wall_seconds: float | None = None
    ) -> dict[str, Any]:
        """Return what the function returned; raise :class:`WorkerFailed` if it raised, hung or died.

        Threads take turns; ``wall_seconds`` begin with the turn.
        """
        # Made before the turn: while it is held, each call into the system may cost the interpreter's lock.
        question = (json.dumps(dict(params)).encode(), body)
        with self._turn:
            return self._answer(question, wall_seconds)

    def _answer(self, question: tuple[bytes, bytes], wall_seconds: float | None) -> dict[str, Any]:
        child = self._running()
        self.documents += 1
        end = time.monotonic() + min(self._limits.wall_seconds, wall_seconds or self._limits.wall_seconds)
        try:
            _write(child.stdin, question, end)
            answer = _dictionary(json.loads(_read(child.stdout, end)))
            if answer.get("worn"):
                self._stop()
            if "error" not in answer:
                return _dictionary(answer.get("result"))
        except _Late:
            self._stop()
            raise WorkerFailed("parser timed out") from None
        except (OSError, EOFError, ValueError, RecursionError):
            raise WorkerFailed("parser died", self._obituary()) from None
        except BaseException:
            self._stop()  # half a question or an answer that nobody took: the next one would get it
            raise
        raise WorkerFailed(f"parser failed: {answer['error']}", str(answer.get("detail", "")))

    def close(self) -> None:
        """End the child, once whoever has the turn is done with it."""
        with self._turn:
            self._stop()

    def _running(self) -> _Child:
        if self._child is None or self._child.process.poll() is not None:
            self._stop()
            self._child = self._spawn()
        return self._child

    def _spawn(self) -> _Child:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        limits = self._limits
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module, no shell
            [
                sys.executable,
                "-W",
                "ignore",  # what a library thinks of a stranger's document is no news to the operator
                "-m",
                "newswire.worker_process",
                self._function,
                str(limits.cpu_seconds),
                str(limits.memory_bytes),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            bufsize=0,
            start_new_session=True,
        )
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a child with pipes has no pipes")
        _widen(process.stdin)
        os.set_blocking(process.stdin.fileno(), False)
        os.set_blocking(process.stdout.fileno(), False)
        return _Child(process, process.stdin, process.stdout)

    def _obituary(self) -> str:
        child = self._child
        if child is not None:
            _exits_soon(child.process)
        self._stop()
        code = child.process.returncode if child is not None else None
        return (
            f"signal {signal.Signals(-code).name}" if code is not None and code < 0 else f"exit code {code}"
        )

    def _stop(self) -> None:
        child, self._child, self.documents = self._child, None, 0
        if child is None:
            return
        child.process.kill()  # of no effect where it has ended
        child.process.wait()
        child.stdin.close()
        child.stdout.close()


@dataclass(frozen=True, slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    stdin: IO[bytes]
    stdout: IO[bytes]


class _Late(Exception):
    pass


def _widen(pipe: IO[bytes]) -> None:
    """Let a pipe take most pages at once: each time that it is full costs a turn of both processes."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # a limit of the system's for all pipes of a user
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _write(pipe: IO[bytes], frames: Iterable[bytes], end: float) -> None:
    """Write frames as they lie in memory: a page is not copied to stand behind its length."""
    parts = [memoryview(part) for frame in frames for part in (_HEADER.pack(len(frame)), frame)]
    while parts:
        try:
            written = os.writev(pipe.fileno(), parts)
        except BlockingIOError:
            select.select([], [pipe], [], _left(end))
            continue
        while parts and written >= len(parts[0]):
            written -= len(parts.pop(0))
        if written:
            parts[0] = parts[0][written:]


def _read(pipe: IO[bytes], end: float) -> bytes:
    """Return the content of the one frame that a child answers."""
    answer = bytearray()
    size = _HEADER.size
    while len(answer) < size:
        ready, _, _ = select.select([pipe], [], [], _left(end))
        if not ready:
            continue
        piece = os.read(pipe.fileno(), _AT_ONCE)
        if not piece:
            raise EOFError
        answer += piece
        if len(answer) >= _HEADER.size:
            size = _HEADER.size + _HEADER.unpack_from(answer)[0]
        if size > ANSWER_LIMIT:
            raise ValueError("answer too long")
    if len(answer) > size:
        raise ValueError("more than an answer")
    return bytes(memoryview(answer)[_HEADER.size :])


def _dictionary(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"the child answered {type(value).__name__}")  # noqa: TRY004 - a lie is no programming error
    return value


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise _Late
    return left


def _exits_soon(process: subprocess.Popen[bytes]) -> None:
    """Wait a moment for a child that is on its way out: its own exit code tells more than our kill."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=0.05)
