"""The whole rehearsal, as ``make rehearse`` runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rehearsal.steps import STEPS
from tests.rehearsal.tools import Unavailable, check_available

ROOT = Path(__file__).parents[2]
WHEELS = ROOT / ".wheels"

pytestmark = pytest.mark.slow


def test_what_is_built_can_be_deployed_updated_run_and_removed() -> None:
    try:
        check_available(ROOT)
    except Unavailable as error:
        pytest.skip(f"DEPLOY NOT REHEARSED: {error}")
    done = subprocess.run(
        [sys.executable, "-m", "tests.rehearsal"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f".{os.pathsep}shared", **_offline()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split("  ")[0] for line in done.stdout.splitlines()[:-1]] == list(STEPS)


def _offline() -> dict[str, str]:
    """Return what keeps the build from the package index, where the wheels for it are here."""
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(WHEELS)} if WHEELS.exists() else {}
