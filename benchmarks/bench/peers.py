"""The peers' own environment: its Python, the modules of `benchmarks` that run in it, and what it holds."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.extractors import PEERS_PYTHON, NoPeers

PROJECT = Path(__file__).resolve().parents[2]
_VERSIONS = """\
import importlib.metadata, json, sys
print(json.dumps({name: importlib.metadata.version(name) for name in sys.argv[1:]}))
"""


def command(module: str, *arguments: str) -> list[str]:
    """Return what runs a module by the peers' Python. Raise :class:`NoPeers` where there is none."""
    if not PEERS_PYTHON.is_file():
        raise NoPeers(f"{PEERS_PYTHON} is missing: make bench sets it up")
    return [str(PEERS_PYTHON), "-m", module, *arguments]


def environment() -> Mapping[str, str]:
    """Return the environment of a peer's process: the project on its path and nothing of ours beside it."""
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(PROJECT)}


def run(module: str, *arguments: str, stdin: str = "", timeout: float = 300) -> str:
    """Run a module by the peers' Python to its end; return what it prints.

    `timeout` is in seconds. Raise ``RuntimeError`` with its last words where it fails, and
    ``subprocess.TimeoutExpired`` where it takes longer.
    """
    ended = subprocess.run(  # noqa: S603 - our own module, no shell
        command(module, *arguments),
        input=stdin,
        capture_output=True,
        text=True,
        env=environment(),
        timeout=timeout,
        check=False,
    )
    if ended.returncode:
        raise RuntimeError(f"{module} ended with {ended.returncode}: {ended.stderr[-2000:]}")
    return ended.stdout


def versions(names: Iterable[str]) -> dict[str, str]:
    """Return the version of each distribution in the peers' environment."""
    wanted = sorted(set(names))
    if not PEERS_PYTHON.is_file():
        raise NoPeers(f"{PEERS_PYTHON} is missing: make bench sets it up")
    printed = subprocess.run(  # noqa: S603 - as above
        [str(PEERS_PYTHON), "-c", _VERSIONS, *wanted],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
        check=True,
    ).stdout
    found: dict[str, str] = json.loads(printed)
    return found
