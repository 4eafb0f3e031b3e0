"""What ``make build`` makes, but for this machine's processor: what tests, rehearsals and benchmarks run.

It lies in ``.artifacts`` and is kept while it is current; what was built for a deploy stays as it is.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from pathlib import Path

from local.programs import processor, python, runtime_python, sam

_SOURCES = (
    "template.yaml",
    "samconfig.toml",
    "sources.yaml",
    "monitoring",
    "functions",
    "shared",
    "local/artifacts",
    "requirements-sam.txt",  # the service models are those of its botocore
    "local/building.py",
    "local/built_template.py",
)


def built(project: Path) -> tuple[Path, bool]:
    """Return the folder of current artefacts of a project, and whether they were built now.

    Of several processes that ask, one builds and the others wait. Raise
    :class:`~local.programs.ProgramFailed` where a step fails.
    """
    folder = project / ".artifacts"
    build, done = folder / "build", folder / "built"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if done.exists() and done.stat().st_mtime > max(_changed(project)):
            return build, False
        done.unlink(missing_ok=True)
        _build(project, build, folder / "cache")
        done.touch()  # what was built half is built again
    return build, True


def _build(project: Path, build: Path, cache: Path) -> None:
    """Take the steps of ``make build``."""
    sam(
        project,
        *("build", "--cached", "--template", "template.yaml"),
        *("--build-dir", str(build), "--cache-dir", str(cache)),
        *("--parameter-overrides", f"Architecture={processor()}"),
    )
    python(project, "-m", "local.built_template", str(build / "template.yaml"))
    runtime_python(project, "-m", "local.artifacts", str(build))


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
