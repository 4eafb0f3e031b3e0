"""One build for all tests of what sam makes, and the runtime emulator that runs it.

``make test`` and ``make test-artifacts`` set up what this needs: SAM in ``.venv-sam``, the libraries of
Lambda's runtime in ``.venv-runtime`` and the locked wheels in ``.wheels``.
"""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from local.built_functions import Build

ROOT = Path(__file__).parents[2]
SAM = ROOT / ".venv-sam" / "bin" / "sam"
RUNTIME = ROOT / ".venv-runtime" / "bin" / "python"
WHEELS = ROOT / ".wheels"
# Kept between runs, so that only what changed is built again; `make clean` removes it.
ARTIFACTS = ROOT / ".artifacts"


def _runs_the_runtimes_python(program: str | None) -> bool:
    """Tell whether it runs: a shim may be on PATH for a version that is not active."""
    return (
        program is not None
        and subprocess.run([program, "-c", ""], check=False, capture_output=True).returncode == 0
    )


def unavailable() -> str | None:
    """Return what is missing for a build and its run, and what to do; ``None`` where all is there."""
    if platform.system() != "Linux":
        return "Lambda's native modules load on Linux only"
    if not _runs_the_runtimes_python(shutil.which("python3.13")):
        return "no python3.13 on PATH, the version of the Lambda runtime: pyenv install 3.13"
    if not (SAM.exists() and WHEELS.exists() and RUNTIME.exists()):
        return "SAM, the runtime or the wheels are not set up; `make test-artifacts` does that"
    return None


@pytest.fixture(scope="session")
def sam() -> Callable[..., None]:
    """Return a function that runs sam with no index; skip, aloud, where nothing can be built."""
    if reason := unavailable():
        pytest.skip(f"ARTEFACTS NOT TESTED: {reason}")
    environment = os.environ | {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(WHEELS),
        "SAM_CLI_TELEMETRY": "0",
        "AWS_DEFAULT_REGION": "us-east-1",
    }

    def run(*arguments: str) -> None:
        ARTIFACTS.mkdir(exist_ok=True)
        done = subprocess.run(
            [SAM, *arguments], cwd=ARTIFACTS, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    return run


@pytest.fixture(scope="session")
def build(sam: Callable[..., None], testrun_uid: str) -> Build:
    """Build for this machine's processor, once a run, however many processes it has."""
    folder = ARTIFACTS / "build"
    ARTIFACTS.mkdir(exist_ok=True)
    with (ARTIFACTS / "built").open("a+", encoding="utf-8") as built:
        fcntl.flock(built, fcntl.LOCK_EX)
        built.seek(0)
        if built.read() != testrun_uid:
            built.truncate(0)
            _build(sam, folder)
            _prepare(folder)
            built.write(testrun_uid)
    return Build(folder)


def _build(sam: Callable[..., None], folder: Path) -> None:
    architecture = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
    sam(
        "build",
        "--cached",
        *("--template", str(ROOT / "template.yaml")),
        *("--build-dir", str(folder)),
        *("--cache-dir", str(ARTIFACTS / "cache")),
        *("--parameter-overrides", f"Architecture={architecture}"),
    )


def _prepare(folder: Path) -> None:
    """Do what ``make build`` does after ``sam build``, by the runtime's Python."""
    done = subprocess.run(
        [RUNTIME, "-m", "local.artifacts", folder],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
