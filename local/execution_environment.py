"""What a built function is run with: the command and the variables that Lambda would start it with."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from local import lambda_filesystem
from local.lambda_filesystem import LAYER, RAPID, TASK, Shown

PROJECT = Path(__file__).resolve().parent.parent
_RUNTIME = PROJECT / ".venv-runtime"
_RAPID = ".venv-sam/lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-"
_CURE = "make test-artifacts sets it up, with the runtime's python3.13 on PATH or from pyenv"


class EmulatorUnavailable(Exception):
    """The runtime emulator cannot be run here; the message says what is missing and what to do."""


@dataclass(frozen=True, slots=True)
class BuiltFunction:
    """One function of a build.

    ``handler`` as the template names it; ``task`` is the folder that Lambda shows as ``/var/task``, ``layer``
    the one at ``/opt``, if any; ``timeout`` in seconds. ``environment`` is the function's whole environment:
    nothing of this process's own is passed on.
    """

    handler: str
    task: Path
    layer: Path | None
    timeout: int
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Start:
    """How to start the emulator: the command without its options and handler, where, and with what.

    ``confined`` tells whether the function sees Lambda's file system, or this machine's.
    """

    emulator: tuple[str, ...]
    runtime: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    confined: bool


def start_of(function: BuiltFunction) -> Start:
    """Return how to start it; raise :class:`EmulatorUnavailable` where that cannot be."""
    rapid, python = _rapid(), _RUNTIME / "bin" / "python"
    if not python.exists():
        raise EmulatorUnavailable(f"there is no .venv-runtime: {_CURE}")
    runtime = (str(python.parent.resolve() / python.name), "-m", "awslambdaric", function.handler)
    shown = Shown(function.task, function.layer, rapid, _installation(python), _RUNTIME)
    if confined := lambda_filesystem.refusal(shown) is None:
        emulator = (*lambda_filesystem.within(shown), RAPID)
        variables = _variables(function, TASK, LAYER if function.layer else None)
    else:
        emulator = (str(rapid),)
        layer = str(function.layer) if function.layer else None
        # Where Lambda has a read-only file system, what was built is kept as it is
        variables = {**_variables(function, str(function.task), layer), "PYTHONDONTWRITEBYTECODE": "1"}
    return Start(emulator, runtime, function.task, variables, confined)


def _variables(function: BuiltFunction, task: str, layer: str | None) -> dict[str, str]:
    """Return what Lambda sets ("Defined runtime environment variables"), and the function's own."""
    return {
        "PATH": os.defpath,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "LAMBDA_TASK_ROOT": task,
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function.timeout),  # for the emulator
        **({"PYTHONPATH": f"{layer}/python"} if layer else {}),
        **function.environment,
    }


def _rapid() -> Path:
    processor = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
    found = sorted(PROJECT.glob(f"{_RAPID}{processor}"))
    if platform.system() != "Linux":
        raise EmulatorUnavailable("Lambda's runtime emulator runs on Linux only")
    if not found:
        raise EmulatorUnavailable(f"there is no runtime emulator in .venv-sam: {_CURE}")
    return found[0]


@cache
def _installation(python: Path) -> Path:
    """Return the folder of the installation that the virtual environment was made from."""
    done = subprocess.run(  # noqa: S603  # our own environment's program
        [python, "-c", "import sys; print(sys.base_prefix)"], capture_output=True, text=True, check=True
    )
    return Path(done.stdout.strip())
