"""The programs that a deploy needs, as a person starts them: sam and cfn-lint."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.template import REGION
from tests.rehearsal.faults import StepFailed

RUNTIME = "python3.13"
_LINES = 20  # of what a program wrote before it failed


class Unavailable(Exception):
    """A program that a rehearsal needs is not there; the message says which and what to do."""


def processor() -> str:
    """Return this machine's processor as the template names it."""
    return "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"


def check_available(project: Path) -> None:
    """Raise :class:`Unavailable` where a rehearsal cannot be begun."""
    if platform.system() != "Linux":
        raise Unavailable("Lambda's native modules load on Linux only")
    program = shutil.which(RUNTIME)
    # A shim may be on PATH for a version that is not active
    if program is None or subprocess.run([program, "-c", ""], check=False, capture_output=True).returncode:
        raise Unavailable(f"no {RUNTIME} on PATH, the version of the Lambda runtime")
    for tool in (_sam(project), _cfn_lint(project)):
        if not tool.exists():
            raise Unavailable(f"{tool.relative_to(project)} is not set up; make rehearse does that")


def sam(project: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """Run sam and return what it printed; raise :class:`StepFailed` with its last lines where it fails."""
    settings = {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": REGION, **(environment or {})}
    return _run([str(_sam(project)), *arguments], project, settings)


def cfn_lint(project: Path, templates: Sequence[Path], regions: Sequence[str]) -> None:
    """Let cfn-lint look at templates as these regions would take them.

    Raise :class:`StepFailed` with its findings, warnings included.
    """
    options = ("--non-zero-exit-code", "warning", "--regions", *regions, "--")
    _run([str(_cfn_lint(project)), *options, *map(str, templates)], project, {})


def runtime_python(project: Path, *arguments: str) -> str:
    """Run the runtime's Python in the project and return what it printed."""
    return _run([RUNTIME, *arguments], project, {"PYTHONPATH": ".", "PYTHONDONTWRITEBYTECODE": "1"})


def python(project: Path, *arguments: str) -> str:
    """Run this Python in the project and return what it printed."""
    return _run([sys.executable, *arguments], project, {"PYTHONPATH": "."})


def _sam(project: Path) -> Path:
    return project / ".venv-sam" / "bin" / "sam"


def _cfn_lint(project: Path) -> Path:
    return project / ".venv-checks" / "bin" / "cfn-lint"


def _run(command: list[str], folder: Path, settings: Mapping[str, str]) -> str:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **settings}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        written = (done.stdout + done.stderr).strip().splitlines()[-_LINES:]
        raise StepFailed("\n".join([f"{Path(command[0]).name} ended with {done.returncode}:", *written]))
    return done.stdout
