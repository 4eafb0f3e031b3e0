"""A template that was translated once is not translated again, and never taken for another one."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from local import kept_translations, template
from local.template import Template, TemplateError

PROJECT = Path(__file__).resolve().parents[2]
PARAMETERS = {"EnableCdn": "false", "PortalUrl": ""}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return Path(shutil.copy(PROJECT / "template.yaml", tmp_path / "template.yaml"))


@pytest.fixture
def translations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the templates that SAM is asked to translate from now on."""
    asked: list[str] = []
    plain = template._translated

    def translated(document: dict[str, object], name: str, parameters: dict[str, str]) -> Template:
        asked.append(name)
        return plain(document, name, parameters)

    monkeypatch.setattr(template, "_translated", translated)
    return asked


def test_the_second_load_is_of_what_the_first_kept_and_equal_to_it(
    path: Path, translations: list[str]
) -> None:
    first, second = (template.load(path, PARAMETERS) for _ in range(2))
    assert second == first
    assert len(translations) == 1


def test_other_parameters_another_text_and_another_program_are_translated_anew(
    path: Path, translations: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    template.load(path, PARAMETERS)
    template.load(path, {**PARAMETERS, "PortalUrl": "http://localhost:8000"})
    path.write_text(path.read_text(encoding="utf-8").replace("MemorySize: 1024", "MemorySize: 1025"))
    template.load(path, PARAMETERS)
    monkeypatch.setattr(kept_translations, "version", lambda _: "another")
    template.load(path, PARAMETERS)
    assert len(translations) == 4


def test_what_was_kept_and_is_damaged_is_made_anew(path: Path, translations: list[str]) -> None:
    whole = template.load(path, PARAMETERS)
    (kept,) = (path.parent / "__pycache__").iterdir()
    for damaged in (b"", b"{}", b"[]", b"\xff", kept.read_bytes()[:-10]):
        kept.write_bytes(damaged)
        assert template.load(path, PARAMETERS) == whole
    assert len(translations) == 6


def test_a_folder_that_nobody_may_write_costs_the_keeping_alone(path: Path, translations: list[str]) -> None:
    (path.parent / "__pycache__").write_text("in the way")
    assert template.load(path, PARAMETERS) == template.load(path, PARAMETERS)
    assert len(translations) == 2


@pytest.mark.parametrize("said", [{1: "one"}, {"day": date(2012, 10, 17)}])
def test_what_json_does_not_say_as_it_was_is_not_kept(path: Path, said: dict[str, object]) -> None:
    kept_translations.write(path, "key", said)
    assert kept_translations.read(path, "key") is None


def test_a_template_that_is_refused_is_refused_again(path: Path) -> None:
    for _ in range(2):
        with pytest.raises(TemplateError, match="has no parameter Missing"):
            template.load(path, {"Missing": "1"})
