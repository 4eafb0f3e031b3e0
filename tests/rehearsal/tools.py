"""The program that a rehearsal needs beside those of a build: cfn-lint."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from local import programs
from local.programs import Unavailable


def check_available(project: Path) -> None:
    """Raise :class:`~local.programs.Unavailable` where a rehearsal cannot be begun."""
    programs.check_available(project)
    if not _cfn_lint(project).exists():
        raise Unavailable(f"{_cfn_lint(project).relative_to(project)} is not set up: make rehearse does that")


def cfn_lint(project: Path, templates: Sequence[Path], regions: Sequence[str]) -> None:
    """Let cfn-lint look at templates as these regions would take them.

    Raise :class:`~local.programs.ProgramFailed` with its findings, warnings included.
    """
    options = ("--non-zero-exit-code", "warning", "--regions", *regions, "--")
    programs.run([str(_cfn_lint(project)), *options, *map(str, templates)], project, {})


def _cfn_lint(project: Path) -> Path:
    return project / ".venv-checks" / "bin" / "cfn-lint"
