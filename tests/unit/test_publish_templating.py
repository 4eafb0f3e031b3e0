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
    shutil.copytree(templating.FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(templating, "FOLDER", copy)
    templating._environment.cache_clear()
    yield copy
    templating._environment.cache_clear()


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


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


def test_without_them_templates_are_compiled_once_and_kept_beside_their_sources(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    templating._environment().get_template("home.html")
    templating._environment.cache_clear()
    monkeypatch.setattr(Environment, "compile", None)
    assert templating._environment().get_template("home.html").filename == str(folder / "home.html")


def test_templates_that_cannot_be_kept_are_compiled_each_time(folder: Path) -> None:
    (folder / "__pycache__").write_bytes(b"")
    for name in _names(folder):
        if name != "__pycache__":
            assert templating._environment().get_template(name).name == name


def test_a_template_read_by_other_rules_is_compiled_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "greeting.html").write_text("{% if true %}\nyes{% endif %}", encoding="utf-8")
    templating.precompile("/var/task")
    monkeypatch.setitem(templating._SYNTAX, "trim_blocks", False)
    templating._environment.cache_clear()
    assert templating._environment().get_template("greeting.html").render() == "\nyes"


def test_a_second_time_writes_the_same(folder: Path) -> None:
    templating.precompile("/var/task")
    once = {path: path.read_bytes() for path in (folder / "__pycache__").iterdir()}
    templating._environment.cache_clear()
    templating.precompile("/var/task")
    assert {path: path.read_bytes() for path in (folder / "__pycache__").iterdir()} == once
