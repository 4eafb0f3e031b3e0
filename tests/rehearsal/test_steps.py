"""How a rehearsal goes through its steps, and how it ends."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from local.template import Template, TemplateError
from tests.rehearsal import __main__ as command
from tests.rehearsal import building, packaging, tools
from tests.rehearsal.faults import StepFailed, no_faults
from tests.rehearsal.packaging import Archive, Package
from tests.rehearsal.steps import STEPS, Rehearsal
from tests.rehearsal.tools import Unavailable

Steps = dict[str, Callable[[Rehearsal], str]]


@pytest.fixture
def rehearse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Steps], int]:
    """Return a rehearsal of these steps only, on a machine that has all tools."""

    def run(steps: Steps) -> int:
        monkeypatch.setattr(command, "STEPS", steps)
        monkeypatch.setattr(command, "check_available", lambda _: None)
        return command.main(["--folder", str(tmp_path)])

    return run


def test_each_step_is_announced_with_its_result(
    rehearse: Callable[[Steps], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert rehearse({"build": lambda _: "x86_64, built", "create": lambda _: "65 resources"}) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" (")[0].split(maxsplit=1) for line in lines[:2]] == [
        ["build", "x86_64, built"],
        ["create", "65 resources"],
    ]
    assert lines[2].startswith("rehearsed in ")


@pytest.mark.parametrize("error", [StepFailed("no bucket\nno queue"), TemplateError("no bucket\nno queue")])
def test_a_step_that_fails_is_named_and_is_the_last(
    rehearse: Callable[[Steps], int], capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    done: list[str] = []

    def fail(_: Rehearsal) -> str:
        raise error

    def note(_: Rehearsal) -> str:
        done.append("create")
        return ""

    assert rehearse({"package": fail, "create": note}) == 1
    assert capsys.readouterr().err == "the rehearsal failed at step package:\nno bucket\nno queue\n"
    assert done == []


def test_a_machine_without_the_tools_is_told_so_before_the_first_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: Path) -> None:
        raise Unavailable("no python3.13 on PATH, the version of the Lambda runtime")

    monkeypatch.setattr(command, "check_available", refuse)
    assert command.main(["--folder", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("no rehearsal: no python3.13 on PATH")


def test_python_that_is_a_shim_without_its_version_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / tools.RUNTIME).write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    (tmp_path / tools.RUNTIME).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match=r"no python3\.13 on PATH"):
        tools.check_available(tmp_path)


def test_the_last_lines_of_a_program_that_fails_are_told(tmp_path: Path) -> None:
    program = tmp_path / ".venv-sam" / "bin" / "sam"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\nseq 100; echo Error: no bucket >&2; exit 3\n", encoding="utf-8")
    program.chmod(0o755)
    with pytest.raises(StepFailed) as failed:
        tools.sam(tmp_path, "package")
    lines = str(failed.value).splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("sam ended with 3:", "Error: no bucket", 21)


def test_faults_are_lines_of_one_failure_and_none_is_no_failure() -> None:
    no_faults([])
    with pytest.raises(StepFailed, match=r"^one\ntwo$"):
        no_faults(iter(["one", "two"]))


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
    assert building.built(project, folder) == (folder / "build", True)
    assert building.built(project, folder) == (folder / "build", False)
    (project / "functions" / "fetch" / "app.py").write_text("pass", encoding="utf-8")
    assert building.built(project, folder)[1] is True
    _settle(project)
    assert building.built(project, folder)[1] is True, "nothing tells that the build is newer"
    (project / "shared" / "newswire" / "urls.py").unlink()
    assert building.built(project, folder)[1] is True
    assert building.built(project, folder)[1] is False


def test_what_was_built_half_is_built_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> str:
        raise StepFailed("killed")

    folder = project / ".artifacts"
    building.built(project, folder)
    (project / "sources.yaml").write_text("portal:", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(building, "runtime_python", fail)
        with pytest.raises(StepFailed):
            building.built(project, folder)
    assert building.built(project, folder)[1] is True


def test_compiled_modules_beside_the_sources_are_no_change(project: Path) -> None:
    folder = project / ".artifacts"
    building.built(project, folder)
    cache = project / "functions" / "fetch" / "__pycache__"
    cache.mkdir()
    (cache / "app.pyc").touch()
    assert building.built(project, folder)[1] is False


def test_an_archive_or_template_that_is_too_large_is_named(tmp_path: Path) -> None:
    functions = {"FetchFunction": {"Type": "AWS::Lambda::Function"}}
    layer = {"Layer": {"Type": "AWS::Lambda::LayerVersion"}}
    outer = Template({"Resources": {**functions, **layer}}, {})
    file = tmp_path / "translated.template"
    file.write_bytes(b"x" * packaging.TEMPLATE_LIMIT)

    def faults(function: int) -> list[str]:
        sizes = {"FetchFunction": Archive("", 1, function), "Layer": Archive("", 1, 1000)}
        return list(packaging.too_large(Package(outer, outer, "", sizes, (file,))))

    assert faults(packaging.UNZIPPED_LIMIT - 1000) == []
    (fault,) = faults(packaging.UNZIPPED_LIMIT - 999)
    assert fault.startswith("FetchFunction has 262144001 bytes with its layer")
    file.write_bytes(b"x" * (packaging.TEMPLATE_LIMIT + 1))
    (fault,) = faults(0)
    assert fault.startswith("translated.template has 1000001 bytes")


def test_the_steps_are_those_that_the_operators_page_lists() -> None:
    page = (command.PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = page.partition("## Rehearsing a deploy")[2].partition("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| ")]
    assert rows[2:] == list(STEPS)
