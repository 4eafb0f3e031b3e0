"""``make deploy`` takes what ``make build`` has brought to its end, and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")

# Empties the folder and writes its template, as sam does
SAM = """#!/bin/sh
echo "sam $*"
[ "$1" = build ] || exit 0
rm -rf .aws-sam/build
mkdir -p .aws-sam/build
touch .aws-sam/build/template.yaml
"""
PYTHON = """#!/bin/sh
[ "$2" != local.artifacts ] || [ ! -e broken ]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project of programs that only seem to work; a file ``broken`` fails a build's last step."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("build", "deploy"):
        (line,) = (one for one in text.splitlines() if one.startswith(f"{target}: "))
        text = text.replace(line, f"{target}:")
    (tmp_path / "Makefile").write_text(text, encoding="utf-8")
    for name, script in (
        (".venv-sam/bin/sam", SAM),
        (".venv-sam/bin/python", PYTHON),
        ("runtime", PYTHON),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(script, encoding="utf-8")
        path.chmod(0o755)
    return tmp_path


def _make(project: Path, target: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "--no-print-directory", f"RUNTIME_PYTHON={project}/runtime", target]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def test_what_was_built_to_its_end_is_deployed(project: Path) -> None:
    assert _make(project, "build").returncode == 0
    deployed = _make(project, "deploy")
    assert (deployed.returncode, deployed.stdout) == (0, "sam deploy\n")


def test_nothing_is_deployed_before_anything_was_built(project: Path) -> None:
    refused = _make(project, "deploy")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "make build" in refused.stderr


def test_a_build_whose_last_step_failed_is_not_deployed(project: Path) -> None:
    """An earlier build that succeeded is gone by then."""
    assert _make(project, "build").returncode == 0
    (project / "broken").touch()
    assert _make(project, "build").returncode != 0
    assert (project / ".aws-sam" / "build" / "template.yaml").exists()
    assert _make(project, "deploy").returncode == 2


def test_what_sam_alone_has_built_is_not_deployed(project: Path) -> None:
    """``sam sync`` and ``sam build`` leave out the steps after it, and empty the folder first."""
    assert _make(project, "build").returncode == 0
    subprocess.run([project / ".venv-sam" / "bin" / "sam", "build"], cwd=project, check=True)
    assert _make(project, "deploy").returncode == 2


def test_no_guide_sends_an_operator_past_make() -> None:
    """What sam alone has built lacks the last steps, and `make deploy` refuses it."""
    guides = [
        ROOT / "README.md",
        ROOT / "SECURITY.md",
        ROOT / "CONTRIBUTING.md",
        *(ROOT / "docs").glob("*.md"),
    ]
    told = [
        (guide.name, command)
        for guide in guides
        for command in re.findall(r"`(sam\s+build)\b[^`]*`", guide.read_text(encoding="utf-8"))
    ]
    assert told == []
