"""What ``make build`` does to an artefact after ``sam build``."""

from __future__ import annotations

import importlib.util
import struct
import sys
from pathlib import Path

import pytest

from local.artifacts import __main__ as command
from local.artifacts.leftovers import UnexpectedArtifact
from local.artifacts.preparing import artifacts_of, check_python, prepare

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
TEMPLATE = "Globals:\n  Function:\n    Runtime: python{}\nResources:\n  X:\n    Runtime: cloudfront-js-2.0\n"
UNCHECKED = 1  # flags of a pyc whose source is not looked at (PEP 552)


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """Return a folder as sam leaves it: a function, a layer and a stack of alarms."""
    for name, content in {
        "template.yaml": TEMPLATE.format(VERSION),
        "AlarmsStack/template.yaml": "{}",
        "FetchFunction/functions/fetch/app.py": "ANSWER = 42\n",
        "FetchFunction/lib/tests/test_lib.py": "assert False\n",
        "FetchFunction/lib/core.py": "import os\n",
        "NewswireLayer/python/newswire/urls.py": "def f(): raise ValueError\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def bytecode(module: Path) -> bytes:
    return Path(importlib.util.cache_from_source(str(module), optimization="")).read_bytes()


def test_every_module_has_bytecode_that_is_taken_without_a_look_at_its_source(build: Path) -> None:
    assert command.main([str(build)]) == 0
    modules = list(build.rglob("*.py"))
    assert len(modules) == 3
    for module in modules:
        magic, flags = bytecode(module)[:4], struct.unpack("<I", bytecode(module)[4:8])[0]
        assert (magic, flags) == (importlib.util.MAGIC_NUMBER, UNCHECKED)


def test_bytecode_names_the_place_that_lambda_puts_it_at(build: Path) -> None:
    assert command.main([str(build)]) == 0
    assert b"/var/task/functions/fetch/app.py" in bytecode(build / "FetchFunction/functions/fetch/app.py")
    assert b"/opt/python/newswire/urls.py" in bytecode(build / "NewswireLayer/python/newswire/urls.py")
    assert str(build).encode() not in b"".join(contents(build).values())


def test_what_is_not_needed_goes_with_its_folder(build: Path) -> None:
    assert command.main([str(build)]) == 0
    assert not (build / "FetchFunction/lib/tests").exists()
    assert (build / "FetchFunction/lib/core.py").exists()


def test_a_second_time_changes_nothing(build: Path) -> None:
    assert command.main([str(build)]) == 0
    once = contents(build)
    assert command.main([str(build)]) == 0
    assert contents(build) == once


def test_sources_and_whatever_is_no_artefact_stay_as_they_are(build: Path) -> None:
    before = contents(build)
    assert command.main([str(build)]) == 0
    kept = {name for name in before if "/tests/" not in name}
    assert {name: body for name, body in contents(build).items() if "__pycache__" not in name} == {
        name: before[name] for name in kept
    }


def test_what_came_of_an_artefact_is_counted(build: Path) -> None:
    fetch = artifacts_of(build)[0]
    prepared = prepare(fetch)
    assert (prepared.name, prepared.left_out, prepared.bytes_left_out) == ("FetchFunction", 1, 13)
    assert prepared.compiled == 2
    assert prepared.bytes_now == sum(len(body) for body in contents(fetch.root).values())


def test_another_python_than_the_runtimes_is_refused(build: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (build / "template.yaml").write_text(TEMPLATE.format("3.99"), encoding="utf-8")
    assert command.main([str(build)]) == 1
    assert f"the functions run on 3.99 and this is Python {VERSION}" in capsys.readouterr().err
    assert not list(build.rglob("*.pyc"))


def test_a_template_without_a_runtime_is_refused(build: Path) -> None:
    (build / "template.yaml").write_text("Resources: {}\n", encoding="utf-8")
    with pytest.raises(UnexpectedArtifact, match="run on no Python"):
        check_python(build)


def test_a_folder_without_artefacts_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([str(tmp_path)]) == 1
    assert command.main([str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err.count("run `make build`") == 2


def test_a_build_without_its_template_is_refused(build: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (build / "template.yaml").unlink()
    assert command.main([str(build)]) == 1
    assert "template.yaml: No such file or directory; run `make build`" in capsys.readouterr().err


def test_a_module_that_does_not_compile_is_told_by_its_place(
    build: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (build / "FetchFunction/lib/core.py").write_text("def :\n", encoding="utf-8")
    assert command.main([str(build)]) == 1
    assert "/var/task/lib/core.py does not compile" in capsys.readouterr().err


def test_templates_that_publish_cannot_compile_are_told_in_its_own_words(
    build: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    templating = build / "PublishFunction/functions/publish/templating.py"
    (templating.parent / "templates").mkdir(parents=True)
    (templating.parent / "templates/base.html").touch()
    templating.write_text("def precompile(deployed): raise LookupError(deployed)\n", encoding="utf-8")
    assert command.main([str(build)]) == 1
    assert "LookupError: /var/task/functions/publish/templates" in capsys.readouterr().err


def test_it_wants_one_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 2
    assert capsys.readouterr().err.startswith("usage: ")
