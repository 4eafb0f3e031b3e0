"""The artefacts, as ``make build`` makes them, for this machine's processor; kept while they are current."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.rehearsal.tools import processor, python, runtime_python, sam

_SOURCES = (
    "template.yaml",
    "sources.yaml",
    "monitoring",
    "functions",
    "shared",
    "local/artifacts",
    "local/built_template.py",
)


def built(project: Path, folder: Path) -> tuple[Path, bool]:
    """Return the folder of current artefacts below ``folder``, and whether they were built now."""
    build, done = folder / "build", folder / "built"
    if done.exists() and done.stat().st_mtime > max(_changed(project)):
        return build, False
    done.unlink(missing_ok=True)
    sam(
        project,
        *("build", "--cached", "--template", "template.yaml"),
        *("--build-dir", str(build), "--cache-dir", str(folder / "cache")),
        *("--parameter-overrides", f"Architecture={processor()}"),
    )
    runtime_python(project, "-m", "local.artifacts", str(build))
    python(project, "-m", "local.built_template", str(build / "template.yaml"))
    done.touch()  # what was built half is built again
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
