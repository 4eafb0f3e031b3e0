"""What a process has cost so far, as Linux tells it."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """Return the seconds of CPU that a process took so far, its threads included, its children not.

    By its own clock, which is finer than the ticks of /proc: Linux makes the clock's number of the process's
    (clock_getcpuclockid(3)). ``OSError`` where the process is no more, and elsewhere than on Linux.
    """
    return time.clock_gettime(~pid << 3 | 2)


def family_cpu_seconds(pid: int) -> float:
    """Return the seconds of CPU of a process and all that it started, the ended ones included."""
    ticks = 0
    for one in family(pid):
        with suppress(OSError):  # it ended meanwhile, and counts with who waited for it
            fields = Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def peak_bytes(pid: int) -> int:
    """Return the most memory that a process ever held (resident set)."""
    return _kilobytes(f"/proc/{pid}/status", "VmHWM") * 1024


def pss_bytes(pid: int) -> int:
    """Return a process's proportional share: pages that several processes share count once in their sum."""
    return _kilobytes(f"/proc/{pid}/smaps_rollup", "Pss") * 1024


def family(pid: int) -> list[int]:
    """Return a process and all that it started, and those in turn."""
    parents = {
        int(folder.name): _parent(folder) for folder in Path("/proc").iterdir() if folder.name.isdigit()
    }
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    except OSError:
        return 0  # it ended meanwhile


def _kilobytes(file: str, name: str) -> int:
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])
