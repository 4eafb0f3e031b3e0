"""What each function loads before its first event: our modules, and the packages of others."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from benchmarks.gate.counts import Counts

PROJECT = Path(__file__).resolve().parents[2]
LOADED = {
    "fetch": "functions.fetch.app",
    "fetch's parser": "functions.fetch.feed_documents",
    "extract": "functions.extract.app",
    "extract's parser": "functions.extract.page_worker",
    "publish": "functions.publish.app",
}
_SHOW = """\
import sys
__import__(sys.argv[1])
for name, module in list(sys.modules.items()):
    print(name, getattr(module, "__file__", None) or "")
"""
_OURS = ("functions", "newswire")
_ENVIRONMENTS = "_distutils_hack"  # of some, whatever is imported


def counted() -> Counts:
    """Return the names of what a fresh Python has loaded when it has imported a function's module.

    Others' modules count by package, as what a package loads of itself differs between releases of Python;
    Python's own do not count.
    """
    found = {}
    for name, module in LOADED.items():
        ours, others = _loaded(module)
        found[f"loaded by {name}"] = dict.fromkeys(sorted(ours), 1)
        found[f"loaded by {name}, of others"] = dict.fromkeys(sorted(others), 1)
    return found


def _loaded(module: str) -> tuple[set[str], set[str]]:
    """Return our modules and others' packages that importing a module loads."""
    printed = subprocess.run(  # noqa: S603 - this Python and our own module
        [sys.executable, "-c", _SHOW, module],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(PROJECT), str(PROJECT / "shared")])},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    site = (sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))
    named = dict(line.partition(" ")[::2] for line in printed.splitlines())
    ours = {name for name in named if name.partition(".")[0] in _OURS}
    others = {name.partition(".")[0] for name, file in named.items() if file.startswith(site)}
    return ours, others - {_ENVIRONMENTS}
