"""The programs that make and try what is deployed: sam and the runtime's Python."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from local.template import REGION

RUNTIME = "python3.13"
_LINES = 20  # of what a program wrote before it failed


class Unavailable(Exception):
    """What a build or its run needs is not there; the message says what is missing and what to do."""


class ProgramFailed(Exception):
    """A program ended with an error; the message has the last lines that it wrote."""


def processor() -> str:
    """Return this machine's processor as the template names it."""
    return "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"


def check_available(project: Path) -> None:
    """Raise :class:`Unavailable` where the functions cannot be built, or not be run as they were built."""
    if platform.system() != "Linux":
        raise Unavailable("Lambda's native modules load on Linux only")
    program = shutil.which(RUNTIME)
    # A shim may be on PATH for a version that is not active, and Debian's own Python has no pip
    asked = [program or "", "-c", "import pip"]
    if program is None or subprocess.run(asked, check=False, capture_output=True).returncode:  # noqa: S603 - as said
        raise Unavailable(f"no {RUNTIME} with pip on PATH, the Lambda runtime's version: pyenv install 3.13")
    for needed in (_sam(project), project / ".venv-runtime", project / ".wheels"):
        if not needed.exists():
            raise Unavailable(f"{needed.relative_to(project)} is not set up: make test-artifacts does that")


def sam(project: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """Run sam in the project, with no package index, and return what it printed.

    Raise :class:`ProgramFailed` where it fails.
    """
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(project / ".wheels")}
    settings = {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": REGION, **(environment or {})}
    return run([str(_sam(project)), *arguments], project, {**offline, **settings})


def runtime_python(project: Path, *arguments: str) -> str:
    """Run the runtime's Python in the project and return what it printed."""
    return run([RUNTIME, *arguments], project, {"PYTHONPATH": ".", "PYTHONDONTWRITEBYTECODE": "1"})


def python(project: Path, *arguments: str) -> str:
    """Run this Python in the project and return what it printed."""
    return run([sys.executable, *arguments], project, {"PYTHONPATH": "."})


def run(command: list[str], folder: Path, settings: Mapping[str, str]) -> str:
    """Run a program in a folder, with these variables beside this process's own; return what it printed.

    Raise :class:`ProgramFailed` where it ends with another status than 0.
    """
    done = subprocess.run(  # noqa: S603 - our own tools
        command, cwd=folder, env={**os.environ, **settings}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        written = (done.stdout + done.stderr).strip().splitlines()[-_LINES:]
        raise ProgramFailed("\n".join([f"{Path(command[0]).name} ended with {done.returncode}:", *written]))
    return done.stdout


def _sam(project: Path) -> Path:
    return project / ".venv-sam" / "bin" / "sam"
