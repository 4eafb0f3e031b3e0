"""The CPU clock of another process, which is finer than the ticks of /proc."""

from __future__ import annotations

import time


def process_cpu(process: int) -> float:
    """Return the seconds of CPU that a process has used so far.

    Linux makes the clock's number of the process's (clock_getcpuclockid(3)); elsewhere ``OSError``.
    """
    return time.clock_gettime(~process << 3 | 2)
