"""Prepares what ``sam build`` made: files that nothing reads go, modules are compiled.

Changes the artefacts only, which ``sam build`` copies anew from its cache each time.
"""

from __future__ import annotations

import importlib.util
import py_compile
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from local.artifacts.leftovers import UnexpectedArtifact, unneeded

_RUNTIME = re.compile(r"^ +Runtime: python(3\.\d+)$", re.MULTILINE)
_LAYER_FOLDER = "python"


@dataclass(frozen=True, slots=True)
class Artifact:
    """What one function or layer is made of. ``deployed`` is where Lambda puts the content of ``root``."""

    name: str
    root: Path
    deployed: str
    is_layer: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """What came of an artefact: files left out and their bytes, modules compiled, bytes that it has now."""

    name: str
    left_out: int
    bytes_left_out: int
    compiled: int
    bytes_now: int


def artifacts_of(build: Path) -> list[Artifact]:
    """Return what ``sam build`` made in a folder; raise :class:`UnexpectedArtifact` where it made nothing."""
    try:
        folders = sorted(folder for folder in build.iterdir() if folder.is_dir())
    except OSError as error:
        raise UnexpectedArtifact(f"{build}: {error.strerror}; run `make build`") from None
    found = [
        Artifact(folder.name, folder, "/var/task", is_layer=False)
        if (folder / "functions").is_dir()
        else Artifact(folder.name, folder / _LAYER_FOLDER, f"/opt/{_LAYER_FOLDER}", is_layer=True)
        for folder in folders
        if (folder / "functions").is_dir() or (folder / _LAYER_FOLDER).is_dir()
    ]
    if not found:
        raise UnexpectedArtifact(f"{build} holds no artefact; run `make build`")
    return found


def check_python(build: Path, version: tuple[int, int] = sys.version_info[:2]) -> None:
    """Raise :class:`UnexpectedArtifact` unless this Python is that of all functions of the built template.

    Another one's bytecode would be ignored, and every cold start would compile everything again.
    """
    try:
        template = (build / "template.yaml").read_text(encoding="utf-8")
    except OSError as error:
        raise UnexpectedArtifact(f"{build}/template.yaml: {error.strerror}; run `make build`") from None
    wanted = set(_RUNTIME.findall(template))
    if wanted != {".".join(map(str, version))}:
        runs_on = ", ".join(sorted(wanted)) or "no Python"
        raise UnexpectedArtifact(
            f"the functions run on {runs_on} and this is Python {version[0]}.{version[1]}: "
            "its bytecode is of no use to them"
        )


def prepare(artifact: Artifact) -> Prepared:
    """Leave out what is not needed and compile the rest; a second time changes nothing.

    Raise :class:`UnexpectedArtifact` where it is not what is known, or a module does not compile.
    """
    files = {str(path.relative_to(artifact.root)): path for path in _files(artifact.root)}
    is_fresh = not any(path.parent.name == "__pycache__" for path in files.values())
    try:
        gone = unneeded(files, is_fresh=is_fresh)
    except UnexpectedArtifact as error:
        raise UnexpectedArtifact(f"{artifact.name}: {error}") from None
    left_out = sum(files[name].stat().st_size for name in gone)
    for name in gone:
        files[name].unlink()
    _remove_empty(artifact.root)
    modules = sorted(name for name in files.keys() - gone if name.endswith(".py"))
    for name in modules:
        _compile(files[name], f"{artifact.deployed}/{name}")
    now = sum(path.stat().st_size for path in _files(artifact.root))
    return Prepared(artifact.name, len(gone), left_out, len(modules), now)


def _compile(module: Path, deployed: str) -> None:
    """Write a module's bytecode, which is taken for its source's without a look at it.

    Lambda cannot write any, and a check against the source would read both. The same module gives the same
    bytes, so that an artefact that has not changed is not uploaded again.
    """
    try:
        py_compile.compile(
            str(module),
            cfile=importlib.util.cache_from_source(str(module), optimization=""),
            dfile=deployed,
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
    except py_compile.PyCompileError as error:
        raise UnexpectedArtifact(f"{deployed} does not compile: {error.msg}") from error


def _files(root: Path) -> Iterator[Path]:
    return (path for path in root.rglob("*") if path.is_file())


def _remove_empty(root: Path) -> None:
    for folder in sorted((path for path in root.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
