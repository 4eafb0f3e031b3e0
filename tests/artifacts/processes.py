"""The processes of an execution environment, as this machine sees them (proc(5))."""

from __future__ import annotations

import fcntl
import struct
import termios
import time
from collections.abc import Callable
from pathlib import Path

PROC = Path("/proc")
RUNTIME = "awslambdaric"
WORKER = "newswire.worker_process"


def descendants(ancestor: int) -> dict[int, str]:
    """Return the command lines of all processes that come from this one, by id."""
    parents: dict[int, int] = {}
    for pid in (int(folder.name) for folder in PROC.iterdir() if folder.name.isdigit()):
        if stat := _stat(pid):
            parents[pid] = int(stat[1])
    found, added = set[int](), {ancestor}
    while added:
        added = {child for child, parent in parents.items() if parent in added} - found
        found |= added
    return {one: _read(PROC / str(one) / "cmdline").replace("\0", " ").strip() for one in sorted(found)}


def only(pid: int, program: str) -> int:
    """Return the id of the one descendant whose process runs this Python module."""
    (found,) = [
        one for one, line in descendants(pid).items() if "python" in line.split(" ")[0] and program in line
    ]
    return found


def is_stopped(pid: int) -> bool:
    """Tell whether SIGSTOP has taken effect: until then a process may still finish what it was at."""
    return _stat(pid)[:1] == ["T"]


def waiting_bytes(pid: int) -> int:
    """Return how many bytes a process has not yet read of its standard input, a pipe."""
    with (PROC / str(pid) / "fd" / "0").open("rb", buffering=0) as pipe:
        answer = fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4)
    waiting: int = struct.unpack("i", answer)[0]
    return waiting


def wait_for(condition: Callable[[], bool]) -> None:
    """Return once it holds; fail where it does not within half a minute."""
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until, "in vain"
        time.sleep(0.01)


def _stat(pid: int) -> list[str]:
    """Return the state of a process, its parent and so on; nothing of one that has ended."""
    return _read(PROC / str(pid) / "stat").rpartition(")")[2].split()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        return ""
