"""The build that tests, rehearsals and benchmarks share, and the programs that make it."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from local import building, programs
from local.programs import ProgramFailed, Unavailable

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "script",
    ["exit 127", 'case "$2" in *pip*) exit 1 ;; esac'],
    ids=["a shim without its version", "Debian's own without pip"],
)
def test_a_runtime_python_that_cannot_build_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    (tmp_path / programs.RUNTIME).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (tmp_path / programs.RUNTIME).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match=r"no python3\.13 with pip on PATH"):
        programs.check_available(tmp_path)


def test_the_last_lines_of_a_program_that_fails_are_told(tmp_path: Path) -> None:
    program = tmp_path / ".venv-sam" / "bin" / "sam"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\nseq 100; echo Error: no bucket >&2; exit 3\n", encoding="utf-8")
    program.chmod(0o755)
    with pytest.raises(ProgramFailed) as failed:
        programs.sam(tmp_path, "package")
    lines = str(failed.value).splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("sam ended with 3:", "Error: no bucket", 21)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project whose build only writes a template, and notes that it did in ``built``."""
    for name in ("functions/fetch/app.py", "shared/newswire/urls.py", "template.yaml", "sources.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    _settle(tmp_path)

    def build(_: Path, *arguments: str, **__: object) -> str:
        folder = Path(arguments[arguments.index("--build-dir") + 1])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "template.yaml").touch()
        return ""

    monkeypatch.setattr(building, "sam", build)
    for program in ("runtime_python", "python"):
        monkeypatch.setattr(building, program, lambda *_: "")
    return tmp_path


def _settle(folder: Path) -> None:
    """Let everything be an hour old."""
    then = time.time() - 3600
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (then, then))


def test_artefacts_are_built_once_and_again_when_a_source_changed_or_went(project: Path) -> None:
    folder = project / ".artifacts"
    assert building.built(project) == (folder / "build", True)
    assert building.built(project) == (folder / "build", False)
    (project / "functions" / "fetch" / "app.py").write_text("pass", encoding="utf-8")
    assert building.built(project)[1] is True
    _settle(project)
    assert building.built(project)[1] is True, "nothing tells that the build is newer"
    (project / "shared" / "newswire" / "urls.py").unlink()
    assert building.built(project)[1] is True
    assert building.built(project)[1] is False


def test_what_was_built_half_is_built_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> str:
        raise ProgramFailed("killed")

    building.built(project)
    (project / "sources.yaml").write_text("portal:", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(building, "runtime_python", fail)
        with pytest.raises(ProgramFailed):
            building.built(project)
    assert building.built(project)[1] is True


def test_compiled_modules_beside_the_sources_are_no_change(project: Path) -> None:
    building.built(project)
    cache = project / "functions" / "fetch" / "__pycache__"
    cache.mkdir()
    (cache / "app.pyc").touch()
    assert building.built(project)[1] is False


def test_it_takes_the_steps_of_make_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    monkeypatch.setattr(building, "sam", lambda _, command, *__: steps.append(f"sam {command}"))
    for program in ("runtime_python", "python"):
        monkeypatch.setattr(building, program, lambda _, *words: steps.append(" ".join(words[:2])))
    (tmp_path / "template.yaml").touch()
    building.built(tmp_path)
    (recipe,) = re.findall(r"^build:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert steps == re.findall(r"sam build|-m local\.\w+", recipe)
