"""Templates that come compiled."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment

from functions.publish import templating


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a copy of the templates that the module takes for its own."""
    copy = tmp_path / "templates"
    shutil.copytree(templating.FOLDER, copy)
    monkeypatch.setattr(templating, "FOLDER", copy)
    templating._environment.cache_clear()
    yield copy
    templating._environment.cache_clear()


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".compiled")


def test_compiled_templates_are_not_compiled_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert templating.precompile("/var/task") == len(_names(folder))

    def compiled(*_: object, **__: object) -> None:
        raise AssertionError("a template is compiled anew")

    monkeypatch.setattr(Environment, "compile", compiled)
    for name in _names(folder):
        assert templating._environment().get_template(name).name == name


def test_a_template_that_has_changed_since_is_taken_as_it_is_now(folder: Path) -> None:
    (folder / "greeting.html").write_text("old", encoding="utf-8")
    templating.precompile("/var/task")
    (folder / "greeting.html").write_text("new", encoding="utf-8")
    assert templating._environment().get_template("greeting.html").render() == "new"


def test_without_them_templates_are_compiled_and_nothing_is_written(folder: Path) -> None:
    before = sorted(folder.iterdir())
    for name in _names(folder):
        templating._environment().get_template(name)
    assert sorted(folder.iterdir()) == before


def test_a_second_time_writes_the_same(folder: Path) -> None:
    templating.precompile("/var/task")
    once = {path.name: path.read_bytes() for path in folder.iterdir()}
    templating._environment.cache_clear()
    templating.precompile("/var/task")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == once
