"""How a rehearsal goes through its steps, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from local.programs import ProgramFailed, Unavailable
from local.template import Template, TemplateError
from tests.rehearsal import __main__ as command
from tests.rehearsal import packaging
from tests.rehearsal.faults import StepFailed, no_faults
from tests.rehearsal.packaging import Archive, Package
from tests.rehearsal.steps import STEPS, Rehearsal

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


@pytest.mark.parametrize("kind", [StepFailed, ProgramFailed, TemplateError])
def test_a_step_that_fails_is_named_and_is_the_last(
    rehearse: Callable[[Steps], int], capsys: pytest.CaptureFixture[str], kind: type[Exception]
) -> None:
    done: list[str] = []

    def fail(_: Rehearsal) -> str:
        raise kind("no bucket\nno queue")

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


def test_faults_are_lines_of_one_failure_and_none_is_no_failure() -> None:
    no_faults([])
    with pytest.raises(StepFailed, match=r"^one\ntwo$"):
        no_faults(iter(["one", "two"]))


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
