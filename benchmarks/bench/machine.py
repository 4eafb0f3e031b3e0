"""On what machine a comparison ran, and how busy that was."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

OURS = ("botocore", "fastfeedparser", "feedparser", "lxml", "moto", "nh3", "trafilatura", "urllib3")


def machine() -> dict[str, str]:
    """Return processor, cores, system and Python."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
    }


def load() -> float:
    """Return how many processes have wanted a core during the last minute, on average."""
    return os.getloadavg()[0]


def our_versions() -> dict[str, str]:
    """Return the versions of the libraries that Newswire runs on here."""
    return {name: version(name) for name in OURS}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
