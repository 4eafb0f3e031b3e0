"""The artefacts, as ``make build`` makes them, for this machine's processor; kept while they are current."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.rehearsal.tools import processor, runtime_python, sam

_SOURCES = ("template.yaml", "sources.yaml", "monitoring", "functions", "shared", "local/artifacts")


def built(project: Path, folder: Path) -> tuple[Path, bool]:
    """Return the folder of current artefacts below ``folder``, and whether they were built now."""
    build = folder / "build"
    template = build / "template.yaml"
    if template.exists() and template.stat().st_mtime > max(_changed(project)):
        return build, False
    sam(
        project,
        *("build", "--cached", "--template", "template.yaml"),
        *("--build-dir", str(build), "--cache-dir", str(folder / "cache")),
        *("--parameter-overrides", f"Architecture={processor()}"),
    )
    if (project / "local" / "artifacts").is_dir():
        runtime_python(project, "-m", "local.artifacts", str(build))
    template.touch()  # newer than what it was built from, however long that took
    return build, True


def _changed(project: Path) -> Iterator[float]:
    """Yield when each source was changed last; a folder's time tells of files that are gone."""
    for name in _SOURCES:
        path = project / name
        if path.exists():
            yield path.stat().st_mtime
            yield from (
                one.stat().st_mtime
                for one in path.rglob("*")
                if "__pycache__" not in one.parts and not (one.is_dir() and (one / "__pycache__").is_dir())
            )
