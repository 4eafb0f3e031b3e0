"""The processes of an execution environment, as this machine sees them (proc(5))."""

from __future__ import annotations

import fcntl
import struct
import termios
from pathlib import Path

PROC = Path("/proc")
RUNTIME = "awslambdaric"
WORKER = "newswire.worker_process"


def descendants(pid: int) -> dict[int, str]:
    """Return the command lines of all processes that come from this one, by id."""
    parents: dict[int, int] = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit() and (stat := _read(folder / "stat")):
            parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    found, added = set[int](), {pid}
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


def waiting_bytes(pid: int) -> int:
    """Return how many bytes a process has not yet read of its standard input, a pipe."""
    with (PROC / str(pid) / "fd" / "0").open("rb", buffering=0) as pipe:
        answer = fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4)
    waiting: int = struct.unpack("i", answer)[0]
    return waiting


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        return ""
